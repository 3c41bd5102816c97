import type { Price } from '../catalog/price.ts';
import type { Tier } from '../catalog/price-model.ts';
import { DECIMAL12_SCALE, DECIMAL12_ZERO, type Decimal12 } from '../kernel/decimal.ts';
import type { CurrencyCode } from '../money/currency.ts';
import type { Rational } from '../money/rational.ts';
import { roundRational } from '../money/round.ts';
import type { RatingPolicy } from './policy.ts';
import { sliceOf } from './slice.ts';
import type { Rating, TierSlice } from './trace.ts';

/**
 * Rates a quantity with its trace, as `rateReading` does; null for a quantity that needs it. An amount that a compiled
 * price has rated already is not rounded again.
 */
export type PlainTracer = (quantity: Decimal12, amountMinor?: bigint) => Rating | null;

/**
 * Prepares the traces of a price in tiers without further terms: whole tiers are explained once, and a rating makes the
 * slice of the last tier only. Null for other prices.
 */
export function plainTracer(
  { model, terms }: Pick<Price, 'model' | 'terms'>,
  currency: CurrencyCode,
  policy: RatingPolicy,
): PlainTracer | null {
  if (terms.conversion !== null || terms.includedUnits !== DECIMAL12_ZERO) return null;
  if (terms.discountPercent !== DECIMAL12_ZERO) return null;
  if (terms.minimumMinor !== null || terms.maximumMinor !== null) return null;
  if (model.kind !== 'graduated' && model.kind !== 'volume') return null;
  const { tiers, per, kind } = model;
  if (tiers.at(-1)?.upTo !== null || tiers.some((tier) => tier.capMinor != null)) return null;
  const lowers = tiers.map((_, at) => tiers[at - 1]?.upTo ?? DECIMAL12_ZERO);
  const slice = (at: number, units: bigint): TierSlice => {
    const { unitPrice, flatMinor, upTo } = tiers[at] as Tier;
    const quantity: Rational = { numerator: units, denominator: DECIMAL12_SCALE };
    return sliceOf({ quantity, unitPrice, per, flatMinor, from: lowers[at] as Decimal12, upTo }, currency);
  };
  const whole = tiers
    .slice(0, -1)
    .map(({ upTo }, at) => slice(at, (upTo as bigint) - (lowers[at] as bigint)));
  return (quantity, known) => {
    if (quantity <= 0n) return null;
    let last = 0;
    while (last < whole.length && quantity > (tiers[last]?.upTo as bigint)) last += 1;
    const slices: TierSlice[] = [];
    const end = slice(last, kind === 'volume' ? quantity : quantity - (lowers[last] as bigint));
    let { numerator } = end.exactMinor;
    for (let at = 0; kind === 'graduated' && at < last; at += 1) {
      const tier = whole[at] as TierSlice;
      numerator += tier.exactMinor.numerator;
      slices.push(tier);
    }
    slices.push(end);
    // All slices count in the same parts, so that their sum is the sum of the numerators.
    const exactMinor: Rational = { numerator, denominator: end.exactMinor.denominator };
    const amountMinor = known ?? roundRational(exactMinor, policy.rounding);
    return {
      exactMinor,
      amountMinor,
      trace: {
        model: kind,
        currency,
        quantity,
        quantitySteps: [],
        slices,
        amountSteps: [],
        exactMinor,
        rounding: policy.rounding,
        amountMinor,
      },
    };
  };
}
