import { RATIONAL_ONE, RATIONAL_ZERO, type Rational } from '../money/rational.ts';
import { DEFAULT_PRORATION_POLICY, type ProrationPolicy } from '../proration/policy.ts';
import { shareOf } from '../proration/prorate.ts';
import { type CutCause, cutWithin, type FullPeriod, shareOfPart } from '../proration/share.ts';
import type { Subscription, SubscriptionItem } from '../subscriptions/subscription.ts';
import type { Instant } from '../time/instant.ts';
import { zoneNamed } from '../time/zone.ts';
import type { ServiceSpan } from './service-spans.ts';

/**
 * The share of its full period that a stretch of service is charged or credited for, as its price prorates. By day, the
 * day of a start is charged, the day of a change belongs to the new price, and the day of an end is used. Without
 * proration a started period counts whole and nothing is credited; a price that takes over inside a period is charged
 * from the next period on, because the one before it stands to the end of this.
 */
export function shareOfSpan(subscription: Subscription, span: ServiceSpan): Rational {
  const { item, kind, servicePeriod, billingPeriod } = span;
  if (kind === 'usage') return RATIONAL_ONE;
  if (item.price.proration === 'second') return shareOf(servicePeriod, billingPeriod);
  const tookOver = servicePeriod.start > billingPeriod.start && tookOverFromAnother(subscription, item);
  if (item.price.proration === 'none') return tookOver ? RATIONAL_ZERO : RATIONAL_ONE;
  const policy: ProrationPolicy = { ...DEFAULT_PRORATION_POLICY, basis: 'day' };
  const whole: FullPeriod = {
    period: billingPeriod,
    zone: zoneNamed(subscription.timeZone),
    cadence: item.price.cadence,
  };
  const cut = (moment: Instant, cause: CutCause) => cutWithin(whole, moment, cause, policy);
  const endCause = subscription.endedAt !== null && subscription.endedAt === item.activeTo ? 'end' : 'change';
  const startCause = tookOver ? 'change' : 'start';
  const start = cut(servicePeriod.start, kind === 'proration_credit' ? endCause : startCause);
  const end = servicePeriod.end < billingPeriod.end ? cut(servicePeriod.end, endCause) : billingPeriod.end;
  return shareOfPart({ start, end }, whole, policy);
}

/** True if the item began where another one that had run ended: a change of plan or of seats, not a start. */
function tookOverFromAnother(subscription: Subscription, item: SubscriptionItem): boolean {
  return subscription.items.some(
    (other) => other.activeTo === item.activeFrom && other.activeFrom < other.activeTo,
  );
}
