import type { Interval } from '../../state/billing-records.ts';

const DAY_SECONDS = 86_400;
const FIXED: Readonly<Record<'day' | 'week', number>> = { day: DAY_SECONDS, week: 7 * DAY_SECONDS };

/** How often something comes round. */
export interface Cadence {
  readonly interval: Interval;
  readonly intervalCount: number;
}

/** A stretch of time in seconds, its end not included. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/**
 * The nth boundary after an anchor, in seconds; n may be negative. Months are counted from the anchor itself, so
 * that the 31st comes back after a short month.
 */
export function boundary(anchor: number, cadence: Cadence, n: number): number {
  const { interval, intervalCount } = cadence;
  if (interval === 'day' || interval === 'week') return anchor + n * intervalCount * FIXED[interval];
  const months = n * intervalCount * (interval === 'year' ? 12 : 1);
  const from = new Date(anchor * 1000);
  const first = Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, 1);
  const start = new Date(first);
  const lastDay = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 0)).getUTCDate();
  const day = Math.min(from.getUTCDate(), lastDay);
  const timeOfDay = ((anchor % DAY_SECONDS) + DAY_SECONDS) % DAY_SECONDS;
  return first / 1000 + (day - 1) * DAY_SECONDS + timeOfDay;
}

/** The period that an instant lies in, laid out from the anchor. */
export function periodAt(anchor: number, cadence: Cadence, at: number): Stretch {
  const length = boundary(anchor, cadence, 1) - anchor;
  let n = Math.floor((at - anchor) / length);
  while (boundary(anchor, cadence, n) > at) n -= 1;
  while (boundary(anchor, cadence, n + 1) <= at) n += 1;
  return { start: boundary(anchor, cadence, n), end: boundary(anchor, cadence, n + 1) };
}
