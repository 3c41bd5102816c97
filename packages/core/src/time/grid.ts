import { invariant } from '../kernel/invariant.ts';
import { type Cadence, cadenceStep } from './cadence.ts';
import {
  addDays,
  type CalendarDate,
  clampedDay,
  firstOfMonth,
  MONDAY,
  monthNumberOf,
  type Weekday,
  weekdayOf,
} from './calendar-date.ts';
import { type Instant, MS_PER_DAY } from './instant.ts';
import { localOf, type ZoneRules } from './zone.ts';

/**
 * `anniversary`: periods begin on the anchor's day. `calendar`: they begin with the day, week, month, quarter, half year
 * or year of the zone.
 */
export type Alignment = 'anniversary' | 'calendar';

/** `instant`: boundaries keep the anchor's local time of day. `date`: they are the first moments of local days. */
export type Granularity = 'instant' | 'date';

/** What lays a grid of periods. Only the anchor, the zone and the cadence are needed; the rest has the usual defaults. */
export interface GridSettings {
  readonly anchorAt: Instant;
  readonly zone: ZoneRules;
  readonly cadence: Cadence;
  /** Default `anniversary`. */
  readonly alignment?: Alignment;
  /** Default `instant`. A calendar grid is always by `date`. */
  readonly granularity?: Granularity;
  /** The first day of calendar weeks; default Monday. */
  readonly weekStart?: Weekday;
  /**
   * A day of the month, 1 to 31, chosen apart from the anchor: boundary 0 is the first such day at or after the anchor,
   * and the time before it is the end of period −1. Only for anniversary periods of months and years; others have none.
   */
  readonly billingDay?: number | null;
}

/** A grid of periods, laid: where its boundary 0 is, how long its steps are, and in whose local time it runs. */
export interface Grid {
  readonly zone: ZoneRules;
  readonly cadence: Cadence;
  readonly alignment: Alignment;
  readonly granularity: Granularity;
  /** The exact moment of boundary 0 where local time could not say it: the anchor itself. Null for other grids. */
  readonly exactOriginAt: Instant | null;
  /** Steps are whole days or whole months. */
  readonly unit: 'days' | 'months';
  readonly size: number;
  /** Boundary 0 as a day, for steps of days. */
  readonly originDate: CalendarDate;
  /** The month of boundary 0 and the wanted day in each month, for steps of months. */
  readonly originMonth: number;
  readonly dayOfMonth: number;
  readonly timeOfDayMs: number;
}

/**
 * Lays a grid. Boundary 0 is the anchor (`anniversary`), the billing day at or after it, or the calendar boundary at or
 * before it. A calendar grid keeps to the calendar as far as its step allows: steps of 2, 3, 4, 6 and 12 months divide
 * the year from January; one of 5 months counts from the anchor's month, one of 24 from its year.
 *
 * @throws InvariantError for a count that is not a whole number from 1 on, or a billing day that no month has
 */
export function layGrid(settings: GridSettings): Grid {
  const { anchorAt, zone, cadence, alignment = 'anniversary', billingDay = null } = settings;
  const { unit, size } = cadenceStep(cadence);
  invariant(Number.isInteger(size) && size >= 1, 'A cadence counts whole steps, 1 or more.');
  const local = localOf(anchorAt, zone);
  const anchorDate = Math.floor(local / MS_PER_DAY) as CalendarDate;
  const granularity = alignment === 'calendar' ? 'date' : (settings.granularity ?? 'instant');
  const isByDate = granularity === 'date';
  const origin =
    alignment === 'calendar'
      ? originOn(calendarStart(anchorDate, unit, size, settings.weekStart ?? MONDAY))
      : originAt(anchorDate, unit === 'months' ? billingDay : null);
  // The anchor may lie in the second pass of a repeated hour, which local time cannot say.
  const exactOriginAt = !isByDate && origin.date === anchorDate ? anchorAt : null;
  return {
    zone,
    cadence,
    alignment,
    granularity,
    exactOriginAt,
    unit,
    size,
    originDate: origin.date,
    originMonth: origin.month,
    dayOfMonth: origin.day,
    timeOfDayMs: isByDate ? 0 : local - anchorDate * MS_PER_DAY,
  };
}

/** The local time of boundary n; n may be negative. */
export function localBoundary(grid: Grid, n: number): number {
  const date =
    grid.unit === 'days'
      ? grid.originDate + n * grid.size
      : clampedDay(grid.originMonth + n * grid.size, grid.dayOfMonth);
  return date * MS_PER_DAY + grid.timeOfDayMs;
}

/** The number of the last boundary whose day (or month, for steps of months) is not after that of a local time. */
export function stepsUpTo(grid: Grid, local: number): number {
  const date = Math.floor(local / MS_PER_DAY) as CalendarDate;
  const steps = grid.unit === 'days' ? date - grid.originDate : monthNumberOf(date) - grid.originMonth;
  return Math.floor(steps / grid.size);
}

interface Origin {
  readonly date: CalendarDate;
  readonly month: number;
  readonly day: number;
}

function originOn(date: CalendarDate): Origin {
  const month = monthNumberOf(date);
  return { date, month, day: date - firstOfMonth(month) + 1 };
}

/** The anchor's own day, or the first billing day at or after it. */
function originAt(anchorDate: CalendarDate, billingDay: number | null): Origin {
  if (billingDay === null) return originOn(anchorDate);
  invariant(Number.isInteger(billingDay) && billingDay >= 1 && billingDay <= 31, 'A month has 1 to 31 days.');
  const anchorMonth = monthNumberOf(anchorDate);
  const month = clampedDay(anchorMonth, billingDay) < anchorDate ? anchorMonth + 1 : anchorMonth;
  return { date: clampedDay(month, billingDay), month, day: billingDay };
}

function calendarStart(
  date: CalendarDate,
  unit: 'days' | 'months',
  size: number,
  weekStart: Weekday,
): CalendarDate {
  if (unit === 'days') {
    return size % 7 === 0 ? addDays(date, -((weekdayOf(date) - weekStart + 7) % 7)) : date;
  }
  const month = monthNumberOf(date);
  return firstOfMonth(month - (month % commonDivisor(size, 12)));
}

function commonDivisor(left: number, right: number): number {
  return right === 0 ? left : commonDivisor(right, left % right);
}
