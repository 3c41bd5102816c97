import type { MeterAggregation } from '@billhook/core/catalog/meter';
import type { WeightUnit } from '@billhook/core/catalog/meter-terms';
import type { LineRule } from '@billhook/core/invoicing/line';
import type { RoundingMode } from '@billhook/core/money/round';
import type { AmountStep, QuantityStep, TierSlice } from '@billhook/core/rating/trace';

/**
 * The stored form of an explanation, as `explanationJson` of core writes it. Members that are optional here are missing
 * on lines which were issued before prices had them.
 */
export type StoredExplanation = {
  rule: LineRule | 'computed_at_stripe';
  /** Null for a line of Stripe that no price here stands for. */
  price_id: string | null;
  price_key: string;
  plan_version_id: string;
  billing_period: { start: string; end: string };
  period_index: number;
  time_zone: string;
  zone_rules_version: string;
  quantity: string;
  readings: {
    meter_id: string;
    period: { start: string; end: string };
    event_count: string;
    digest: string | null;
    late_count?: string;
    /** Missing where the meter only counts or adds up. */
    measure?: {
      aggregation: MeterAggregation;
      percentile?: string;
      weighted_by?: WeightUnit;
      measured: string;
      step?: string;
      mode?: RoundingMode;
    };
  } | null;
  trace: {
    model?: string;
    quantity_steps?: StoredQuantityStep[];
    slices: StoredSlice[];
    amount_steps?: StoredAmountStep[];
  } | null;
  basis?: StoredBasis | null;
  fraction: string;
  proration?: { basis: 'second' | 'day' | 'none'; days: 'actual' | 'fixed_30' } | null;
  exact_minor: string;
  rounding: string;
};

export type StoredSlice = {
  label?: string | null;
  unit?: TierSlice['unit'];
  cap_minor?: string | null;
  from: string;
  up_to: string | null;
  quantity: string;
  unit_price: string;
  per: string;
  flat_minor: string;
  exact_minor: string;
};

export type StoredQuantityStep = {
  step: QuantityStep['step'];
  from: string;
  to: string;
  units?: string;
  size?: string;
  conversion?: { operation: 'multiply' | 'divide'; factor: string; rounding: string; places: number };
};

export type StoredAmountStep = {
  step: AmountStep['step'];
  from: string;
  to: string;
  amount_minor?: string;
  percent?: string;
  bound_minor?: string;
  billed_before_minor?: string;
};

export type StoredBasis =
  | {
      kind: 'charge';
      charged_key: string;
      charged_minor: string;
      credited_minor: string;
      charged_fraction: string;
    }
  | { kind: 'spend'; spent_minor: string; minimum_minor: string | null; maximum_minor: string | null };

/** What a discount is called, by coupons under the id of the discount or of the coupon. */
export function discountName(
  discount: Pick<StoredDiscount, 'name' | 'discount_id' | 'coupon_id'>,
  coupons: ReadonlyMap<string, string>,
): string | undefined {
  const { name, discount_id: id, coupon_id: couponId } = discount;
  return name ?? coupons.get(id ?? '') ?? coupons.get(couponId ?? '');
}

export type StoredDiscount = {
  /** Null for one that Stripe gave, which has a name instead. */
  discount_id: string | null;
  coupon_id: string | null;
  name?: string;
  percent: string | null;
  available_minor: string | null;
  amount_minor: string;
};
