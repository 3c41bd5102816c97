import { addDays, dateAt, firstOfMonth, monthNumberOf, startOfDay } from '../time/calendar-date.ts';
import type { Instant } from '../time/instant.ts';
import type { ZoneRules } from '../time/zone.ts';

/** Whether a customer is invoiced as things fall due, or once for all that falls due in a day or a month of the calendar. */
export type Consolidation = 'as_due' | 'day' | 'month';

/** The day or month of the calendar that a moment lies in: what fell due up to its start is billed, the rest at its end. */
export interface Release {
  readonly through: Instant;
  readonly next: Instant;
}

/**
 * What may be billed at a moment. What falls due at the very turn of a day or month belongs to the one that ends, so that
 * subscriptions from the first to the first are on the invoice of that first.
 *
 * @param zone that of the seller's calendar
 */
export function releaseAt(
  consolidation: Exclude<Consolidation, 'as_due'>,
  now: Instant,
  zone: ZoneRules,
): Release {
  const day = dateAt(now, zone);
  if (consolidation === 'day')
    return { through: startOfDay(day, zone), next: startOfDay(addDays(day, 1), zone) };
  const month = monthNumberOf(day);
  return {
    through: startOfDay(firstOfMonth(month), zone),
    next: startOfDay(firstOfMonth(month + 1), zone),
  };
}
