import type { Plan, PlanVersion } from '../catalog/plan.ts';
import type { Decision } from '../decision/change.ts';
import { ok, type Refused, type Result, refuse } from '../kernel/result.ts';
import type { Instant } from '../time/instant.ts';
import { applyPlanChange } from './apply-plan-change.ts';
import type { DayRules } from './cut-item.ts';
import { PERIODS_COMPLETED } from './decide-cancel.ts';
import { draftOf, withEvent, withFields } from './draft.ts';
import { periodEndAhead } from './items.ts';
import { refuseSeats, refuseStripe } from './refusals.ts';
import { type ChangeStep, cancelAhead, withStep } from './schedule.ts';
import { isLive, type Subscription } from './subscription.ts';

export type ChangeDirection = 'upgrade' | 'downgrade' | 'sidegrade';

/**
 * `by_direction`: an upgrade at once, a downgrade at the end of the period, a move between equals at once. `at` lays it
 * on a date that lies ahead.
 */
export type ChangeTiming = 'now' | 'period_end' | 'by_direction' | { readonly at: Instant };

export interface ChangeInput {
  readonly now: Instant;
  readonly subscription: Subscription;
  readonly currentPlan: Plan;
  readonly newPlan: Plan;
  readonly newVersion: PlanVersion;
  /** Ids for the new items, one a price of the new version. */
  readonly itemIds: readonly string[];
  /** Id of the step, if the change lies ahead. */
  readonly stepId: string;
  /** Null keeps the seats. */
  readonly seats: bigint | null;
  readonly when: ChangeTiming;
  /** The caller's word on the direction; null takes the order of the plans' ranks. */
  readonly direction: ChangeDirection | null;
  /** False leaves what was paid as it is, and charges the new plan from the next period on. */
  readonly isProrated: boolean;
  readonly days: DayRules;
}

/**
 * Moves a subscription to another plan or version. At once: every item of the plan ends now, what was charged in
 * advance for the time after is credited, and the new items are charged for the rest of the period; where the length of
 * the period changes, a new period begins now. Ahead: the change waits on the schedule. Either way it replaces the
 * changes and phases that were there. Add-ons stay.
 * Refusals: `subscription.canceled`, `subscription.past_due`, `subscription.paused`, `subscription.cancel_pending`,
 * `subscription.no_change`, `subscription.currency_differs`, `subscription.change_in_past`,
 * `subscription.seats_out_of_range`, `subscription.authority_stripe`.
 */
export function decideChange(input: ChangeInput): Result<Decision> {
  const { now, subscription, newPlan, newVersion } = input;
  const seats = input.seats ?? subscription.seats;
  const direction = input.direction ?? directionOf(input.currentPlan, newPlan);
  const at = momentOf(input, direction);
  const refusal = refusalOf(input, seats, at ?? now);
  if (refusal !== null) return refusal;
  const step: ChangeStep = {
    kind: 'change',
    id: input.stepId,
    at: at ?? now,
    planId: newPlan.id,
    planVersionId: newVersion.id,
    seats,
    prices: newVersion.prices,
    itemIds: input.itemIds,
    phase: null,
    isProrated: input.isProrated,
  };
  const schedule = subscription.schedule.filter((other) => other.kind !== 'change');
  if (at === null) {
    const cleared =
      schedule.length === subscription.schedule.length
        ? draftOf(subscription)
        : withFields(draftOf(subscription), { schedule });
    return ok(applyPlanChange(cleared, step, direction, input.days).decision);
  }
  const draft = withFields(draftOf(subscription), { schedule: withStep(schedule, step), nextActionAt: now });
  return ok(
    withEvent(draft, 'subscription.change_scheduled', {
      direction,
      at,
      step_id: step.id,
      plan_id: newPlan.id,
      plan_version_id: newVersion.id,
    }).decision,
  );
}

/** By the seller's order of plans, never by what they cost. */
export function directionOf(from: Plan, to: Plan): ChangeDirection {
  return to.rank > from.rank ? 'upgrade' : to.rank < from.rank ? 'downgrade' : 'sidegrade';
}

/** When the change lies ahead; null for at once. */
function momentOf(input: ChangeInput, direction: ChangeDirection): Instant | null {
  const { when, now, subscription } = input;
  if (typeof when === 'object') return when.at === now ? null : when.at;
  const waits = when === 'period_end' || (when === 'by_direction' && direction === 'downgrade');
  return waits ? periodEndAhead(subscription, now) : null;
}

function refusalOf(input: ChangeInput, seats: bigint, at: Instant): Refused | null {
  const { subscription, newVersion, when } = input;
  const cancel = cancelAhead(subscription);
  if (subscription.status === 'canceled')
    return refuse('subscription.canceled', 'A canceled subscription does not change.');
  if (subscription.status === 'paused')
    return refuse('subscription.paused', 'Resume the subscription first.');
  if (subscription.status === 'past_due' || !(isLive(subscription) || subscription.status === 'scheduled')) {
    return refuse('subscription.past_due', 'The plan can be changed once the open invoice is paid.');
  }
  // A fixed term may change inside; what somebody canceled may not.
  if (cancel !== null && (cancel.reason !== PERIODS_COMPLETED || cancel.at <= at)) {
    return refuse('subscription.cancel_pending', 'Undo the cancellation first.', { cancel_at: cancel.at });
  }
  if (newVersion.currency !== subscription.currency) {
    return refuse('subscription.currency_differs', `The subscription is in ${subscription.currency}.`);
  }
  if (typeof when === 'object' && when.at < input.now) {
    return refuse('subscription.change_in_past', 'A change takes effect now or later.', { at: when.at });
  }
  if (newVersion.id === subscription.planVersionId && seats === subscription.seats) {
    return refuse('subscription.no_change', 'The subscription is already on this version of the plan.');
  }
  return refuseStripe(subscription) ?? refuseSeats(seats);
}
