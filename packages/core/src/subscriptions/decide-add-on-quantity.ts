import type { Decision } from '../decision/change.ts';
import { counted } from '../kernel/counted.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import type { Instant } from '../time/instant.ts';
import type { DayRules } from './cut-item.ts';
import { hasAddOn, refuseChange } from './decide-add-on.ts';
import { draftOf, type SubscriptionDraft, withEvent, withFields } from './draft.ts';
import { openItems, periodEndAhead } from './items.ts';
import { refuseSeats } from './refusals.ts';
import { type AddOnQuantityStep, type ScheduledStep, withoutStep, withStep } from './schedule.ts';
import type { Subscription, SubscriptionItem } from './subscription.ts';
import { withItemsSwapped } from './swap-items.ts';

export interface AddOnQuantityInput {
  readonly now: Instant;
  readonly subscription: Subscription;
  readonly addOnId: string;
  readonly quantity: bigint;
  readonly when: 'now' | 'period_end' | { readonly at: Instant };
  /** Ids for the new items, one for each running price of the add-on. */
  readonly itemIds: readonly string[];
  /** Id of the step, if the change lies ahead. */
  readonly stepId: string;
  readonly isProrated: boolean;
  readonly days: DayRules;
}

/**
 * Changes how often an add-on is taken, as a change of seats does it for the plan. A change of it that lies ahead is
 * replaced.
 * Refusals: `subscription.not_live`, `subscription.paused`, `add_on.not_added`, `subscription.no_change`,
 * `subscription.change_in_past`, `subscription.seats_out_of_range`, `subscription.authority_stripe`.
 */
export function decideAddOnQuantity(input: AddOnQuantityInput): Result<Decision> {
  const { now, subscription, addOnId, quantity, when } = input;
  const refusal = refuseChange(subscription) ?? refuseSeats(quantity);
  if (refusal !== null) return refusal;
  if (!hasAddOn(subscription, addOnId))
    return refuse('add_on.not_added', 'The subscription does not have this add-on.');
  if (openItems(subscription).every((item) => !isOf(item, addOnId) || item.quantity === quantity))
    return refuse('subscription.no_change', `The add-on is already taken ${counted(quantity, 'time')}.`);
  const at =
    typeof when === 'object' ? when.at : when === 'now' ? now : (periodEndAhead(subscription, now) ?? now);
  if (at < now) return refuse('subscription.change_in_past', 'A change takes effect now or later.', { at });
  const { stepId: id, itemIds, isProrated, days } = input;
  const step: AddOnQuantityStep = { kind: 'add_on_quantity', id, at, addOnId, quantity, itemIds, isProrated };
  const isOther = (other: ScheduledStep) => other.kind !== 'add_on_quantity' || other.addOnId !== addOnId;
  const schedule = subscription.schedule.filter(isOther);
  if (at === now) return ok(applyAddOnQuantity(draftOf({ ...subscription, schedule }), step, days).decision);
  const draft = withFields(draftOf(subscription), { schedule: withStep(schedule, step), nextActionAt: now });
  return ok(
    withEvent(draft, 'subscription.change_scheduled', {
      at,
      step_id: id,
      add_on_id: addOnId,
      quantity: `${quantity}`,
    }).decision,
  );
}

/** Swaps the items of the add-on; also used when a scheduled change of it comes due. */
export function applyAddOnQuantity(
  draft: SubscriptionDraft,
  step: AddOnQuantityStep,
  days: DayRules,
): SubscriptionDraft {
  const { addOnId, quantity, at } = step;
  const schedule = withoutStep(draft.subscription.schedule, step.id);
  const swapped = withItemsSwapped(draft, {
    step,
    days,
    matches: (item) => isOf(item, addOnId),
    next: () => ({ quantity }),
  });
  const moved = withFields(swapped, { schedule, nextActionAt: at });
  return withEvent(moved, 'subscription.add_on_changed', {
    add_on_id: addOnId,
    quantity: `${quantity}`,
    at,
  });
}

function isOf({ source }: SubscriptionItem, addOnId: string): boolean {
  return source.kind === 'add_on' && source.addOnId === addOnId;
}
