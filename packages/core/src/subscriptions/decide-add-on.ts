import type { AddOn } from '../catalog/add-on.ts';
import type { Price } from '../catalog/price.ts';
import type { Decision } from '../decision/change.ts';
import { ok, type Refused, type Result, refuse } from '../kernel/result.ts';
import { type Instant, later } from '../time/instant.ts';
import type { DayRules } from './cut-item.ts';
import {
  draftOf,
  type SubscriptionDraft,
  withChange,
  withEvent,
  withFields,
  withItemsStarted,
} from './draft.ts';
import { withAddOnEnded } from './end-add-on.ts';
import { openItems, periodEndAhead, startItems } from './items.ts';
import { refusePrice, refuseSeats, refuseStripe } from './refusals.ts';
import { type AddOnEndStep, type ScheduledStep, withStep } from './schedule.ts';
import {
  isLive,
  isWaiting,
  type OneOffCharge,
  type Subscription,
  type SubscriptionItem,
} from './subscription.ts';

export interface AddOnInput {
  readonly now: Instant;
  readonly subscription: Subscription;
  readonly addOn: AddOn;
  readonly quantity: bigint;
  /** Ids for the items or the one-off charges, one a price. */
  readonly itemIds: readonly string[];
}

/**
 * Adds an add-on beside the plan, at once. Recurring prices follow the grid of the subscription, so the first period is
 * the rest of the running one; prices that are charged once become one-off charges.
 * Refusals: `subscription.not_live`, `subscription.paused`, `add_on.currency_differs`, `add_on.not_for_plan`,
 * `add_on.already_added`, `subscription.seats_out_of_range`, `subscription.authority_stripe`.
 */
export function decideAddOn(input: AddOnInput): Result<Decision> {
  const { now, subscription, addOn, quantity } = input;
  const refusal = refuseChange(subscription) ?? refuseSeats(quantity) ?? refuseAddOn(subscription, addOn);
  if (refusal !== null) return refusal;
  const source = { kind: 'add_on', addOnId: addOn.id, planIds: addOn.planIds } as const;
  let draft: SubscriptionDraft = withFields(draftOf(subscription), { nextActionAt: now });
  if (addOn.kind === 'recurring') {
    const items = startItems({
      prices: addOn.prices,
      itemIds: input.itemIds,
      planId: subscription.planId,
      planVersionId: subscription.planVersionId,
      seats: quantity,
      anchorAt: subscription.anchorAt,
      activeFrom: isWaiting(subscription) ? subscription.anchorAt : now,
      source,
    }).map((item) => ({ ...item, activeFrom: later(item.activeFrom, lastEndOf(subscription, item)) }));
    draft = withItemsStarted(draft, items);
  } else {
    const charges = addOn.prices.map((price, index) =>
      chargeOf(price, input.itemIds[index] as string, now, quantity, addOn.id),
    );
    draft = charges.reduce(withCharge, draft);
  }
  return ok(
    withEvent(draft, 'subscription.add_on_added', { add_on_id: addOn.id, quantity: `${quantity}`, at: now })
      .decision,
  );
}

export interface EndAddOnInput {
  readonly now: Instant;
  readonly subscription: Subscription;
  readonly addOnId: string;
  readonly when: 'now' | 'period_end' | { readonly at: Instant };
  readonly creditUnused: boolean;
  readonly stepId: string;
  readonly days: DayRules;
}

/**
 * Takes an add-on away now, at the end of the period or at a date. An end of it that lies ahead is replaced.
 * Refusals: `subscription.not_live`, `subscription.paused`, `add_on.not_added`, `add_on.end_pending`,
 * `subscription.change_in_past`, `subscription.authority_stripe`.
 */
export function decideEndAddOn(input: EndAddOnInput): Result<Decision> {
  const { now, subscription, addOnId, when, creditUnused, days } = input;
  const refusal = refuseChange(subscription);
  if (refusal !== null) return refusal;
  if (!hasAddOn(subscription, addOnId))
    return refuse('add_on.not_added', 'The subscription does not have this add-on.');
  const at =
    typeof when === 'object' ? when.at : when === 'now' ? now : (periodEndAhead(subscription, now) ?? now);
  if (at < now) return refuse('subscription.change_in_past', 'A change takes effect now or later.', { at });
  if (at === now)
    return ok(withAddOnEnded(draftOf(subscription), { addOnId, at, creditUnused, days }).decision);
  const isEnd = (step: ScheduledStep) => step.kind === 'add_on_end' && step.addOnId === addOnId;
  if (subscription.schedule.some((step) => isEnd(step) && step.at === at))
    return refuse('add_on.end_pending', 'The end of this add-on is already set.', { at });
  const step: AddOnEndStep = { kind: 'add_on_end', id: input.stepId, at, addOnId, creditUnused };
  const schedule = withStep(
    subscription.schedule.filter((other) => !isEnd(other)),
    step,
  );
  const draft = withFields(draftOf(subscription), { schedule, nextActionAt: now });
  return ok(
    withEvent(draft, 'subscription.change_scheduled', { at, step_id: step.id, add_on_id: addOnId }).decision,
  );
}

