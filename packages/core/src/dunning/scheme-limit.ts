import { addMs, type Instant, MS_PER_DAY } from '../time/instant.ts';

/** How often one method may be tried inside a sliding stretch of time. */
export interface SchemeLimit {
  readonly tries: number;
  readonly days: number;
}

const MOST_CAREFUL: readonly SchemeLimit[] = [
  { tries: 10, days: 1 },
  { tries: 15, days: 30 },
];

/** A debit that came back may be presented twice more. */
const DEBIT: readonly SchemeLimit[] = [{ tries: 3, days: 30 }];

/**
 * What the schemes allow for one method before they charge the merchant or block it: cards 15 tries in 30 days and 10 in
 * a day, the strictest of the large schemes, since a card's scheme is not always known; direct debits the first
 * presentation and two more.
 */
export function schemeLimits(methodKind: string | null): readonly SchemeLimit[] {
  return methodKind === 'sepa_debit' ? DEBIT : MOST_CAREFUL;
}

/**
 * The first instant from `at` on at which one more try keeps every limit. Only tries before it count, so the answer for
 * a time that has passed stays what it was.
 */
export function firstAllowedTry(
  at: Instant,
  tries: readonly Instant[],
  limits: readonly SchemeLimit[],
): Instant {
  // What is older than the longest stretch never counts, and too few to reach a limit hold nothing back.
  const since = at - Math.max(...limits.map(({ days }) => days)) * MS_PER_DAY;
  const recent = tries.filter((one) => one > since);
  if (recent.length < Math.min(...limits.map(({ tries: most }) => most))) return at;
  const sorted = recent.sort((left, right) => left - right);
  let allowed = at;
  for (let moved = true; moved; ) {
    moved = false;
    for (const { tries: most, days } of limits) {
      const lengthMs = days * MS_PER_DAY;
      const inside = sorted.filter((one) => one < allowed && one > allowed - lengthMs);
      const blocking = inside[inside.length - most];
      if (blocking === undefined) continue;
      allowed = addMs(blocking, lengthMs);
      moved = true;
    }
  }
  return allowed;
}

/** One try with a method. */
export interface PastTry {
  readonly at: Instant;
  readonly hasFailed: boolean;
}

/**
 * Which tries count against the next. One that is made again counts everything, which is more careful than schemes ask. A
 * first charge counts what failed: a method that pays is not tried again, however often it pays.
 */
export function countedTries(tries: readonly PastTry[], isFirst: boolean): Instant[] {
  return tries.filter(({ hasFailed }) => hasFailed || !isFirst).map(({ at }) => at);
}

/**
 * Until when a try that is to be sent now must wait; null if it need not. What was tried in this very moment counts, so
 * that tries of several invoices which fall together are held back too.
 */
export function heldUntil(
  now: Instant,
  tries: readonly Instant[],
  limits: readonly SchemeLimit[],
): Instant | null {
  const before = tries.map((at) => (at >= now ? addMs(now, -1) : at));
  const allowedAt = firstAllowedTry(now, before, limits);
  return allowedAt > now ? allowedAt : null;
}
