import type { Price } from '../catalog/price.ts';
import type { Decision } from '../decision/change.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import { currencyCode } from '../money/currency.ts';
import { MAX_SEATS, openItems } from '../subscriptions/items.ts';
import type { ItemSource, Subscription, SubscriptionItem } from '../subscriptions/subscription.ts';
import { type Instant, later } from '../time/instant.ts';
import { moveMirrored } from './move-subscription.ts';
import { stepsAhead } from './steps-ahead.ts';
import { mirroredStatus, type SubscriptionAtStripe } from './subscription-at-stripe.ts';

/** What a price of Stripe is in the catalogue here. */
export interface SoldPrice {
  readonly price: Price;
  readonly planId: string;
  readonly planVersionId: string;
  readonly currency: string;
  readonly source: ItemSource;
}

export interface MirrorInput {
  readonly now: Instant;
  /** As it is here; null for one that is not known yet. */
  readonly current: Subscription | null;
  /** For a new one. */
  readonly subscriptionId: string;
  readonly customerId: string;
  readonly timeZone: string;
  readonly facts: SubscriptionAtStripe;
  /** By Stripe's id of the price. */
  readonly sold: ReadonlyMap<string, SoldPrice>;
  /** One a line of the subscription at Stripe, for items that are new. */
  readonly itemIds: readonly string[];
  /** For what newly lies ahead; see `countSteps`. */
  readonly stepIds: readonly string[];
}

/** A line of the subscription at Stripe in the words of the catalogue. */
interface Wanted {
  readonly sold: SoldPrice;
  readonly quantity: bigint;
}

const NOTHING: Decision = { changes: [], events: [] };

/**
 * Makes a subscription here what Stripe says it is. Looking again at the same changes nothing, and whatever lay between
 * two looks the last one is what counts. Nothing is guessed: a price that the catalogue does not know, several plans, or
 * a quantity that no price here could mean are refused and wait for somebody.
 * Refusals: `mirror.status_unknown`, `mirror.price_unknown`, `mirror.no_plan`, `mirror.several_plans`,
 * `mirror.currency_differs`, `mirror.quantity`, `mirror.billed_here`, `mirror.customer_differs`.
 */
export function decideMirroredSubscription(input: MirrorInput): Result<Decision> {
  const { current, facts } = input;
  const status = mirroredStatus(facts);
  if (status === null) {
    return refuse('mirror.status_unknown', 'Stripe gave the subscription a status that is not known here.', {
      status: facts.status,
    });
  }
  if (current !== null && current.billingAuthority !== 'stripe') {
    return refuse(
      'mirror.billed_here',
      'The subscription is billed here, and who computes it never changes.',
    );
  }
  if (current !== null && current.customerId !== input.customerId) {
    return refuse('mirror.customer_differs', 'The subscription belongs to another customer here.');
  }
  if (current?.status === 'canceled') return ok(NOTHING);
  if (status === 'not_begun') return ok(NOTHING);
  const wanted = wantedItems(facts, input.sold);
  if (!wanted.ok) return wanted;
  const plan = planOf(wanted.value);
  if (!plan.ok) return plan;
  const figures = {
    status,
    planId: plan.value.planId,
    planVersionId: plan.value.planVersionId,
    seats: seatsOf(wanted.value),
    anchorAt: facts.anchorAt,
    trialEndAt: facts.trialEndAt,
    endedAt: status === 'canceled' ? (facts.endedAt ?? input.now) : null,
    schedule: stepsAhead(input, status),
  };
  const items = itemsOf(input, wanted.value);
  if (current === null) return ok(created(input, figures, items.fresh));
  return ok(moveMirrored({ now: input.now, current, figures, ...items }));
}

export type Figures = Pick<
  Subscription,
  'status' | 'planId' | 'planVersionId' | 'seats' | 'anchorAt' | 'trialEndAt' | 'endedAt' | 'schedule'
>;

function wantedItems(
  facts: SubscriptionAtStripe,
  sold: ReadonlyMap<string, SoldPrice>,
): Result<readonly Wanted[]> {
  const unknown = facts.items.filter(({ priceId }) => !sold.has(priceId)).map(({ priceId }) => priceId);
  if (unknown.length > 0) {
    return refuse('mirror.price_unknown', 'The subscription has a price that no plan here stands for.', {
      prices: unknown,
    });
  }
  const wanted: Wanted[] = [];
  for (const { priceId, quantity } of facts.items) {
    const entry = sold.get(priceId) as SoldPrice;
    if (entry.currency !== facts.currency) {
      return refuse('mirror.currency_differs', 'The subscription is in another currency than its plan.', {
        currency: facts.currency,
        plan_currency: entry.currency,
      });
    }
    const counted = countedQuantity(entry, quantity);
    if (counted === null) {
      return refuse('mirror.quantity', 'The quantity at Stripe means nothing for the price here.', {
        price: priceId,
        quantity: `${quantity}`,
      });
    }
    wanted.push({ sold: entry, quantity: counted });
  }
  return ok(wanted);
}

