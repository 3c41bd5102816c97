import type { AppliedDiscount, Coupon, DiscountPeriods } from '../catalog/coupon.ts';
import type { Decision } from '../decision/change.ts';
import { ok, type Refused, type Result, refuse } from '../kernel/result.ts';
import type { Instant } from '../time/instant.ts';
import { periodAt } from '../time/schedule.ts';
import { endOfDiscount } from './discount-period.ts';
import { draftOf, withChange, withEvent, withFields } from './draft.ts';
import { itemGrid, leadingItem } from './items.ts';
import { refuseStripe } from './refusals.ts';
import type { Subscription } from './subscription.ts';

export interface DiscountInput {
  readonly now: Instant;
  readonly subscription: Subscription;
  readonly coupon: Coupon;
  readonly discountId: string;
  /** How often the coupon was redeemed before, in all and by this customer; counted under its lock. */
  readonly redemptions: number;
  readonly redemptionsByCustomer: number;
}

/**
 * Gives a coupon to a subscription. It lowers lines from the running period on, as long as the coupon says. A period
 * that is billed already is not touched: then the next one is the first.
 * Refusals: `coupon.expired`, `coupon.exhausted`, `coupon.currency_differs`, `coupon.not_for_plan`,
 * `coupon.not_stackable`, `coupon.already_applied`, `subscription.canceled`, `subscription.authority_stripe`.
 */
export function decideDiscount(input: DiscountInput): Result<Decision> {
  const { now, subscription, coupon } = input;
  const refusal = refusalOf(input);
  if (refusal !== null) return refusal;
  const from = periodStart(subscription, now);
  const periods = periodsOf(subscription);
  const discount: AppliedDiscount = {
    id: input.discountId,
    coupon,
    redeemedAt: now,
    from,
    until: untilOf(coupon, periods, from),
    periods,
  };
  const draft = withChange(draftOf(subscription), {
    type: 'subscription_discount.create',
    subscriptionId: subscription.id,
    discount,
  });
  return ok(
    withEvent(draft, 'subscription.discounted', { coupon_id: coupon.id, discount_id: discount.id, from })
      .decision,
  );
}

/** Ends a discount: lines of periods that begin from now on are not lowered. Refusal: `discount.not_found`. */
export function decideEndDiscount(input: {
  readonly now: Instant;
  readonly subscription: Subscription;
  readonly discountId: string;
}): Result<Decision> {
  const { now, subscription, discountId } = input;
  const discount = subscription.discounts.find(({ id }) => id === discountId);
  if (discount === undefined || (discount.until !== null && discount.until <= now))
    return refuse('discount.not_found', 'There is no such discount that still runs.');
  const draft = withChange(withFields(draftOf(subscription), { nextActionAt: now }), {
    type: 'subscription_discount.end',
    subscriptionId: subscription.id,
    discountId,
    until: now,
  });
  return ok(withEvent(draft, 'subscription.discount_ended', { discount_id: discountId, at: now }).decision);
}

/** The beginning of the running period; the anchor, while it lies ahead. */
function periodStart(subscription: Subscription, now: Instant): Instant {
  const item = leadingItem(subscription);
  if (item === null || now < item.anchorAt) return subscription.anchorAt;
  return periodAt(itemGrid(subscription, item), now).period.start;
}

function periodsOf(subscription: Subscription): DiscountPeriods | null {
  const item = leadingItem(subscription);
  if (item === null) return null;
  const { timeZone, billingDay } = subscription;
  const { cadence, alignment } = item.price;
  return { anchorAt: item.anchorAt, timeZone, cadence, alignment, billingDay };
}

function untilOf({ duration }: Coupon, periods: DiscountPeriods | null, from: Instant): Instant | null {
  if (duration.kind === 'forever') return null;
  return endOfDiscount({ periods }, from, duration.kind === 'once' ? 1 : duration.count);
}

function refusalOf(input: DiscountInput): Refused | null {
  const { now, subscription, coupon } = input;
  if (subscription.status === 'canceled')
    return refuse('subscription.canceled', 'A canceled subscription takes no discount.');
  if (coupon.redeemBy !== null && now >= coupon.redeemBy)
    return refuse('coupon.expired', 'This coupon has expired.');
  if (
    isReached(input.redemptions, coupon.maxRedemptions) ||
    isReached(input.redemptionsByCustomer, coupon.maxPerCustomer)
  )
    return refuse('coupon.exhausted', 'This coupon has been used as often as it may be.');
  if (coupon.value.kind === 'amount' && coupon.value.amountsMinor[subscription.currency] === undefined)
    return refuse('coupon.currency_differs', `This coupon has no amount in ${subscription.currency}.`);
  if (coupon.scope.planIds.length > 0 && !coupon.scope.planIds.includes(subscription.planId))
    return refuse('coupon.not_for_plan', 'This coupon is not for this plan.');
  const running = subscription.discounts.filter(({ until }) => until === null || until > now);
  if (running.some((discount) => discount.coupon.id === coupon.id))
    return refuse('coupon.already_applied', 'The subscription already has this coupon.');
  if (running.length > 0 && !(coupon.isStackable && running.every((discount) => discount.coupon.isStackable)))
    return refuse('coupon.not_stackable', 'This coupon cannot stand beside another.');
  return refuseStripe(subscription);
}

function isReached(count: number, max: number | null): boolean {
  return max !== null && count >= max;
}
