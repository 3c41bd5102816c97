import { decimal12FromInteger } from '../kernel/decimal.ts';
import { addRational, multiplyRational, RATIONAL_ZERO, type Rational, rational } from '../money/rational.ts';
import { roundRational } from '../money/round.ts';
import { rateReading } from '../rating/rate-reading.ts';
import type { Subscription, SubscriptionItem } from '../subscriptions/subscription.ts';
import { type Cadence, cadenceStep } from '../time/cadence.ts';
import type { Instant } from '../time/instant.ts';

/**
 * Monthly recurring revenue: flat and seat prices brought to one month, before tax. Metered usage is no promise and
 * does not count; trials count from their end on, canceled subscriptions no more. A year is 12 months, a week 12/52 of
 * a month's worth of weeks (52/12 weeks a month), a day 1/30 of a month.
 */
export function itemMrr(subscription: Subscription, item: SubscriptionItem, at: Instant): Rational {
  const counts = subscription.status === 'active' || subscription.status === 'past_due';
  const running = item.activeFrom <= at && (item.activeTo === null || at < item.activeTo);
  if (!counts || !running || item.price.quantity.kind === 'meter') return RATIONAL_ZERO;
  const quantity = decimal12FromInteger(item.quantity);
  const rating = rateReading(item.price, { quantity }, subscription.currency);
  return rating.ok
    ? multiplyRational(rating.value.exactMinor, periodsPerMonth(item.price.cadence))
    : RATIONAL_ZERO;
}

/** The exact sum over items, rounded once. All subscriptions must be in one currency. */
export function mrrMinor(subscriptions: readonly Subscription[], at: Instant): bigint {
  let sum = RATIONAL_ZERO;
  for (const subscription of subscriptions) {
    for (const item of subscription.items) sum = addRational(sum, itemMrr(subscription, item, at));
  }
  return roundRational(sum, 'half_away_from_zero');
}

/** How many periods of a cadence fall into one month. */
export function periodsPerMonth(cadence: Cadence): Rational {
  const { unit, size } = cadenceStep(cadence);
  if (unit === 'months') return rational(1n, BigInt(size));
  return size % 7 === 0 ? rational(52n * 7n, 12n * BigInt(size)) : rational(30n, BigInt(size));
}
