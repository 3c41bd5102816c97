import { type Grid, type GridSettings, layGrid, shiftGrid } from './grid.ts';
import type { Instant } from './instant.ts';
import { periodIndexAt } from './schedule.ts';

/**
 * The grid of a seller whose first period runs to the next single step of the anchor and then on for the other steps
 * of the cadence: with three weeks from a Thursday, a start on a Sunday is followed by the third Thursday after. Other
 * grids count whole cadences from the anchor instead. Boundary 0 is the end of that first period.
 */
export function layGridAfterLongStub(settings: GridSettings, startAt: Instant): Grid {
  const { cadence } = settings;
  const single = layGrid({ ...settings, cadence: { ...cadence, count: 1 } });
  const steps = periodIndexAt(single, startAt) + cadence.count;
  return { ...shiftGrid(single, steps * single.size), cadence, size: single.size * cadence.count };
}
