import type { Decimal12 } from '../kernel/decimal.ts';
import type { CurrencyCode } from '../money/currency.ts';
import type { Cadence } from '../time/cadence.ts';
import type { Alignment } from '../time/grid.ts';
import type { Instant } from '../time/instant.ts';

/** A reduction that customers can be given. What is given is a snapshot, so a coupon may change or end later. */
export interface Coupon {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly value: CouponValue;
  readonly duration: CouponDuration;
  readonly scope: CouponScope;
  /** How often it may be redeemed in all; null for no limit. */
  readonly maxRedemptions: number | null;
  readonly maxPerCustomer: number | null;
  /** The last moment, exclusive, at which it may be redeemed. */
  readonly redeemBy: Instant | null;
  /** Discounts of a subscription are taken in this order, lower first; equal ones in the order they were given. */
  readonly stackOrder: number;
  /** Whether it may stand beside other discounts. */
  readonly isStackable: boolean;
}

/** `percent` of each line, or an amount a period in each currency that it is offered in. */
export type CouponValue =
  | { readonly kind: 'percent'; readonly percent: Decimal12 }
  | { readonly kind: 'amount'; readonly amountsMinor: Readonly<Partial<Record<CurrencyCode, bigint>>> };

/** `once` is the period in which it is redeemed; `periods` that one and the following ones. */
export type CouponDuration =
  | { readonly kind: 'once' }
  | { readonly kind: 'periods'; readonly count: number }
  | { readonly kind: 'forever' };

/** Which lines it lowers. An empty list means all. */
export interface CouponScope {
  readonly planIds: readonly string[];
  readonly priceKeys: readonly string[];
}

/** A coupon on a subscription. It lowers the lines whose billing period begins in `[from, until)`. */
export interface AppliedDiscount {
  readonly id: string;
  readonly coupon: Coupon;
  readonly redeemedAt: Instant;
  readonly from: Instant;
  readonly until: Instant | null;
  /** Its periods, as the subscription's were when it was given: a later change of plan does not move them. */
  readonly periods: DiscountPeriods | null;
}

export interface DiscountPeriods {
  readonly anchorAt: Instant;
  readonly timeZone: string;
  readonly cadence: Cadence;
  readonly alignment: Alignment;
  readonly billingDay: number | null;
}