export interface ChargeInput {
  readonly now: Instant;
  readonly subscription: Subscription;
  readonly chargeId: string;
  readonly price: Price;
  readonly quantity: bigint;
  /** Charges it also beside a subscription that rests or has ended: what is bought is no part of its service. */
  readonly alsoAtRest?: boolean;
}

/**
 * Charges something once, on the next invoice.
 * Refusals: `subscription.not_live`, `subscription.paused`, `subscription.seats_out_of_range`, `price.invalid`,
 * `subscription.authority_stripe`.
 */
export function decideCharge(input: ChargeInput): Result<Decision> {
  const { now, subscription, price, quantity } = input;
  const unfit = input.alsoAtRest === true ? refuseNotBegun(subscription) : refuseChange(subscription);
  const refusal = unfit ?? refuseSeats(quantity) ?? refuseCharge(price);
  if (refusal !== null) return refusal;
  const charge = chargeOf(price, input.chargeId, now, quantity, null);
  const draft = withCharge(withFields(draftOf(subscription), { nextActionAt: now }), charge);
  return ok(withEvent(draft, 'subscription.charged', { charge_id: charge.id, at: now }).decision);
}

/** A price by day may be charged to the end of the day on which it was taken away: it is charged again after that. */
function lastEndOf(subscription: Subscription, { price, activeFrom }: SubscriptionItem): Instant {
  const ends = subscription.items.flatMap((item) =>
    item.price.id === price.id && item.source.kind === 'add_on' && item.activeTo !== null
      ? [item.activeTo]
      : [],
  );
  return ends.reduce(later, activeFrom);
}

function withCharge(draft: SubscriptionDraft, charge: OneOffCharge): SubscriptionDraft {
  return withChange(draft, {
    type: 'subscription_charge.create',
    subscriptionId: draft.subscription.id,
    charge,
  });
}

function chargeOf(
  price: Price,
  id: string,
  at: Instant,
  quantity: bigint,
  addOnId: string | null,
): OneOffCharge {
  return { id, at, description: price.name, price, quantity, addOnId };
}

/** Why nothing can be put beside the plan at all. */
export function refuseChange(subscription: Subscription): Refused | null {
  if (subscription.status === 'paused')
    return refuse('subscription.paused', 'Resume the subscription first.');
  if (!isLive(subscription))
    return refuse('subscription.not_live', 'Add-ons belong to a subscription that runs.');
  return refuseStripe(subscription);
}

function refuseNotBegun(subscription: Subscription): Refused | null {
  if (subscription.status === 'scheduled')
    return refuse('subscription.not_live', 'This subscription has not begun.');
  return refuseStripe(subscription);
}

/** What is charged once has no usage and no period to be committed to. */
function refuseCharge(price: Price): Refused | null {
  if (price.quantity.kind === 'meter' || price.model.kind === 'commitment')
    return refuse('price.invalid', 'A single charge has a price of its own, without a meter or a period.', {
      price_key: price.key,
    });
  return refusePrice(price);
}

function refuseAddOn(subscription: Subscription, addOn: AddOn): Refused | null {
  if (addOn.currency !== subscription.currency)
    return refuse('add_on.currency_differs', `The subscription is in ${subscription.currency}.`);
  if (addOn.planIds.length > 0 && !addOn.planIds.includes(subscription.planId))
    return refuse('add_on.not_for_plan', 'This add-on is not offered with the plan.');
  if (addOn.kind === 'recurring' && hasAddOn(subscription, addOn.id))
    return refuse('add_on.already_added', 'The subscription already has this add-on.');
  return null;
}

export function hasAddOn(subscription: Subscription, addOnId: string): boolean {
  return openItems(subscription).some(({ source }) => source.kind === 'add_on' && source.addOnId === addOnId);
}
