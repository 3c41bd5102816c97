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
  withItemsEnded,
  withItemsStarted,
} from './draft.ts';
import { openItems, periodEndAhead, startItems } from './items.ts';
import { refuseSeats, refuseStripe } from './refusals.ts';
import { type AddOnEndStep, withoutStep, withStep } from './schedule.ts';
import { isLive, type OneOffCharge, type Subscription } from './subscription.ts';

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
  const refusal = refusalOf(subscription) ?? refuseSeats(quantity) ?? refuseAddOn(subscription, addOn);
  if (refusal !== null) return refusal;
  const source = { kind: 'add_on', addOnId: addOn.id } as const;
  let draft: SubscriptionDraft = withFields(draftOf(subscription), { nextActionAt: now });
  if (addOn.kind === 'recurring') {
    const items = startItems({
      prices: addOn.prices,
      itemIds: input.itemIds,
      planId: subscription.planId,
      planVersionId: subscription.planVersionId,
      seats: quantity,
      anchorAt: subscription.anchorAt,
      activeFrom: later(now, subscription.anchorAt),
      source,
    });
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
  readonly when: 'now' | 'period_end';
  readonly creditUnused: boolean;
  readonly stepId: string;
  readonly days: DayRules;
}

/**
 * Takes an add-on away now or at the end of the period.
 * Refusals: `subscription.not_live`, `subscription.paused`, `add_on.not_added`, `add_on.end_pending`,
 * `subscription.authority_stripe`.
 */
export function decideEndAddOn(input: EndAddOnInput): Result<Decision> {
  const { now, subscription, addOnId } = input;
  const refusal = refusalOf(subscription);
  if (refusal !== null) return refusal;
  if (!hasAddOn(subscription, addOnId))
    return refuse('add_on.not_added', 'The subscription does not have this add-on.');
  if (subscription.schedule.some((step) => step.kind === 'add_on_end' && step.addOnId === addOnId))
    return refuse('add_on.end_pending', 'The end of this add-on is already set.');
  const at = input.when === 'now' ? now : (periodEndAhead(subscription, now) ?? now);
  const step: AddOnEndStep = { kind: 'add_on_end', id: input.stepId, at, addOnId };
  if (at === now)
    return ok(applyAddOnEnd(draftOf(subscription), step, input.creditUnused, input.days).decision);
  const schedule = withStep(subscription.schedule, step);
  const draft = withFields(draftOf(subscription), { schedule, nextActionAt: now });
  return ok(
    withEvent(draft, 'subscription.change_scheduled', { at, step_id: step.id, add_on_id: addOnId }).decision,
  );
}

export function applyAddOnEnd(
  draft: SubscriptionDraft,
  step: AddOnEndStep,
  creditUnused: boolean,
  days: DayRules,
): SubscriptionDraft {
  const ended = withItemsEnded(draft, {
    at: step.at,
    cause: 'end',
    creditUnused,
    days,
    matches: ({ source }) => source.kind === 'add_on' && source.addOnId === step.addOnId,
  });
  const schedule = withoutStep(draft.subscription.schedule, step.id);
  const moved = withFields(ended, { schedule, nextActionAt: step.at });
  return withEvent(moved, 'subscription.add_on_ended', { add_on_id: step.addOnId, at: step.at });
}

export interface ChargeInput {
  readonly now: Instant;
  readonly subscription: Subscription;
  readonly chargeId: string;
  readonly price: Price;
  readonly quantity: bigint;
}

/** Charges something once, on the next invoice. Refusals: those of an add-on. */
export function decideCharge(input: ChargeInput): Result<Decision> {
  const { now, subscription, price, quantity } = input;
  const refusal = refusalOf(subscription) ?? refuseSeats(quantity);
  if (refusal !== null) return refusal;
  const charge = chargeOf(price, input.chargeId, now, quantity, null);
  const draft = withCharge(withFields(draftOf(subscription), { nextActionAt: now }), charge);
  return ok(withEvent(draft, 'subscription.charged', { charge_id: charge.id, at: now }).decision);
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

function refusalOf(subscription: Subscription): Refused | null {
  if (subscription.status === 'paused')
    return refuse('subscription.paused', 'Resume the subscription first.');
  if (!isLive(subscription))
    return refuse('subscription.not_live', 'Add-ons belong to a subscription that runs.');
  return refuseStripe(subscription);
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

function hasAddOn(subscription: Subscription, addOnId: string): boolean {
  return openItems(subscription).some(({ source }) => source.kind === 'add_on' && source.addOnId === addOnId);
}
