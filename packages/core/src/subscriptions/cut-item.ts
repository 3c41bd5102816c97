import { DEFAULT_PRORATION_POLICY, type ProrationPolicy } from '../proration/policy.ts';
import { cutWithin } from '../proration/share.ts';
import { type Instant, later } from '../time/instant.ts';
import { periodAt } from '../time/schedule.ts';
import { itemGrid } from './items.ts';
import type { Subscription, SubscriptionItem } from './subscription.ts';

/**
 * What a seller decides about cuts: to whom the day of a change and the day of an end belong, for prices that are
 * prorated by day, and what a change gives back.
 */
export type DayRules = Pick<ProrationPolicy, 'changeDay' | 'terminationDay' | 'changeCredit'>;

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
 * Where the charge for the running period of an item begins. A change that gives the whole fee back ends the item there,
 * as if the period had not begun. Null for an item that is not charged by period in advance, or not in parts.
 */
export function chargeStart(place: Place, item: SubscriptionItem, at: Instant): Instant | null {
  const { price, activeFrom } = item;
  if (price.timing !== 'in_advance' || price.proration === 'none') return null;
  return at <= activeFrom ? activeFrom : later(activeFrom, periodAt(itemGrid(place, item), at).period.start);
}

/**
 * Up to where the charge for an item stands when it is ended at a moment: the end of the running period if that is
 * charged whole, the beginning of an item that has not begun (then an item before it covers the time), or the moment.
 */
export function coveredUpTo(place: Place, item: SubscriptionItem, at: Instant, isProrated: boolean): Instant {
  const { price } = item;
  if (at <= item.activeFrom) return item.activeFrom;
  const isWhole = price.proration === 'none' || (!isProrated && price.timing === 'in_advance');
  if (!isWhole || price.quantity.kind === 'meter') return at;
  const { period } = periodAt(itemGrid(place, item), at);
  return period.start === at ? at : period.end;
}

/**
 * The moment from which an item that follows another is charged. What was charged for the one before is never charged
 * again: where it stands for a whole period, the successor is charged after it.
 */
export function successionAt(
  place: Place,
  before: SubscriptionItem | null,
  next: Cut,
  at: Instant,
  days: DayRules,
  isProrated: boolean,
): Instant {
  if (before === null) return cutItem(place, next, at, 'change', days);
  const covered = coveredUpTo(place, before, at, isProrated);
  // It begins where the one before ends, also where one of them is prorated by day and the other by time.
  return covered > at ? covered : later(before.activeFrom, cutItem(place, before, at, 'change', days));
}
