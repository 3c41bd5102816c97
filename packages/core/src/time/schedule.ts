import { invariant } from '../kernel/invariant.ts';
import { type Grid, localBoundary, stepsUpTo } from './grid.ts';
import type { Instant } from './instant.ts';
import type { Period } from './period.ts';
import { firstMomentFrom, instantOfLocal, type LocalMs, localOf } from './zone.ts';

export interface IndexedPeriod {
  /** 0 for the period that begins at boundary 0 of the grid; negative before it. */
  readonly index: number;
  readonly period: Period;
}

/**
 * The nth boundary: the local date of boundary 0 plus n steps, at its local time of day. It is always counted from
 * there, never from the boundary before, so 31 January is followed by 28 February and then by 31 March. The day is
 * clamped to the end of the month; local times that a clock change skips or repeats follow `instantOfLocal`, the first
 * moments of days `startOfDay`. Boundaries before the anchor have negative numbers.
 */
export function boundary(grid: Grid, n: number): Instant {
  invariant(Number.isInteger(n), 'Boundaries are numbered by whole numbers.');
  return momentOf(grid, n, localBoundary(grid, n));
}

function momentOf(grid: Grid, n: number, local: LocalMs): Instant {
  if (n === 0 && grid.exactOriginAt !== null) return grid.exactOriginAt;
  return grid.granularity === 'date' ? firstMomentFrom(local, grid.zone) : instantOfLocal(local, grid.zone);
}

/** The period between boundaries n and n + 1. It is empty only where a zone skipped a whole day of a daily grid. */
export function periodNumber(grid: Grid, n: number): Period {
  return { start: boundary(grid, n), end: boundary(grid, n + 1) };
}

/** The number of the period that contains a moment. */
export function periodIndexAt(grid: Grid, moment: Instant): number {
  return periodAt(grid, moment).index;
}

/** The period that contains a moment, with its number. */
export function periodAt(grid: Grid, moment: Instant): IndexedPeriod {
  const local = localOf(moment, grid.zone);
  let index = stepsUpTo(grid, local);
  let localStart = localBoundary(grid, index);
  if (localStart > local) {
    index -= 1;
    localStart = localBoundary(grid, index);
  }
  // The estimate is by local time, which a clock change may turn back: the moments decide.
  let start = momentOf(grid, index, localStart);
  while (start > moment) {
    index -= 1;
    start = boundary(grid, index);
  }
  let end = boundary(grid, index + 1);
  while (end <= moment) {
    index += 1;
    start = end;
    end = boundary(grid, index + 1);
  }
  return { index, period: { start, end } };
}
