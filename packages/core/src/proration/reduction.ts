import { DECIMAL12_SCALE, type Decimal12 } from '../kernel/decimal.ts';
import { invariant } from '../kernel/invariant.ts';
import { allocate } from '../money/allocate.ts';
import { type Rational, rational } from '../money/rational.ts';

/** A discount on the prices of one side of a change: in percent, or an amount that all of them share. */
export type Reduction =
  | { readonly kind: 'percent'; readonly percent: Decimal12 }
  | { readonly kind: 'fixed'; readonly amountMinor: bigint };

const HUNDRED_PERCENT = DECIMAL12_SCALE * 100n;

/**
 * Full prices after a discount, which comes before proration: what a customer really pays for a period. A percentage is
 * exact; a fixed amount is split in proportion to the prices, by largest remainder, and never exceeds them.
 *
 * @param fullsMinor whole minor units, not negative
 */
export function afterReduction(fullsMinor: readonly bigint[], reduction: Reduction | null): Rational[] {
  if (reduction === null || fullsMinor.length === 0) return fullsMinor.map((full) => rational(full, 1n));
  if (reduction.kind === 'percent') {
    const { percent } = reduction;
    invariant(percent >= 0n && percent <= HUNDRED_PERCENT, 'A discount is 0 to 100 percent.');
    return fullsMinor.map((full) => rational(full * (HUNDRED_PERCENT - percent), HUNDRED_PERCENT));
  }
  const total = fullsMinor.reduce((sum, full) => sum + full, 0n);
  const exceeds = reduction.amountMinor > total;
  const given = exceeds ? total : reduction.amountMinor;
  invariant(given >= 0n, 'A discount is not negative.');
  const parts = allocate(given, fullsMinor);
  return fullsMinor.map((full, index) => rational(full - (parts[index] as bigint), 1n));
}
