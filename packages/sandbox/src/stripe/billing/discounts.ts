import type { CouponRecord, DiscountRecord, SubscriptionRecord } from '../../state/billing-records.ts';
import type { Draft } from '../../state/draft.ts';
import { invalid, missing } from '../error.ts';
import type { Params } from '../params.ts';
import { boundary } from './calendar.ts';
import { decimal, divideRounded, ONE } from './decimal.ts';
import { isValid } from './objects/coupon.ts';

interface Bearer {
  readonly customer: string;
  readonly currency: string;
  readonly subscription: string | null;
  readonly invoice: string | null;
}

function couponOf(draft: Draft, id: string): CouponRecord {
  const coupon = draft.get('coupon', id);
  if (coupon === undefined) throw missing('coupon', id, 'coupon');
  if (!isValid(coupon, draft.now)) {
    throw invalid(`Coupon expired: ${id}`, { code: 'coupon_expired', param: 'coupon' });
  }
  return coupon;
}

/** What an entry of a `discounts` parameter names. */
export interface Redeemable {
  readonly coupon: string;
  readonly promotionCode: string | null;
}

/** Reads an entry of a `discounts` parameter that names a coupon or a promotion code, either of them usable. */
export function readRedeemable(
  draft: Draft,
  level: Params,
  bearer: Pick<Bearer, 'customer' | 'currency'>,
): Redeemable {
  const codeId = level.text('promotion_code') ?? null;
  const code = codeId === null ? null : draft.get('promotion_code', codeId);
  if (code === undefined) throw missing('promotion code', String(codeId), level.name('promotion_code'));
  if (code !== null) requireUsable(draft, code.id, bearer.customer);
  const coupon = couponOf(draft, code === null ? level.required('coupon') : code.coupon);
  if (coupon.currency !== null && coupon.currency !== bearer.currency) {
    throw invalid(`The coupon ${coupon.id} is in ${coupon.currency}, not in ${bearer.currency}.`, {
      param: level.name('coupon'),
    });
  }
  return { coupon: coupon.id, promotionCode: code?.id ?? null };
}

/** Redeems a coupon for somebody. */
export function redeem(draft: Draft, named: Redeemable, bearer: Bearer): DiscountRecord {
  const coupon = couponOf(draft, named.coupon);
  const code = named.promotionCode === null ? undefined : draft.get('promotion_code', named.promotionCode);
  draft.put('coupon', { ...coupon, timesRedeemed: coupon.timesRedeemed + 1 });
  if (code !== undefined) draft.put('promotion_code', { ...code, timesRedeemed: code.timesRedeemed + 1 });
  const months = coupon.duration === 'repeating' ? coupon.durationInMonths : null;
  const discount = draft.put('discount', {
    id: draft.id('di_'),
    created: draft.now,
    ...named,
    customer: bearer.customer,
    subscription: bearer.subscription,
    invoice: bearer.invoice,
    end: months === null ? null : boundary(draft.now, { interval: 'month', intervalCount: months }, 1),
    used: false,
  });
  draft.emit('customer.discount.created', 'discount', discount);
  return discount;
}

function readDiscount(draft: Draft, level: Params, bearer: Bearer): string {
  const known = level.text('discount') ?? null;
  if (known === null) return redeem(draft, readRedeemable(draft, level, bearer), bearer).id;
  if (draft.get('discount', known) === undefined) throw missing('discount', known, level.name('discount'));
  return known;
}

function requireUsable(draft: Draft, id: string, customer: string): void {
  const code = draft.get('promotion_code', id);
  if (code === undefined) throw missing('promotion code', id, 'promotion_code');
  const over = code.expiresAt !== null && code.expiresAt <= draft.now;
  const spent = code.maxRedemptions !== null && code.timesRedeemed >= code.maxRedemptions;
  if (!code.active || over || spent) {
    throw invalid('This promotion code is not active or has expired.', { param: 'promotion_code' });
  }
  if (code.customer !== null && code.customer !== customer) {
    throw invalid('This promotion code belongs to another customer.', { param: 'promotion_code' });
  }
  const paidBefore = draft.all('invoice').some((one) => one.customer === customer && one.status === 'paid');
  if (code.firstTime && paidBefore) {
    throw invalid('This promotion code is for first-time customers.', { param: 'promotion_code' });
  }
}

/** Reads and redeems `discounts`; undefined when the parameter was not sent. */
export function readDiscounts(draft: Draft, params: Params, bearer: Bearer): string[] | undefined {
  if (!params.has('discounts')) return undefined;
  return params.levels('discounts').map((level) => readDiscount(draft, level, bearer));
}

/** The discounts of a subscription that count at an instant. */
export function liveDiscounts(draft: Draft, subscription: SubscriptionRecord, at: number): string[] {
  return subscription.discounts.filter((id) => {
    const discount = draft.get('discount', id);
    if (discount === undefined || (discount.end !== null && discount.end <= at)) return false;
    return !(discount.used && draft.get('coupon', discount.coupon)?.duration === 'once');
  });
}

/** Marks discounts as used by an invoice. */
export function useDiscounts(draft: Draft, ids: readonly string[]): void {
  for (const id of ids) {
    const discount = draft.get('discount', id);
    if (discount !== undefined && !discount.used) draft.put('discount', { ...discount, used: true });
  }
}

/** An amount less the percentages that count for a subscription, for what is given back or asked for in between. */
export function lessPercentages(draft: Draft, subscription: SubscriptionRecord, amount: number): number {
  let left = BigInt(amount);
  for (const id of subscription.discounts) {
    const coupon = draft.get('coupon', draft.get('discount', id)?.coupon ?? '');
    const percent = coupon?.duration === 'once' ? null : (coupon?.percentOff ?? null);
    if (percent !== null && liveDiscounts(draft, subscription, draft.now).includes(id)) {
      left -= divideRounded(left * decimal(percent), 100n * ONE);
    }
  }
  return Number(left);
}
