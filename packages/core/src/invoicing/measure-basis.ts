import { type Meter, type MeterAggregation, termsOf } from '../catalog/meter.ts';
import type { Decimal12 } from '../kernel/decimal.ts';
import type { UsageQuantity } from './line.ts';

/** Kinds whose quantity needs no explanation beside its events. */
const PLAIN: readonly MeterAggregation[] = ['count', 'sum', 'max', 'level'];
/** Kinds whose quantities of parts of a period add up to that of the period. */
const ADDS_UP: readonly MeterAggregation[] = ['count', 'sum', 'weighted_sum'];

/**
 * What billing has to know of a meter beside the quantity: how it came about, and whether it can be billed in parts.
 *
 * @param measured the quantity before it was rounded to the meter's step
 */
export function measureBasis(
  meter: Pick<Meter, 'aggregation' | 'terms'>,
  measured: Decimal12,
): Pick<UsageQuantity, 'measure' | 'isWholeOnly'> {
  const { aggregation } = meter;
  const { percentile, weightedBy, rounding } = termsOf(meter);
  return {
    ...(PLAIN.includes(aggregation) && rounding === null
      ? {}
      : { measure: { aggregation, percentile, weightedBy, measured, rounding } }),
    ...(ADDS_UP.includes(aggregation) && rounding === null ? {} : { isWholeOnly: true }),
  };
}
