import { unreachable } from '../kernel/invariant.ts';
import {
  addDays,
  addMonthsClamped,
  calendarDate,
  dateAt,
  dateFields,
  startOfDay,
} from '../time/calendar-date.ts';
import { type Instant, MAX_INSTANT } from '../time/instant.ts';
import type { Period } from '../time/period.ts';
import { zoneNamed } from '../time/zone.ts';
import type { UsageReset } from './entitlement.ts';

export interface ResetWindowInput {
  readonly reset: UsageReset;
  readonly now: Instant;
  readonly timeZone: string;
  /** The billing period that `now` lies in; in a trial, the trial. */
  readonly billingPeriod: Period;
  /** Since when usage that never resets counts. */
  readonly startAt: Instant;
}

/** The stretch of time whose usage counts against a limit. Its end is when the figure goes back to zero. */
export function resetWindow(input: ResetWindowInput): Period {
  const zone = zoneNamed(input.timeZone);
  switch (input.reset) {
    case 'billing_period':
      return input.billingPeriod;
    case 'day': {
      const today = dateAt(input.now, zone);
      return { start: startOfDay(today, zone), end: startOfDay(addDays(today, 1), zone) };
    }
    case 'calendar_month': {
      const first = calendarDate({ ...dateFields(dateAt(input.now, zone)), day: 1 });
      return { start: startOfDay(first, zone), end: startOfDay(addMonthsClamped(first, 1), zone) };
    }
    case 'never':
      return { start: input.startAt, end: MAX_INSTANT };
    default:
      return unreachable(input.reset);
  }
}
