import { invariant } from '../kernel/invariant.ts';
import { type Cadence, cadenceStep } from './cadence.ts';
import { addDays, addMonthsClamped, type CalendarDate, dateFields } from './calendar-date.ts';
import { type Instant, MS_PER_DAY } from './instant.ts';
import type { Period } from './period.ts';
import { instantOfLocal, localOf, type ZoneRules } from './zone.ts';

/** A grid of periods: where it starts, in whose local time it runs, and how long its periods are. */
export interface Grid {
  readonly anchorAt: Instant;
  readonly zone: ZoneRules;
  readonly cadence: Cadence;
}

export interface IndexedPeriod {
  /** 0 for the period that begins at the anchor. */
  readonly index: number;
  readonly period: Period;
}

/**
 * The nth boundary: the anchor's local date plus n steps, at the anchor's local time of day. It is always counted from
 * the anchor, never from the boundary before, so 31 January is followed by 28 February and then by 31 March. The day is
 * clamped to the end of the month; local times that a clock change skips or repeats follow `instantOfLocal`.
 */
export function boundary(grid: Grid, n: number): Instant {
  invariant(Number.isInteger(n) && n >= 0, 'Boundaries are numbered 0, 1, 2 …');
  // The anchor itself is exact: it may lie in the second pass of a repeated hour, which local time cannot say.
  if (n === 0) return grid.anchorAt;
  const local = localOf(grid.anchorAt, grid.zone);
  const date = Math.floor(local / MS_PER_DAY) as CalendarDate;
  const timeOfDayMs = local - date * MS_PER_DAY;
  const step = cadenceStep(grid.cadence);
  const target = step.unit === 'days' ? addDays(date, n * step.size) : addMonthsClamped(date, n * step.size);
  return instantOfLocal(target * MS_PER_DAY + timeOfDayMs, grid.zone);
}

/** The period between boundaries n and n + 1. It is empty only where a zone skipped a whole day of a daily grid. */
export function periodNumber(grid: Grid, n: number): Period {
  return { start: boundary(grid, n), end: boundary(grid, n + 1) };
}

/**
 * The number of the period that contains a moment.
 *
 * @throws InvariantError before the anchor
 */
export function periodIndexAt(grid: Grid, moment: Instant): number {
  invariant(moment >= grid.anchorAt, 'There is no period before the anchor.');
  let index = Math.max(0, estimateIndex(grid, moment));
  while (index > 0 && boundary(grid, index) > moment) index -= 1;
  while (boundary(grid, index + 1) <= moment) index += 1;
  return index;
}

/** The period that contains a moment, with its number. */
export function periodAt(grid: Grid, moment: Instant): IndexedPeriod {
  const index = periodIndexAt(grid, moment);
  return { index, period: periodNumber(grid, index) };
}

function estimateIndex(grid: Grid, moment: Instant): number {
  const anchorDate = Math.floor(localOf(grid.anchorAt, grid.zone) / MS_PER_DAY) as CalendarDate;
  const date = Math.floor(localOf(moment, grid.zone) / MS_PER_DAY) as CalendarDate;
  const step = cadenceStep(grid.cadence);
  if (step.unit === 'days') return Math.floor((date - anchorDate) / step.size);
  const from = dateFields(anchorDate);
  const to = dateFields(date);
  return Math.floor(((to.year - from.year) * 12 + (to.month - from.month)) / step.size);
}
