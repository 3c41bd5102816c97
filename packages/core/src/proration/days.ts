import { type Cadence, cadenceStep } from '../time/cadence.ts';
import { addDays, type CalendarDate, dateAt, dateFields, startOfDay } from '../time/calendar-date.ts';
import type { Instant } from '../time/instant.ts';
import type { ZoneRules } from '../time/zone.ts';
import type { DayConvention } from './policy.ts';

const DAYS_IN_MONTH = 30;

/**
 * Days from one local date up to another, which is not counted. `fixed_30` takes every month as 30 days and a 31st as
 * a 30th, so that 23 June to 15 July and 23 February to 15 March are both 22 days.
 */
export function daysBetween(from: CalendarDate, to: CalendarDate, days: DayConvention): number {
  return days === 'actual' ? to - from : fixedDay(to) - fixedDay(from);
}

/** Days of one full period where every month has 30. */
export function fixedDaysOf(cadence: Cadence): number {
  const { unit, size } = cadenceStep(cadence);
  return unit === 'days' ? size : size * DAYS_IN_MONTH;
}

/** The beginning of the local day that a moment falls on. */
export function dayStart(moment: Instant, zone: ZoneRules): Instant {
  return startOfDay(dateAt(moment, zone), zone);
}

/** The end of the local day that a moment falls on; a moment at the beginning of a day is the end of the day before. */
export function dayEnd(moment: Instant, zone: ZoneRules): Instant {
  const start = dayStart(moment, zone);
  return start === moment ? moment : startOfDay(addDays(dateAt(moment, zone), 1), zone);
}

function fixedDay(date: CalendarDate): number {
  const { year, month, day } = dateFields(date);
  return (year * 12 + month) * DAYS_IN_MONTH + Math.min(day, DAYS_IN_MONTH);
}
