import { DEFAULT_PRORATION_POLICY, type ProrationPolicy } from '../proration/policy.ts';
import { cutWithin } from '../proration/share.ts';
import type { Instant } from '../time/instant.ts';
import { periodAt } from '../time/schedule.ts';
import { itemGrid } from './items.ts';
import type { Subscription, SubscriptionItem } from './subscription.ts';

/** To whom the day of a change and the day of an end belong, for prices that are prorated by day. */
export type DayRules = Pick<ProrationPolicy, 'changeDay' | 'terminationDay'>;

type Place = Pick<Subscription, 'timeZone' | 'billingDay'>;
type Cut = Pick<SubscriptionItem, 'anchorAt' | 'price'>;

/** Where inside its period an item is cut by something that happens at a moment. Usage is always cut at the moment. */
export function cutItem(
  place: Place,
  item: Cut,
  at: Instant,
  cause: 'change' | 'end',
  days: DayRules,
): Instant {
  const { price } = item;
  if (price.proration !== 'day' || price.quantity.kind === 'meter' || at < item.anchorAt) return at;
  const grid = itemGrid(place, item);
  const { period } = periodAt(grid, at);
  const whole = { period, zone: grid.zone, cadence: price.cadence };
  return cutWithin(whole, at, cause, { ...DEFAULT_PRORATION_POLICY, ...days, basis: 'day' });
}

/**
 * The moment from which an item that follows another is charged. Where nothing is prorated, what was charged in advance
 * covers the whole period it was charged for, and the successor is charged after it.
 */
export function successionAt(
  place: Place,
  before: SubscriptionItem | null,
  next: Cut,
  at: Instant,
  days: DayRules,
  isProrated: boolean,
): Instant {
  if (before === null || at <= before.activeFrom) return at;
  const isWhole = !isProrated || before.price.proration === 'none';
  if (!isWhole || before.price.timing === 'in_arrears') return cutItem(place, next, at, 'change', days);
  const { period } = periodAt(itemGrid(place, before), at);
  return period.start === at ? at : period.end;
}
