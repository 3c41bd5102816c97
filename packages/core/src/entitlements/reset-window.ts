import { unreachable } from '../kernel/invariant.ts';
import {
  addDays,
  addMonthsClamped,
  calendarDate,
  dateAt,
  dateFields,
  MONDAY,
  startOfDay,
  weekdayOf,
} from '../time/calendar-date.ts';
import { addMs, type Instant, instant, MAX_INSTANT, MS_PER_DAY, MS_PER_HOUR } from '../time/instant.ts';
import type { Period } from '../time/period.ts';
import { zoneNamed } from '../time/zone.ts';
import { FIXED_RESETS, type FixedReset, type UsageReset } from './entitlement.ts';

/** A sliding window is at most a year long. */
const MAX_SLIDING_MS = 366 * MS_PER_DAY;
const SLIDING = /^last_([1-9][0-9]{0,2})_(hours|days)$/;

/** Whether a text names a way in which usage counts anew. */
export function isUsageReset(text: string): text is UsageReset {
  if ((FIXED_RESETS as readonly string[]).includes(text)) return true;
  const length = slidingLengthMs(text);
  return length !== null && length <= MAX_SLIDING_MS;
}

/** How long a sliding window is; null for all others. */
export function slidingLengthMs(reset: string): number | null {
  const match = SLIDING.exec(reset);
  return match === null ? null : Number(match[1]) * (match[2] === 'hours' ? MS_PER_HOUR : MS_PER_DAY);
}

export interface ResetWindowInput {
  readonly reset: UsageReset;
  readonly now: Instant;
  readonly timeZone: string;
  /** The billing period that `now` lies in; in a trial, the trial. */
  readonly billingPeriod: Period;
  /** Since when usage that never resets counts. */
  readonly startAt: Instant;
}

/**
 * The stretch of time whose usage counts against a limit; `now` lies in it. Its end is when the figure goes back to zero;
 * of a sliding window it is the next moment, and the figure falls as what was used grows old.
 */
export function resetWindow(input: ResetWindowInput): Period {
  const length = slidingLengthMs(input.reset);
  if (length === null) return fixedWindow(input, input.reset as FixedReset);
  const end = addMs(input.now, 1);
  return { start: instant(Math.max(end - length, 0)), end };
}

/**
 * What a warning about a window goes by, so that it is told once: the start of the window. A sliding one starts anew all the
 * time, so it goes by stretches of its length, counted from 1970.
 */
export function warningWindowStart(reset: UsageReset, window: Period): Instant {
  const length = slidingLengthMs(reset);
  if (length === null) return window.start;
  const last = window.end - 1;
  return instant(last - (last % length));
}

function fixedWindow(input: ResetWindowInput, reset: FixedReset): Period {
  const zone = zoneNamed(input.timeZone);
  const today = dateAt(input.now, zone);
  const days = (first: typeof today, after: typeof today) => ({
    start: startOfDay(first, zone),
    end: startOfDay(after, zone),
  });
  switch (reset) {
    case 'billing_period':
      return input.billingPeriod;
    case 'hour': {
      const start = instant(input.now - (input.now % MS_PER_HOUR));
      return { start, end: addMs(start, MS_PER_HOUR) };
    }
    case 'day':
      return days(today, addDays(today, 1));
    case 'week': {
      const monday = addDays(today, MONDAY - weekdayOf(today));
      return days(monday, addDays(monday, 7));
    }
    case 'calendar_month': {
      const first = calendarDate({ ...dateFields(today), day: 1 });
      return days(first, addMonthsClamped(first, 1));
    }
    case 'never':
      return { start: input.startAt, end: MAX_INSTANT };
    default:
      return unreachable(reset);
  }
}
