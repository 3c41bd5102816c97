import type { DiscountAtStripe } from '@billhook/core/mirror/subscription-at-stripe';
import { instant } from '@billhook/core/time/instant';
import type Stripe from 'stripe';

type Listed = string | Stripe.Discount | Stripe.DeletedDiscount;

/** Discounts as they are shown where they were asked for whole; those that are only named say nothing. */
export function discountsAtStripe(discounts: readonly Listed[]): DiscountAtStripe[] {
  return discounts.flatMap((discount): DiscountAtStripe[] => {
    if (typeof discount === 'string' || discount.deleted === true) return [];
    const coupon = couponOf(discount);
    if (coupon === null) return [];
    const { promotion_code: code } = discount;
    return [
      {
        id: discount.id,
        couponId: coupon.id,
        name: nameOf(coupon),
        code: typeof code === 'object' && code !== null ? code.code : null,
        percent: coupon.percent_off === null ? null : `${coupon.percent_off}`,
        amountMinor: coupon.amount_off === null ? null : BigInt(coupon.amount_off),
        startAt: instant(discount.start * 1000),
        endAt: discount.end === null ? null : instant(discount.end * 1000),
      },
    ];
  });
}

/** What discounts are called, by id; also those that have ended. */
export function discountNames(discounts: readonly Listed[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const discount of discounts) {
    const coupon = typeof discount === 'string' ? null : couponOf(discount);
    if (typeof discount !== 'string' && coupon !== null) names.set(discount.id, nameOf(coupon));
  }
  return names;
}

function couponOf({ source }: Exclude<Listed, string>): Stripe.Coupon | null {
  return typeof source.coupon === 'object' ? source.coupon : null;
}

const nameOf = ({ id, name }: Stripe.Coupon): string =>
  (name ?? id).replaceAll(/[\p{Cc}\s]+/gu, ' ').slice(0, 200);
