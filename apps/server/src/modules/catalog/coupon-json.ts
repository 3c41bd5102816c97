import type { Coupon, CouponDuration, CouponScope } from '@billhook/core/catalog/coupon';
import { formatDecimal12, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import { type CurrencyCode, currencyCode } from '@billhook/core/money/currency';
import { type Instant, parseInstant } from '@billhook/core/time/instant';
import { isoOrNull } from '../../platform/sql.ts';

export type CouponValueJson =
  | { kind: 'percent'; percent: string }
  | { kind: 'amount'; amounts: Record<string, string> };

/** A coupon as it is stored, in a row of its own and as the snapshot that a subscription keeps. */
export type CouponJson = {
  id: string;
  key: string;
  name: string;
  value: CouponValueJson;
  duration: CouponDuration;
  scope: { plan_ids: string[]; price_keys: string[] };
  max_redemptions: number | null;
  max_per_customer: number | null;
  redeem_by: string | null;
  stack_order: number;
  stackable: boolean;
};

export function couponToJson(coupon: Coupon): CouponJson {
  return {
    id: coupon.id,
    key: coupon.key,
    name: coupon.name,
    value: couponValueToJson(coupon.value),
    duration: coupon.duration,
    scope: couponScopeToJson(coupon.scope),
    max_redemptions: coupon.maxRedemptions,
    max_per_customer: coupon.maxPerCustomer,
    redeem_by: isoOrNull(coupon.redeemBy),
    stack_order: coupon.stackOrder,
    stackable: coupon.isStackable,
  };
}

export function couponFromJson(json: CouponJson): Coupon {
  return {
    id: json.id,
    key: json.key,
    name: json.name,
    value: couponValueFromJson(json.value),
    duration: json.duration,
    scope: { planIds: json.scope.plan_ids, priceKeys: json.scope.price_keys },
    maxRedemptions: json.max_redemptions,
    maxPerCustomer: json.max_per_customer,
    redeemBy: json.redeem_by === null ? null : momentOf(json.redeem_by),
    stackOrder: json.stack_order,
    isStackable: json.stackable,
  };
}

export function couponValueToJson(value: Coupon['value']): CouponValueJson {
  if (value.kind === 'percent') return { kind: 'percent', percent: formatDecimal12(value.percent) };
  return {
    kind: 'amount',
    amounts: Object.fromEntries(
      Object.entries(value.amountsMinor).map(([code, minor]) => [code, `${minor}`]),
    ),
  };
}

function couponValueFromJson(value: CouponValueJson): Coupon['value'] {
  if (value.kind === 'percent') {
    const percent = parseDecimal12(value.percent);
    invariant(percent.ok, 'A stored percentage is a decimal.');
    return { kind: 'percent', percent: percent.value };
  }
  const amountsMinor: Partial<Record<CurrencyCode, bigint>> = {};
  for (const [code, minor] of Object.entries(value.amounts)) amountsMinor[currencyCode(code)] = BigInt(minor);
  return { kind: 'amount', amountsMinor };
}

export function couponScopeToJson(scope: CouponScope): CouponJson['scope'] {
  return { plan_ids: [...scope.planIds], price_keys: [...scope.priceKeys] };
}

function momentOf(text: string): Instant {
  const moment = parseInstant(text);
  invariant(moment.ok, 'A stored moment is written as we write moments.');
  return moment.value;
}
