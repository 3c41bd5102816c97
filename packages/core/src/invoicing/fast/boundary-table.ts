import type { Grid } from '../../time/grid.ts';
import type { Instant } from '../../time/instant.ts';
import { boundary, periodIndexAt } from '../../time/schedule.ts';

/** The boundaries of a grid from one of its periods on, laid as far as they were asked for. */
export interface BoundaryTable {
  readonly grid: Grid;
  /** The number of the period that stands at place 0. */
  readonly firstIndex: number;
  readonly moments: number[];
}

export function boundaryTable(grid: Grid, from: Instant): BoundaryTable {
  const firstIndex = periodIndexAt(grid, from);
  return { grid, firstIndex, moments: [boundary(grid, firstIndex)] };
}

/** The beginning of the period at a place. */
export function momentAt(table: BoundaryTable, place: number): number {
  const { moments } = table;
  for (let next = moments.length; next <= place; next += 1)
    moments.push(boundary(table.grid, table.firstIndex + next));
  return moments[place] as number;
}

/** The place of the period that holds a moment at or after the table's first one; its last boundary, if several meet. */
export function placeOf(table: BoundaryTable, moment: number): number {
  const { moments } = table;
  while ((moments[moments.length - 1] as number) <= moment) momentAt(table, moments.length);
  let low = 0;
  let high = moments.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((moments[middle] as number) <= moment) low = middle;
    else high = middle;
  }
  return low;
}