/** Units that a price is charged for: seats and add-ons count, a fixed price is one, a metered one says nothing. */
function countedQuantity({ price, source }: SoldPrice, quantity: bigint | null): bigint | null {
  if (price.quantity.kind === 'meter') return 1n;
  const units = quantity ?? 1n;
  if (price.quantity.kind === 'fixed' && source.kind === 'plan') return units === 1n ? 1n : null;
  return units >= 1n && units <= MAX_SEATS ? units : null;
}

function planOf(wanted: readonly Wanted[]): Result<SoldPrice> {
  const plans = wanted.filter(({ sold }) => sold.source.kind === 'plan').map(({ sold }) => sold);
  const [first] = plans;
  if (first === undefined) return refuse('mirror.no_plan', 'The subscription has no price of a plan.');
  const other = plans.find(({ planVersionId }) => planVersionId !== first.planVersionId);
  if (other === undefined) return ok(first);
  return refuse('mirror.several_plans', 'The subscription has prices of several plans.', {
    plan_version_ids: [first.planVersionId, other.planVersionId],
  });
}

function seatsOf(wanted: readonly Wanted[]): bigint {
  const seats = wanted.find(
    ({ sold }) => sold.source.kind === 'plan' && sold.price.quantity.kind === 'seats',
  );
  return seats?.quantity ?? 1n;
}

/** What runs on, what ends and what begins: an item is one price, quantity and anchor over one stretch of time. */
function itemsOf(input: MirrorInput, wanted: readonly Wanted[]) {
  const { current, facts, now } = input;
  const open = current === null ? [] : openItems(current);
  const isSame = (item: SubscriptionItem, { sold, quantity }: Wanted) =>
    item.price.id === sold.price.id && item.quantity === quantity && item.anchorAt === facts.anchorAt;
  const ended = open.filter((item) => !wanted.some((one) => isSame(item, one)));
  const activeFrom = current === null ? (facts.trialEndAt ?? facts.startAt) : later(now, facts.startAt);
  const fresh = wanted.flatMap((one, index): SubscriptionItem[] => {
    if (open.some((item) => isSame(item, one))) return [];
    const { sold, quantity } = one;
    return [
      {
        id: input.itemIds[index] as string,
        planId: sold.planId,
        planVersionId: sold.planVersionId,
        price: sold.price,
        isOverridden: false,
        source: sold.source,
        quantity,
        anchorAt: facts.anchorAt,
        activeFrom,
        activeTo: null,
        creditUnused: false,
      },
    ];
  });
  return { ended, fresh };
}

function created(input: MirrorInput, figures: Figures, items: readonly SubscriptionItem[]): Decision {
  const { facts, subscriptionId, customerId } = input;
  const isEnded = figures.endedAt !== null;
  const subscription: Subscription = {
    ...figures,
    id: subscriptionId,
    customerId,
    currency: currencyCode(facts.currency),
    timeZone: input.timeZone,
    billingAuthority: 'stripe',
    startAt: facts.startAt,
    trialEnd: 'convert',
    billingDay: null,
    pauses: pausesOfNew(input, figures.status, items),
    discounts: [],
    charges: [],
    nextActionAt: null,
    items: isEnded
      ? items.map((item) => ({ ...item, activeTo: later(figures.endedAt as Instant, item.activeFrom) }))
      : items,
  };
  const { planId: plan_id, planVersionId: plan_version_id, status } = figures;
  const fact = { subjectId: subscriptionId, customerId };
  const data = { plan_id, plan_version_id, seats: `${figures.seats}` };
  const events: Decision['events'][number][] = [
    { type: 'subscription.created', ...fact, data: { ...data, status } },
  ];
  if (status === 'trialing')
    events.push({
      type: 'subscription.trial_started',
      ...fact,
      data: { ...data, trial_end_at: facts.trialEndAt },
    });
  else if (status === 'active' || status === 'past_due')
    events.push({ type: 'subscription.activated', ...fact, data });
  return { changes: [{ type: 'subscription.create', subscription }], events };
}

function pausesOfNew(
  { now }: MirrorInput,
  status: Subscription['status'],
  items: readonly SubscriptionItem[],
): Subscription['pauses'] {
  if (status !== 'paused') return [];
  const itemIds = items.map(({ id }) => id);
  return [{ from: now, to: null, mode: 'keep_period', itemIds, resumesAs: 'active' }];
}
