import { addMs, type Instant, MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '@billhook/core/time/instant';

/** Waits between the look-ups of an unknown outcome: 1 minute, 5 minutes, 1 hour, then a day six times. */
export const LOOK_UP_DELAYS_MS: readonly number[] = [
  MS_PER_MINUTE,
  5 * MS_PER_MINUTE,
  MS_PER_HOUR,
  ...Array.from({ length: 6 }, () => MS_PER_DAY),
];

/** When to look up next after `done` look-ups; null once the schedule has run out and a person must look. */
export function nextLookUpAt(now: Instant, done: number): Instant | null {
  const delayMs = LOOK_UP_DELAYS_MS[done];
  return delayMs === undefined ? null : addMs(now, delayMs);
}

/** The provider remembers a key for 24 hours; an hour of that is left as a margin. */
export const RESEND_WINDOW_MS = 23 * MS_PER_HOUR;
