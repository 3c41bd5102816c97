import type { Decision } from '../decision/change.ts';
import { counted } from '../kernel/counted.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import type { Instant } from '../time/instant.ts';
import type { DayRules } from './cut-item.ts';
import { draftOf, type SubscriptionDraft, withEvent, withFields } from './draft.ts';
import { periodEndAhead, planItems } from './items.ts';
import { refuseSeats, refuseStripe } from './refusals.ts';
import { type SeatsStep, withoutStep, withStep } from './schedule.ts';
import { isLive, type Subscription, type SubscriptionItem } from './subscription.ts';
import { withItemsSwapped } from './swap-items.ts';

export interface SeatsInput {
  readonly now: Instant;
  readonly subscription: Subscription;
  readonly seats: bigint;
  readonly when: 'now' | 'period_end' | { readonly at: Instant };
  /** Ids for the new items, one for each running price by seats. */
  readonly itemIds: readonly string[];
  /** Id of the step, if the change lies ahead. */
  readonly stepId: string;
  readonly isProrated: boolean;
  readonly days: DayRules;
}

/**
 * Changes the number of seats. At once: the unused time of the old number is credited and the rest of the period is
 * charged for the new one, so that tiers by seats come out right. Ahead: it waits on the schedule, and replaces a
 * change of seats that was there.
 * Refusals: `subscription.not_live`, `subscription.paused`, `subscription.no_seats`, `subscription.no_change`,
 * `subscription.change_in_past`, `subscription.seats_out_of_range`, `subscription.authority_stripe`.
 */
export function decideSeats(input: SeatsInput): Result<Decision> {
  const { now, subscription, seats, when } = input;
  const refusal = refuseStripe(subscription) ?? refuseSeats(seats);
  if (refusal !== null) return refusal;
  if (!isLive(subscription))
    return refuse('subscription.not_live', 'Seats can be changed while the subscription runs.');
  if (subscription.status === 'paused')
    return refuse('subscription.paused', 'Resume the subscription first.');
  if (!planItems(subscription).some(isSeatItem))
    return refuse('subscription.no_seats', 'No price of this plan depends on seats.');
  if (seats === subscription.seats)
    return refuse('subscription.no_change', `The subscription already has ${counted(seats, 'seat')}.`);
  const at =
    typeof when === 'object' ? when.at : when === 'now' ? now : (periodEndAhead(subscription, now) ?? now);
  if (at < now) return refuse('subscription.change_in_past', 'A change takes effect now or later.', { at });
  const { itemIds, stepId, isProrated } = input;
  const step: SeatsStep = { kind: 'seats', id: stepId, at, seats, itemIds, isProrated };
  const schedule = subscription.schedule.filter((other) => other.kind !== 'seats');
  if (at === now) return ok(applySeats(draftOf({ ...subscription, schedule }), step, input.days).decision);
  const draft = withFields(draftOf(subscription), { schedule: withStep(schedule, step), nextActionAt: now });
  return ok(
    withEvent(draft, 'subscription.change_scheduled', { at, step_id: stepId, seats: `${seats}` }).decision,
  );
}

/** Swaps the items by seats; also used when a scheduled change of seats comes due. */
export function applySeats(draft: SubscriptionDraft, step: SeatsStep, days: DayRules): SubscriptionDraft {
  const before = draft.subscription;
  const swapped = withItemsSwapped(draft, {
    step,
    days,
    matches: (item) => item.source.kind === 'plan' && isSeatItem(item),
    next: () => ({ quantity: step.seats }),
  });
  // A plan that waits on the schedule has seats of its own, which this change means too.
  const schedule = withoutStep(before.schedule, step.id).map((other) =>
    other.kind === 'change' && other.phase === null ? { ...other, seats: step.seats } : other,
  );
  const moved = withFields(swapped, {
    seats: step.seats,
    schedule,
    nextActionAt: step.at,
  });
  return withEvent(moved, 'subscription.seats_changed', {
    from: `${before.seats}`,
    to: `${step.seats}`,
    at: step.at,
  });
}

function isSeatItem(item: SubscriptionItem): boolean {
  return item.price.quantity.kind === 'seats';
}
