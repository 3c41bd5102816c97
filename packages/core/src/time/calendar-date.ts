import type { Brand } from '../kernel/brand.ts';
import { invariant } from '../kernel/invariant.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import { type Instant, MS_PER_DAY } from './instant.ts';
import { instantOfLocal, localOf, type ZoneRules } from './zone.ts';

/** A day of the proleptic Gregorian calendar, as days since 1970-01-01. It has no zone. */
export type CalendarDate = Brand<number, 'CalendarDate'>;

export interface DateFields {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
}

const DATE_TEXT = /^(\d{4})-(\d{2})-(\d{2})$/;

/** @throws InvariantError for a day that does not exist */
export function calendarDate(fields: DateFields): CalendarDate {
  const { year, month, day } = fields;
  invariant(month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month), 'The day must exist.');
  return (Date.UTC(year, month - 1, day) / MS_PER_DAY) as CalendarDate;
}

export function dateFields(date: CalendarDate): DateFields {
  const utc = new Date(date * MS_PER_DAY);
  return { year: utc.getUTCFullYear(), month: utc.getUTCMonth() + 1, day: utc.getUTCDate() };
}

export function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

export function addDays(date: CalendarDate, days: number): CalendarDate {
  return (date + days) as CalendarDate;
}

/** Adds whole months; a day that the target month lacks becomes its last day. */
export function addMonthsClamped(date: CalendarDate, months: number): CalendarDate {
  const { year, month, day } = dateFields(date);
  const monthNumber = year * 12 + (month - 1) + months;
  const targetYear = Math.floor(monthNumber / 12);
  const targetMonth = monthNumber - targetYear * 12 + 1;
  return calendarDate({
    year: targetYear,
    month: targetMonth,
    day: Math.min(day, daysInMonth(targetYear, targetMonth)),
  });
}

/** The local day that a moment falls on. */
export function dateAt(moment: Instant, zone: ZoneRules): CalendarDate {
  return Math.floor(localOf(moment, zone) / MS_PER_DAY) as CalendarDate;
}

/** Local midnight at the start of a day; the first moment of the day where midnight is skipped. */
export function startOfDay(date: CalendarDate, zone: ZoneRules): Instant {
  return instantOfLocal(date * MS_PER_DAY, zone);
}

/** Refusal: `date.malformed`. */
export function parseDate(text: string): Result<CalendarDate> {
  const match = DATE_TEXT.exec(text);
  const [year, month, day] = (match ?? []).slice(1).map(Number);
  if (year === undefined || month === undefined || day === undefined || !exists({ year, month, day })) {
    return refuse('date.malformed', 'A date is written like 2026-01-31.');
  }
  return ok(calendarDate({ year, month, day }));
}

export function formatDate(date: CalendarDate): string {
  return new Date(date * MS_PER_DAY).toISOString().slice(0, 10);
}

function exists({ year, month, day }: DateFields): boolean {
  return year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}
