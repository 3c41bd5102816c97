import type { UnitConversion } from '../catalog/price.ts';
import type { PriceModel } from '../catalog/price-model.ts';
import type { Decimal12 } from '../kernel/decimal.ts';
import type { CurrencyCode } from '../money/currency.ts';
import type { Rational } from '../money/rational.ts';
import type { RoundingMode } from '../money/round.ts';
import type { UnitPrice } from '../money/unit-price.ts';

/**
 * How an amount came about, whatever the model: what was measured, what happened to the quantity, what each slice of it
 * cost, what happened to the amount, and the one rounding. `verifyTrace` recomputes it from here alone.
 */
export interface RatingTrace {
  readonly model: PriceModel['kind'];
  readonly currency: CurrencyCode;
  /** The quantity that was charged before conversion and included units: never negative. */
  readonly quantity: Decimal12;
  /** What happened to the quantity, in order: each step begins with what the one before gave. */
  readonly quantitySteps: readonly QuantityStep[];
  readonly slices: readonly TierSlice[];
  /** What happened to the sum of the slices, in order. */
  readonly amountSteps: readonly AmountStep[];
  readonly exactMinor: Rational;
  readonly rounding: RoundingMode;
  readonly amountMinor: bigint;
}

/**
 * A part of a quantity at one price:
 * `exactMinor = quantity × unitPrice × minor units of the currency / per + flatMinor`, but at most `capMinor`.
 */
export interface TierSlice {
  /** What the slice is about, where tiers do not say it: a value of a dimension, the name of a unit, a kind of fee. */
  readonly label: string | null;
  /** What `quantity` counts. `money` is currency units; priced in percent, `unitPrice` is the rate and `per` is 100. */
  readonly unit: 'units' | 'packages' | 'blocks' | 'events' | 'money';
  /** Exclusive lower bound of the tier. */
  readonly from: Decimal12;
  /** Inclusive upper bound; null if open. */
  readonly upTo: Decimal12 | null;
  readonly quantity: Rational;
  readonly unitPrice: UnitPrice;
  readonly per: bigint;
  readonly flatMinor: bigint;
  readonly capMinor: Rational | null;
  readonly exactMinor: Rational;
}

export type QuantityStep =
  | {
      readonly step: 'conversion';
      readonly conversion: UnitConversion;
      readonly from: Rational;
      readonly to: Rational;
    }
  | {
      readonly step: 'included_units';
      readonly units: Rational;
      readonly from: Rational;
      readonly to: Rational;
    }
  | { readonly step: 'packages'; readonly size: Decimal12; readonly from: Rational; readonly to: Rational }
  /** Units of earlier lines of the period, added so that conversion or packages are counted over the sum. */
  | {
      readonly step: 'earlier_units';
      readonly units: Rational;
      readonly from: Rational;
      readonly to: Rational;
    }
  /** The part of the sum that earlier lines of the period have billed, taken off again. */
  | {
      readonly step: 'billed_before';
      readonly units: Rational;
      readonly from: Rational;
      readonly to: Rational;
    };

export type AmountStep =
  | {
      readonly step: 'flat_fee';
      readonly amountMinor: bigint;
      readonly from: Rational;
      readonly to: Rational;
    }
  /** Known only at the end of the period, so that a line inside it bills nothing. */
  | { readonly step: 'not_yet_due'; readonly from: Rational; readonly to: Rational }
  | { readonly step: 'discount'; readonly percent: Decimal12; readonly from: Rational; readonly to: Rational }
  | {
      /** `billedBeforeMinor` of earlier lines of the period counts towards the bound. */
      readonly step: 'maximum' | 'minimum';
      readonly boundMinor: bigint;
      readonly billedBeforeMinor: bigint;
      readonly from: Rational;
      readonly to: Rational;
    };

export interface Rating {
  /** Before rounding, in minor units. */
  readonly exactMinor: Rational;
  readonly amountMinor: bigint;
  readonly trace: RatingTrace;
}
