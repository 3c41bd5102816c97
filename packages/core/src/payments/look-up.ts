import { addMs, type Instant, MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '../time/instant.ts';

/** Waits between the look-ups of an unknown outcome: 1 minute, 5 minutes, 1 hour, then a day six times. */
export const LOOK_UP_DELAYS_MS: readonly number[] = [
  MS_PER_MINUTE,
  5 * MS_PER_MINUTE,
  MS_PER_HOUR,
  ...Array.from({ length: 6 }, () => MS_PER_DAY),
];

/** A debit that the bank works on takes days; it is asked for daily, for three weeks in all. */
export const PROCESSING_DELAYS_MS: readonly number[] = [
  ...LOOK_UP_DELAYS_MS,
  ...Array.from({ length: 15 }, () => MS_PER_DAY),
];

/** From here on an outcome that nobody knows is told to staff, while the look-ups go on. */
export const UNKNOWN_ALERT_MS = MS_PER_HOUR;

/** The provider remembers a key for 24 hours; an hour of that is left as a margin. */
export const RESEND_WINDOW_MS = 23 * MS_PER_HOUR;

/**
 * When to look up next after `done` look-ups; null once the schedule has run out and a person must look.
 *
 * @param status `processing` says that the provider has the payment and works on it
 */
export function nextLookUpAt(
  now: Instant,
  done: number,
  status: 'unknown' | 'requires_action' | 'processing' = 'unknown',
): Instant | null {
  const delays = status === 'processing' ? PROCESSING_DELAYS_MS : LOOK_UP_DELAYS_MS;
  const delayMs = delays[done];
  return delayMs === undefined ? null : addMs(now, delayMs);
}

/**
 * Whether an outcome that this many look-ups did not find has been unknown for so long that staff are told.
 *
 * @param done look-ups so far, the one that has just been made included
 */
export function isLongUnknown(done: number): boolean {
  const waitedMs = LOOK_UP_DELAYS_MS.slice(0, done).reduce((sum, delayMs) => sum + delayMs, 0);
  return waitedMs >= UNKNOWN_ALERT_MS;
}

/**
 * What follows from a look-up that found nothing. Nothing is ever sent again without one: only while the provider still
 * knows the first key is the call repeated under it; later the call counts as never carried out, once two look-ups have
 * found nothing and a day has gone by since it was sent.
 *
 * @param lookUps look-ups so far, this one included
 * @param resendWindowMs for how long the provider surely knows a key
 */
export function afterAbsence(
  ageMs: number,
  lookUps: number,
  resendWindowMs: number = RESEND_WINDOW_MS,
): 'send_again' | 'wait' | 'not_executed' {
  if (ageMs < resendWindowMs) return 'send_again';
  return ageMs < MS_PER_DAY || lookUps < 2 ? 'wait' : 'not_executed';
}
