import { type MeterAggregation, restsOnLevel } from '../catalog/meter.ts';

/** Whether the figure of a period rests on what was before it, so that a correction moves every later period as well. */
export function carriesOver(aggregation: MeterAggregation | undefined): boolean {
  return aggregation !== undefined && restsOnLevel({ aggregation });
}
