import type { GraduatedModel, PriceModel } from '../catalog/price.ts';
import { DECIMAL12_ZERO, type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import { unreachable } from '../kernel/invariant.ts';
import type { CurrencyCode } from '../money/currency.ts';
import { addRational, RATIONAL_ZERO, type Rational, rational } from '../money/rational.ts';
import { type RoundingMode, roundRational } from '../money/round.ts';
import { costOf, type UnitPrice } from '../money/unit-price.ts';

/** The part of a quantity that fell into one tier, and what it cost exactly. */
export interface TierSlice {
  /** Exclusive lower bound of the tier. */
  readonly from: Decimal12;
  /** Inclusive upper bound; null if open. */
  readonly upTo: Decimal12 | null;
  readonly quantity: Decimal12;
  readonly unitPrice: UnitPrice;
  readonly per: bigint;
  readonly flatMinor: bigint;
  readonly exactMinor: Rational;
}

export interface Rating {
  /** Before rounding, in minor units. */
  readonly exactMinor: Rational;
  readonly amountMinor: bigint;
  readonly trace: {
    readonly model: PriceModel['kind'];
    /** The quantity that was charged: never negative. */
    readonly quantity: Decimal12;
    readonly slices: readonly TierSlice[];
    readonly rounding: RoundingMode;
  };
}

/**
 * What a quantity costs under a price model. A negative quantity (a sum meter fed with corrections) is charged as
 * zero. The amount is exact until it is rounded once, at the end.
 */
export function rateQuantity(
  model: PriceModel,
  quantity: Decimal12,
  currency: CurrencyCode,
  rounding: RoundingMode = 'half_away_from_zero',
): Rating {
  const charged = quantity < 0n ? DECIMAL12_ZERO : quantity;
  const slices = slicesOf(model, charged, currency);
  let exactMinor = model.kind === 'flat' ? rational(model.amountMinor, 1n) : RATIONAL_ZERO;
  for (const slice of slices) exactMinor = addRational(exactMinor, slice.exactMinor);
  return {
    exactMinor,
    amountMinor: roundRational(exactMinor, rounding),
    trace: { model: model.kind, quantity: charged, slices, rounding },
  };
}

function slicesOf(model: PriceModel, quantity: Decimal12, currency: CurrencyCode): readonly TierSlice[] {
  switch (model.kind) {
    case 'flat':
      return [];
    case 'per_unit':
      return [
        {
          from: DECIMAL12_ZERO,
          upTo: null,
          quantity,
          unitPrice: model.unitPrice,
          per: model.per,
          flatMinor: 0n,
          exactMinor: costOf(quantity, model.unitPrice, model.per, currency),
        },
      ];
    case 'graduated':
      return graduatedSlices(model, quantity, currency);
    default:
      return unreachable(model);
  }
}

function graduatedSlices(
  model: GraduatedModel,
  quantity: Decimal12,
  currency: CurrencyCode,
): readonly TierSlice[] {
  const slices: TierSlice[] = [];
  let from = DECIMAL12_ZERO;
  for (const tier of model.tiers) {
    if (slices.length > 0 && quantity <= from) break;
    const top = tier.upTo !== null && tier.upTo < quantity ? tier.upTo : quantity;
    const inTier = decimal12FromScaled(top - from);
    slices.push({
      from,
      upTo: tier.upTo,
      quantity: inTier,
      unitPrice: tier.unitPrice,
      per: model.per,
      flatMinor: tier.flatMinor,
      exactMinor: addRational(
        costOf(inTier, tier.unitPrice, model.per, currency),
        rational(tier.flatMinor, 1n),
      ),
    });
    if (tier.upTo === null) break;
    from = tier.upTo;
  }
  return slices;
}
