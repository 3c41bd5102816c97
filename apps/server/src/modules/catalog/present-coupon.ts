import type { AppliedDiscount } from '@billhook/core/catalog/coupon';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { Instant } from '@billhook/core/time/instant';
import { iso, isoOrNull } from '../../platform/sql.ts';
import { couponToJson, couponValueToJson } from './coupon-json.ts';
import type { StoredCoupon } from './types.ts';

export const couponId = (uuid: string) => encodeTypeId('coup', uuid);
export const discountId = (uuid: string) => encodeTypeId('disc', uuid);

/** @param keys of plans by row id */
export function presentCoupon(coupon: StoredCoupon, keys: ReadonlyMap<string, string>) {
  return {
    id: couponId(coupon.id),
    object: 'coupon' as const,
    ...couponDraft(coupon, keys),
    redemptions: coupon.redemptions,
    archived_at: isoOrNull(coupon.archivedAt),
    created_at: iso(coupon.createdAt),
    updated_at: iso(coupon.updatedAt),
  };
}

/** A coupon as it is written in a catalogue file. */
export function couponDraft(coupon: StoredCoupon, keys: ReadonlyMap<string, string>) {
  const { scope, id, ...json } = couponToJson(coupon);
  return {
    ...json,
    plans: scope.plan_ids.flatMap((planId) => keys.get(planId) ?? []),
    prices: [...scope.price_keys],
  };
}

/** A coupon that was given, as it was then. */
export function presentDiscount(discount: AppliedDiscount, now: Instant) {
  const { coupon, from, until } = discount;
  return {
    id: discountId(discount.id),
    object: 'discount' as const,
    coupon: { id: couponId(coupon.id), key: coupon.key, name: coupon.name },
    value: couponValueToJson(coupon.value),
    duration: coupon.duration,
    starts_at: iso(from),
    ends_at: isoOrNull(until),
    running: until === null || until > now,
    redeemed_at: iso(discount.redeemedAt),
  };
}
