import { invariant } from '../kernel/invariant.ts';
import { RATIONAL_ONE, RATIONAL_ZERO, type Rational } from '../money/rational.ts';
import { type Cadence, cadenceStep } from '../time/cadence.ts';
import { type CalendarDate, dateAt } from '../time/calendar-date.ts';
import { earlier, type Instant, later } from '../time/instant.ts';
import type { Period } from '../time/period.ts';
import type { ZoneRules } from '../time/zone.ts';
import { dayEnd, dayStart, daysBetween, fixedDaysOf } from './days.ts';
import type { ProrationPolicy } from './policy.ts';
import { fraction, shareOf } from './prorate.ts';

/** A full period of a price's grid: what every share is measured against. */
export interface FullPeriod {
  readonly period: Period;
  readonly zone: ZoneRules;
  readonly cadence: Cadence;
}

export type ShareRule = Pick<ProrationPolicy, 'basis' | 'days'>;

/**
 * The share of a full period that a part of it takes. By day, a part runs from its first local day up to the day it
 * ends on, which is not counted: `cutWithin` says first where a change or an end lies. Without proration a part that
 * is not empty counts whole. By time and by day, the shares of parts that tile a period add up to one.
 */
export function shareOfPart(part: Period, whole: FullPeriod, rule: ShareRule): Rational {
  if (rule.basis === 'none') return part.start < part.end ? RATIONAL_ONE : RATIONAL_ZERO;
  if (rule.basis === 'second') return shareOf(part, whole.period);
  return fraction(dayCount(part, whole, rule), fullDays(whole, rule));
}

/** Why a period is cut: service starts, moves to another price, or ends. */
export type CutCause = 'start' | 'change' | 'end';

/**
 * The moment inside a period at which it is cut. By time it is the moment itself. By day it is the beginning of that
 * local day or the beginning of the next: the day of a start is charged, that of a change or an end goes by policy.
 */
export function cutWithin(
  whole: FullPeriod,
  moment: Instant,
  cause: CutCause,
  policy: ProrationPolicy,
): Instant {
  const inside = later(whole.period.start, earlier(moment, whole.period.end));
  if (policy.basis !== 'day') return inside;
  const wholeDayBefore =
    (cause === 'change' && policy.changeDay === 'old_plan') ||
    (cause === 'end' && policy.terminationDay === 'used');
  const cut = wholeDayBefore ? dayEnd(inside, whole.zone) : dayStart(inside, whole.zone);
  return later(whole.period.start, earlier(cut, whole.period.end));
}

function dayCount(part: Period, whole: FullPeriod, rule: ShareRule): number {
  return dayWithin(part.end, whole, rule) - dayWithin(part.start, whole, rule);
}

function fullDays(whole: FullPeriod, rule: ShareRule): number {
  const days = countsFixed(whole, rule)
    ? fixedDaysOf(whole.cadence)
    : dateAt(whole.period.end, whole.zone) - dateAt(whole.period.start, whole.zone);
  invariant(days > 0, 'An empty period has no shares.');
  return days;
}

/**
 * How many days of the full period lie before a moment. Counted from the period's start, and all of them at its end,
 * so that parts add up to the whole also where a month of 28 or 31 days counts as 30.
 */
function dayWithin(moment: Instant, whole: FullPeriod, rule: ShareRule): number {
  const { zone } = whole;
  const { start, end } = whole.period;
  invariant(start <= moment && moment <= end, 'A part lies inside its period.');
  const all = fullDays(whole, rule);
  const date: CalendarDate = dateAt(moment, zone);
  if (date === dateAt(end, zone)) return all;
  const convention = countsFixed(whole, rule) ? rule.days : 'actual';
  return Math.max(0, Math.min(all, daysBetween(dateAt(start, zone), date, convention)));
}

/** Periods of days and weeks have no months to count as 30 days. */
function countsFixed(whole: FullPeriod, rule: ShareRule): boolean {
  return rule.days === 'fixed_30' && cadenceStep(whole.cadence).unit === 'months';
}
