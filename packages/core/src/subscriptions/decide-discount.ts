import type { AppliedDiscount, Coupon, DiscountPeriods } from '../catalog/coupon.ts';
import type { Decision } from '../decision/change.ts';
import type { BilledLine } from '../invoicing/line.ts';
import { ok, type Refused, type Result, refuse } from '../kernel/result.ts';
import type { Instant } from '../time/instant.ts';
import { periodAt } from '../time/schedule.ts';
import { endOfDiscount } from './discount-period.ts';
import { draftOf, withChange, withEvent, withFields } from './draft.ts';
import { itemGrid, leadingItem } from './items.ts';
import { refuseStripe } from './refusals.ts';
import { isWaiting, type Subscription } from './subscription.ts';

export interface DiscountInput {
  readonly now: Instant;
  readonly subscription: Subscription;
  readonly coupon: Coupon;
  readonly discountId: string;
  /** How often the coupon was redeemed before, in all and by this customer; counted under its lock. */
  readonly redemptions: number;
  readonly redemptionsByCustomer: number;
  /** The lines of the subscription that stand on invoices. */
  readonly billed: readonly Pick<BilledLine, 'itemId' | 'kind' | 'billingPeriod'>[];
}

/**
 * Gives a coupon to a subscription. It lowers lines from the running period on, as long as the coupon says. Where the
 * charge that it would lower is billed for that period already, the next period is the first. During a trial the first
 * period is.
 * Refusals: `coupon.expired`, `coupon.exhausted`, `coupon.currency_differs`, `coupon.not_for_plan`,
 * `coupon.not_stackable`, `coupon.already_applied`, `subscription.canceled`, `subscription.authority_stripe`.
 */
export function decideDiscount(input: DiscountInput): Result<Decision> {
  const { now, subscription, coupon } = input;
  const refusal = refusalOf(input);
  if (refusal !== null) return refusal;
  const discount: AppliedDiscount = {
    id: input.discountId,
    coupon,
    redeemedAt: now,
    ...layDiscount(subscription, coupon, firstPeriod(input)),
  };
  const draft = withChange(draftOf(subscription), {
    type: 'subscription_discount.create',
    subscriptionId: subscription.id,
    discount,
  });
  return ok(
    withEvent(draft, 'subscription.discounted', {
      coupon_id: coupon.id,
      discount_id: discount.id,
      from: discount.from,
    }).decision,
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

/** The beginning of the first period to be lowered; the anchor, while it lies ahead. */
function firstPeriod({ now, subscription, coupon, billed }: DiscountInput): Instant {
  const leading = leadingItem(subscription);
  if (isWaiting(subscription)) return subscription.anchorAt;
  if (leading === null) return now;
  const { start, end } = periodAt(itemGrid(subscription, leading), now).period;
  const { planIds, priceKeys } = coupon.scope;
  const isBilled = billed.some(({ itemId, kind, billingPeriod }) => {
    const item = subscription.items.find(({ id }) => id === itemId);
    return (
      item !== undefined &&
      kind === 'recurring' &&
      item.price.timing === 'in_advance' &&
      billingPeriod.start >= start &&
      (planIds.length === 0 || planIds.includes(item.planId)) &&
      (priceKeys.length === 0 || priceKeys.includes(item.price.key))
    );
  });
  return isBilled ? end : start;
}

/** How a discount that begins with a period is laid out on the grid of the subscription. */
export function layDiscount(
  subscription: Subscription,
  { duration }: Coupon,
  from: Instant,
): Pick<AppliedDiscount, 'from' | 'until' | 'periods'> {
  const periods = periodsOf(subscription);
  const count = duration.kind === 'forever' ? null : duration.kind === 'once' ? 1 : duration.count;
  return { from, until: count === null ? null : endOfDiscount({ periods }, from, count), periods };
}

function periodsOf(subscription: Subscription): DiscountPeriods | null {
  const item = leadingItem(subscription);
  if (item === null) return null;
  const { timeZone, billingDay } = subscription;
  const { cadence, alignment } = item.price;
  return { anchorAt: item.anchorAt, timeZone, cadence, alignment, billingDay };
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
