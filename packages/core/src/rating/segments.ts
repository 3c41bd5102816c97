import type { Price } from '../catalog/price.ts';
import type { Tier } from '../catalog/price-model.ts';
import { DECIMAL12_SCALE, DECIMAL12_ZERO } from '../kernel/decimal.ts';
import { type CurrencyCode, minorUnitsPerMajor } from '../money/currency.ts';
import type { RatingPolicy } from './policy.ts';

/**
 * A stretch of quantities on which an amount is a straight line: `(quantity × slope + base) / denominator` minor units,
 * with the quantity scaled by 10^12.
 */
export interface Segment {
  /** The last quantity of the stretch; null for no end. */
  readonly upTo: bigint | null;
  readonly slope: bigint;
  readonly base: bigint;
}

export interface PiecewiseAmount {
  readonly denominator: bigint;
  readonly segments: readonly Segment[];
}

/**
 * The amount of a price as straight lines over its quantity; null for prices that are not of this kind: those over
 * events and values, packages, tiers with a bound of their own, conversions and discounts.
 */
export function piecewiseAmount(
  { model, terms }: Pick<Price, 'model' | 'terms'>,
  currency: CurrencyCode,
  policy: RatingPolicy,
): PiecewiseAmount | null {
  if (terms.conversion !== null || terms.discountPercent !== DECIMAL12_ZERO) return null;
  const scale = DECIMAL12_SCALE * DECIMAL12_SCALE;
  switch (model.kind) {
    case 'flat':
      return { denominator: 1n, segments: [{ upTo: null, slope: 0n, base: model.amountMinor }] };
    case 'per_unit': {
      const slope = model.unitPrice * minorUnitsPerMajor(currency);
      const segments = [{ upTo: null, slope, base: 0n }];
      return withIncluded({ denominator: scale * model.per, segments }, terms.includedUnits, 0n);
    }
    case 'graduated':
    case 'volume': {
      if (model.tiers.at(-1)?.upTo !== null) return null;
      if (model.tiers.some((tier) => tier.capMinor != null)) return null;
      const denominator = scale * model.per;
      const segments = tierSegments(model.tiers, denominator, minorUnitsPerMajor(currency), model.kind);
      const atZero = policy.zeroQuantity === 'charged' ? (segments[0] as Segment).base : 0n;
      return withIncluded({ denominator, segments }, terms.includedUnits, atZero);
    }
    case 'stair_step': {
      const segments = model.steps.map(({ upTo, amountMinor }) => ({ upTo, slope: 0n, base: amountMinor }));
      if (segments.at(-1)?.upTo !== null) return null;
      const atZero = policy.zeroQuantity === 'charged' ? (segments[0] as Segment).base : 0n;
      return withIncluded({ denominator: 1n, segments }, terms.includedUnits, atZero);
    }
    default:
      return null;
  }
}

function tierSegments(
  tiers: readonly Tier[],
  denominator: bigint,
  minorPerMajor: bigint,
  kind: 'graduated' | 'volume',
): readonly Segment[] {
  let from = 0n;
  let below = 0n;
  return tiers.map(({ upTo, unitPrice, flatMinor }) => {
    const slope = unitPrice * minorPerMajor;
    if (kind === 'volume') return { upTo, slope, base: flatMinor * denominator };
    below += flatMinor * denominator;
    const base = below - from * slope;
    if (upTo !== null) {
      below += (upTo - from) * slope;
      from = upTo;
    }
    return { upTo, slope, base };
  });
}

/** Quantities up to what is included cost what zero costs; the lines above begin there. */
function withIncluded(amount: PiecewiseAmount, included: bigint, atZero: bigint): PiecewiseAmount {
  const shifted = amount.segments.map(({ upTo, slope, base }) => ({
    upTo: upTo === null ? null : upTo + included,
    slope,
    base: base - included * slope,
  }));
  return { ...amount, segments: [{ upTo: included, slope: 0n, base: atZero }, ...shifted] };
}
