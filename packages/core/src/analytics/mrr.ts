import { decimal12FromInteger } from '../kernel/decimal.ts';
import {
  addRational,
  largerRational,
  multiplyRational,
  RATIONAL_ZERO,
  type Rational,
  rational,
  smallerRational,
} from '../money/rational.ts';
import { roundRational } from '../money/round.ts';
import { rateReading } from '../rating/rate-reading.ts';
import { coveredUpTo } from '../subscriptions/cut-item.ts';
import { isPausedAt, type Subscription, type SubscriptionItem } from '../subscriptions/subscription.ts';
import { type Cadence, cadenceStep } from '../time/cadence.ts';
import type { Instant } from '../time/instant.ts';

/**
 * Monthly recurring revenue of a subscription: what it pays a month for flat prices, seats and add-ons, before tax.
 * Metered usage is no promise and does not count, but a commitment does: others together count at least its minimum
 * and at most its cap. Trials count from their end on; paused and canceled subscriptions count nothing. Discounts are
 * not taken off. A year is 12 months, a week 12/52 of a month's worth of weeks (52/12 weeks a month), a day 1/30 of a
 * month.
 */
function subscriptionMrr(subscription: Subscription, at: Instant): Rational {
  const { status } = subscription;
  if ((status !== 'active' && status !== 'past_due') || isPausedAt(subscription, at)) return RATIONAL_ZERO;
  const paid = subscription.items.filter((item) => isPaidAt(subscription, item, at));
  let sum = RATIONAL_ZERO;
  for (const item of paid) sum = addRational(sum, monthlyAmount(subscription, item));
  for (const item of paid) sum = withinCommitment(sum, item);
  return sum;
}

/** The exact sum over subscriptions, rounded once. All must be in one currency. */
export function mrrMinor(subscriptions: readonly Subscription[], at: Instant): bigint {
  let sum = RATIONAL_ZERO;
  for (const subscription of subscriptions) sum = addRational(sum, subscriptionMrr(subscription, at));
  return roundRational(sum, 'half_away_from_zero');
}

/**
 * Whether an item runs or, where it was ended without credit, its successor waits for the end of what was paid: until
 * then the paid period counts, so that no month shows less than is paid and nothing counts twice.
 */
function isPaidAt(subscription: Subscription, item: SubscriptionItem, at: Instant): boolean {
  const { activeFrom, activeTo } = item;
  if (at < activeFrom || activeFrom === activeTo) return false;
  if (activeTo === null || at < activeTo) return true;
  const waiting = subscription.items.filter((other) => other.activeFrom > at && isSameSource(item, other));
  if (waiting.length === 0) return false;
  const paidTo = coveredUpTo(subscription, item, activeTo, item.creditUnused);
  return at < paidTo && waiting.some((other) => other.activeFrom <= paidTo);
}

function isSameSource({ source: one }: SubscriptionItem, { source: other }: SubscriptionItem): boolean {
  if (one.kind === 'plan' || other.kind === 'plan') return one.kind === other.kind;
  return one.addOnId === other.addOnId;
}

function monthlyAmount({ currency }: Subscription, { price, quantity }: SubscriptionItem): Rational {
  if (price.quantity.kind === 'meter' || price.model.kind === 'commitment') return RATIONAL_ZERO;
  const rating = rateReading(price, { quantity: decimal12FromInteger(quantity) }, currency);
  return rating.ok
    ? multiplyRational(rating.value.exactMinor, periodsPerMonth(price.cadence))
    : RATIONAL_ZERO;
}

/** What a month costs with the bounds of a commitment, which look at everything that the subscription spends. */
function withinCommitment(monthly: Rational, { price: { model, cadence } }: SubscriptionItem): Rational {
  if (model.kind !== 'commitment') return monthly;
  const { minimumMinor, maximumMinor } = model;
  const perMonth = (boundMinor: bigint) =>
    multiplyRational(rational(boundMinor, 1n), periodsPerMonth(cadence));
  const least = minimumMinor === null ? monthly : largerRational(monthly, perMonth(minimumMinor));
  return maximumMinor === null ? least : smallerRational(least, perMonth(maximumMinor));
}

/** How many periods of a cadence fall into one month. */
export function periodsPerMonth(cadence: Cadence): Rational {
  const { unit, size } = cadenceStep(cadence);
  if (unit === 'months') return rational(1n, BigInt(size));
  return size % 7 === 0 ? rational(52n * 7n, 12n * BigInt(size)) : rational(30n, BigInt(size));
}
