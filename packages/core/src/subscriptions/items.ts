import type { Price } from '../catalog/price.ts';
import { invariant } from '../kernel/invariant.ts';
import { type Grid, layGrid } from '../time/grid.ts';
import { type Instant, later } from '../time/instant.ts';
import { boundary, type IndexedPeriod, periodAt } from '../time/schedule.ts';
import { zoneNamed } from '../time/zone.ts';
import { FROM_PLAN, type ItemSource, type Subscription, type SubscriptionItem } from './subscription.ts';

/** Seats that one subscription may have; above it a mistyped figure is more likely than a wish. */
export const MAX_SEATS = 1_000_000n;

export interface NewItems {
  readonly prices: readonly Price[];
  /** One id a price, made by the caller. */
  readonly itemIds: readonly string[];
  readonly planId: string;
  readonly planVersionId: string;
  readonly seats: bigint;
  readonly anchorAt: Instant;
  readonly activeFrom: Instant;
  readonly source?: ItemSource;
  /** Keys of the prices that were changed for this subscription alone. */
  readonly overriddenKeys?: readonly string[];
}

/** One item a price, running from `activeFrom` without an end. An add-on counts its quantity in every price. */
export function startItems(input: NewItems): SubscriptionItem[] {
  invariant(input.itemIds.length >= input.prices.length, 'Every price needs an id for its item.');
  const source = input.source ?? FROM_PLAN;
  return input.prices.map((price, index) => ({
    id: input.itemIds[index] as string,
    planId: input.planId,
    planVersionId: input.planVersionId,
    price,
    isOverridden: input.overriddenKeys?.includes(price.key) ?? false,
    source,
    quantity: price.quantity.kind === 'seats' || source.kind === 'add_on' ? input.seats : 1n,
    anchorAt: input.anchorAt,
    activeFrom: input.activeFrom,
    activeTo: null,
    creditUnused: false,
  }));
}

/** Items without an end, in their order. */
export function openItems(subscription: Pick<Subscription, 'items'>): readonly SubscriptionItem[] {
  return subscription.items.filter((item) => item.activeTo === null);
}

/**
 * The open items that the plan itself brought: what a change of plan replaces. They are in the order of the rate card,
 * also where one of them was ended and started again with other seats or another price.
 */
export function planItems(subscription: Pick<Subscription, 'items'>): readonly SubscriptionItem[] {
  const { items } = subscription;
  const place = ({ planVersionId, price }: SubscriptionItem) =>
    items.findIndex((item) => item.planVersionId === planVersionId && item.price.key === price.key);
  return openItems(subscription)
    .filter((item) => item.source.kind === 'plan')
    .sort((a, b) => place(a) - place(b));
}

/**
 * The id of the nth item that a step starts: one of those that came with the step or, where the subscription has got
 * more prices since, one made of the step's own id, so that every run of the step makes the same one.
 */
export function stepItemId(step: { readonly id: string; readonly itemIds: readonly string[] }, n: number) {
  const given = step.itemIds[n];
  if (given !== undefined) return given;
  const tail = /[0-9a-f]{12}$/.exec(step.id)?.[0];
  if (tail === undefined) return `${step.id}.${n}`;
  const other = BigInt(`0x${tail}`) ^ (BigInt(n + 1) << 38n);
  return `${step.id.slice(0, -12)}${other.toString(16).padStart(12, '0')}`;
}

/** An item that has not begun to be charged ends where it would begin: it never costs anything. */
export function endOf(item: SubscriptionItem, at: Instant): Instant {
  return later(at, item.activeFrom);
}

export function itemGrid(
  subscription: Pick<Subscription, 'timeZone' | 'billingDay'>,
  item: Pick<SubscriptionItem, 'anchorAt' | 'price'>,
): Grid {
  return layGrid({
    anchorAt: item.anchorAt,
    zone: zoneNamed(subscription.timeZone),
    cadence: item.price.cadence,
    alignment: item.price.alignment,
    billingDay: subscription.billingDay,
  });
}

/** The price whose periods "end of the period" means: the first one billed in advance, or else the first. */
export function leadingPrice(prices: readonly Price[]): Price | null {
  return prices.find((price) => price.timing === 'in_advance') ?? prices[0] ?? null;
}

/** The open plan item of the leading price; null for a plan without prices, and while nothing runs. */
export function leadingItem(subscription: Pick<Subscription, 'items'>): SubscriptionItem | null {
  const items = planItems(subscription);
  const price = leadingPrice(items.map((item) => item.price));
  return items.find((item) => item.price === price) ?? null;
}

/**
 * The billing period that a moment falls in, by the leading price. Null for a plan without prices, and before the
 * anchor, while a trial or the wait for the start is under way.
 */
export function currentPeriod(subscription: Subscription, at: Instant): IndexedPeriod | null {
  const item = leadingItem(subscription);
  if (item === null || at < item.anchorAt) return null;
  return periodAt(itemGrid(subscription, item), at);
}

/** The end of the nth period from the anchor, by the leading price: the first may be a part of one. */
export function endOfPeriodNumber(subscription: Subscription, count: number): Instant | null {
  const item = leadingItem(subscription);
  if (item === null) return null;
  const grid = itemGrid(subscription, item);
  return boundary(grid, periodAt(grid, item.anchorAt).index + count);
}

/** The end of the running period, or of the trial; null where there is none to wait for. */
export function periodEndAhead(subscription: Subscription, now: Instant): Instant | null {
  if (subscription.status === 'scheduled' || subscription.status === 'paused') return null;
  if (now < subscription.anchorAt) return subscription.anchorAt;
  return currentPeriod(subscription, now)?.period.end ?? null;
}
