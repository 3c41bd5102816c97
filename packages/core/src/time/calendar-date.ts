import type { Brand } from '../kernel/brand.ts';
import { invariant } from '../kernel/invariant.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import { type Instant, MS_PER_DAY } from './instant.ts';
import { firstMomentFrom, localOf, type ZoneRules } from './zone.ts';

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

/** Days from 1 March of year 0 to 1970-01-01, and in a cycle of 400 years. */
const EPOCH_DAY = 719_468;
const DAYS_IN_CYCLE = 146_097;

/** @throws InvariantError for a day that does not exist */
export function calendarDate(fields: DateFields): CalendarDate {
  const { year, month, day } = fields;
  invariant(exists(fields), 'The day must exist.');
  return addDays(firstOfMonth(monthNumber(year, month)), day - 1);
}

export function dateFields(date: CalendarDate): DateFields {
  const number = monthNumberOf(date);
  const year = Math.floor(number / 12);
  return { year, month: number - year * 12 + 1, day: date - firstOfMonth(number) + 1 };
}

export function daysInMonth(year: number, month: number): number {
  return daysInMonthNumber(monthNumber(year, month));
}

/** Months since January of year 0: a month as one whole number, so that months add and subtract. */
export function monthNumber(year: number, month: number): number {
  return year * 12 + month - 1;
}

/**
 * The month that a day lies in, on years that begin in March, so that the leap day comes last in its year and no table
 * of months is needed. `| 0` cuts to a whole number, which is the same as rounding down from year 0 on, and much faster.
 */
export function monthNumberOf(date: CalendarDate): number {
  const shifted = date + EPOCH_DAY;
  const cycle = (shifted / DAYS_IN_CYCLE) | 0;
  const dayOfCycle = shifted - cycle * DAYS_IN_CYCLE;
  const leapDays = ((dayOfCycle / 1_460) | 0) - ((dayOfCycle / 36_524) | 0) + ((dayOfCycle / 146_096) | 0);
  const yearOfCycle = ((dayOfCycle - leapDays) / 365) | 0;
  const dayOfYear = dayOfCycle - (365 * yearOfCycle + (yearOfCycle >> 2) - ((yearOfCycle / 100) | 0));
  const monthFromMarch = ((5 * dayOfYear + 2) / 153) | 0;
  return (cycle * 400 + yearOfCycle) * 12 + 2 + monthFromMarch;
}

/** The first day of a month. */
export function firstOfMonth(number: number): CalendarDate {
  const sinceMarch = number - 2;
  const year = (sinceMarch / 12) | 0;
  const month = sinceMarch - year * 12;
  const leapDays = (year >> 2) - ((year / 100) | 0) + ((year / 400) | 0);
  return (365 * year + leapDays + (((153 * month + 2) / 5) | 0) - EPOCH_DAY) as CalendarDate;
}

export function daysInMonthNumber(number: number): number {
  return firstOfMonth(number + 1) - firstOfMonth(number);
}

/** A day of a month by its number; a day that the month lacks becomes its last day. */
export function clampedDay(number: number, day: number): CalendarDate {
  const first = firstOfMonth(number);
  return (day <= 28 ? first + day - 1 : Math.min(first + day, firstOfMonth(number + 1)) - 1) as CalendarDate;
}

export function addDays(date: CalendarDate, days: number): CalendarDate {
  return (date + days) as CalendarDate;
}

/** Adds whole months; a day that the target month lacks becomes its last day. */
export function addMonthsClamped(date: CalendarDate, months: number): CalendarDate {
  const number = monthNumberOf(date);
  return clampedDay(number + months, date - firstOfMonth(number) + 1);
}

/** 1 is Monday, 7 is Sunday, as in ISO 8601. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

export const MONDAY: Weekday = 1;

export function weekdayOf(date: CalendarDate): Weekday {
  // 1970-01-01 was a Thursday.
  return (((((date + 3) % 7) + 7) % 7) + 1) as Weekday;
}

/** The local day that a moment falls on. */
export function dateAt(moment: Instant, zone: ZoneRules): CalendarDate {
  return Math.floor(localOf(moment, zone) / MS_PER_DAY) as CalendarDate;
}

/** Local midnight at the start of a day; the first moment of the day where midnight is skipped. */
export function startOfDay(date: CalendarDate, zone: ZoneRules): Instant {
  return firstMomentFrom(date * MS_PER_DAY, zone);
}

/** Refusal: `date.malformed`. */
export function parseDate(text: string): Result<CalendarDate> {
  const match = DATE_TEXT.exec(text);
  const malformed = refuse('date.malformed', 'A date is written like 2026-01-31.');
  if (match === null) return malformed;
  const fields = { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
  return fields.year >= 1970 && exists(fields) ? ok(calendarDate(fields)) : malformed;
}

export function formatDate(date: CalendarDate): string {
  return new Date(date * MS_PER_DAY).toISOString().slice(0, 10);
}

function exists({ year, month, day }: DateFields): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}
