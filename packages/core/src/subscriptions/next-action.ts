import { addMs, earlier, type Instant, later } from '../time/instant.ts';
import { boundary, periodIndexAt } from '../time/schedule.ts';
import { itemGrid } from './items.ts';
import type { Subscription, SubscriptionItem } from './subscription.ts';

/**
 * The first moment after `now` at which billing has something to do, given that everything due up to `now` is done.
 * Null if that will never be, as for a canceled subscription whose last usage is billed.
 */
export function nextActionAt(subscription: Subscription, now: Instant, usageGraceMs: number): Instant | null {
  const moments: Instant[] = [];
  if (subscription.status === 'scheduled') moments.push(subscription.startAt);
  if (subscription.status === 'trialing' && subscription.trialEndAt !== null)
    moments.push(subscription.trialEndAt);
  for (const step of subscription.schedule) moments.push(step.at);
  for (const charge of subscription.charges) moments.push(charge.at);
  for (const item of subscription.items) moments.push(...itemMoments(subscription, item, now, usageGraceMs));
  return moments
    .filter((moment) => moment > now)
    .reduce<Instant | null>((first, moment) => (first === null ? moment : earlier(first, moment)), null);
}

function itemMoments(
  subscription: Subscription,
  item: SubscriptionItem,
  now: Instant,
  usageGraceMs: number,
): readonly Instant[] {
  // A commitment looks at the usage of its period, so it waits as long as that does.
  const waits = item.price.quantity.kind === 'meter' || item.price.model.kind === 'commitment';
  const graceMs = waits ? usageGraceMs : 0;
  if (item.activeTo !== null && addMs(item.activeTo, graceMs) <= now) return [];
  const grid = itemGrid(subscription, item);
  const seen = later(addMs(now, -graceMs), item.activeFrom);
  const moments = [item.activeFrom, addMs(boundary(grid, periodIndexAt(grid, seen) + 1), graceMs)];
  if (item.activeTo !== null) moments.push(addMs(item.activeTo, graceMs));
  return moments;
}
