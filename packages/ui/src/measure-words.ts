import type { InvoiceLine, MeterAggregation } from '@billhook/sdk/generated/types';
import { formatQuantity } from './format.ts';

type Readings = NonNullable<NonNullable<InvoiceLine['explanation']>['readings']>;

const KINDS: Readonly<Record<MeterAggregation, string>> = {
  count: 'how many there were',
  sum: 'the sum',
  max: 'the highest value',
  level: 'the level at the end',
  latest: 'the last value',
  unique: 'how many different values there were',
  average: 'the average',
  weighted_sum: 'the level times how long it stood',
  percentile: 'the percentile',
};
const ROUNDED = {
  up: 'rounded up',
  down: 'rounded down',
  half_away_from_zero: 'rounded',
  half_even: 'rounded, half to even,',
} as const;

/** How a meter came to a quantity: `the average: 25.75, rounded up to a multiple of 0.1`. Empty where it only counts or adds up. */
export function measureWords({ measure }: Pick<Readings, 'measure'>, locale: string): string {
  if (measure === null) return '';
  const { aggregation, percentile, weightedBy, measured, rounding } = measure;
  const kind =
    aggregation === 'percentile'
      ? `the value that ${percentile} % do not exceed`
      : aggregation === 'weighted_sum'
        ? `${KINDS[aggregation]}, in ${weightedBy}s`
        : KINDS[aggregation];
  const step =
    rounding === null
      ? ''
      : `, ${ROUNDED[rounding.mode]} to a multiple of ${formatQuantity(rounding.step, locale)}`;
  return `${kind}: ${formatQuantity(measured, locale)}${step}`;
}
