import type { MeterAggregation } from '../catalog/meter.ts';

/** Whether the figure of a period rests on what was before it, so that a correction moves every later period as well. */
export function carriesOver(aggregation: MeterAggregation | undefined): boolean {
  return aggregation === 'level';
}
