import type { Price } from '../catalog/price.ts';
import { invariant } from '../kernel/invariant.ts';
import { type Grid, layGrid } from '../time/grid.ts';
import { type Instant, later } from '../time/instant.ts';
import { type IndexedPeriod, periodAt } from '../time/schedule.ts';
import { zoneNamed } from '../time/zone.ts';
import type { Subscription, SubscriptionItem } from './subscription.ts';

/** Seats that one subscription may have; above it a mistyped figure is more likely than a wish. */
export const MAX_SEATS = 1_000_000n;

export interface NewItems {
  readonly prices: readonly Price[];
  /** One id a price, made by the caller. */
  readonly itemIds: readonly string[];
  readonly planVersionId: string;
  readonly seats: bigint;
  readonly anchorAt: Instant;
  readonly activeFrom: Instant;
}

/** One item a price, running from `activeFrom` without an end. */
export function startItems(input: NewItems): SubscriptionItem[] {
  invariant(input.itemIds.length >= input.prices.length, 'Every price needs an id for its item.');
  return input.prices.map((price, index) => ({
    id: input.itemIds[index] as string,
    planVersionId: input.planVersionId,
    price,
    quantity: price.quantity.kind === 'seats' ? input.seats : 1n,
    anchorAt: input.anchorAt,
    activeFrom: input.activeFrom,
    activeTo: null,
    creditUnused: false,
  }));
}

/** Items without an end, in their order. */
export function openItems(subscription: Subscription): readonly SubscriptionItem[] {
  return subscription.items.filter((item) => item.activeTo === null);
}

/** An item that has not begun to be charged ends where it would begin: it never costs anything. */
export function endOf(item: SubscriptionItem, at: Instant): Instant {
  return later(at, item.activeFrom);
}

export function itemGrid(subscription: Pick<Subscription, 'timeZone'>, item: SubscriptionItem): Grid {
  return layGrid({
    anchorAt: item.anchorAt,
    zone: zoneNamed(subscription.timeZone),
    cadence: item.price.cadence,
    alignment: item.price.alignment,
  });
}

/** The price whose periods "end of the period" means: the first one billed in advance, or else the first. */
export function leadingPrice(prices: readonly Price[]): Price | null {
  return prices.find((price) => price.timing === 'in_advance') ?? prices[0] ?? null;
}

/**
 * The billing period that a moment falls in, by the leading price. Null for a plan without prices, and before the
 * anchor, while a trial or the wait for the start is under way.
 */
export function currentPeriod(subscription: Subscription, at: Instant): IndexedPeriod | null {
  const items = openItems(subscription);
  const price = leadingPrice(items.map((item) => item.price));
  const item = items.find((candidate) => candidate.price === price);
  if (item === undefined || at < item.anchorAt) return null;
  return periodAt(itemGrid(subscription, item), at);
}
