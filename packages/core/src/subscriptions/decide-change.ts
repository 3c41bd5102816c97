import type { Plan, PlanVersion } from '../catalog/plan.ts';
import type { Decision } from '../decision/change.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import { sameCadence } from '../time/cadence.ts';
import { type Instant, later } from '../time/instant.ts';
import {
  draftOf,
  type SubscriptionDraft,
  withEvent,
  withFields,
  withItemsEnded,
  withItemsStarted,
} from './draft.ts';
import { currentPeriod, leadingPrice, MAX_SEATS, openItems, startItems } from './items.ts';
import { isLive, type ScheduledChange, type Subscription } from './subscription.ts';

export type ChangeDirection = 'upgrade' | 'downgrade' | 'sidegrade';

/** `by_direction`: an upgrade at once, a downgrade at the end of the period, a move between equals at once. */
export type ChangeTiming = 'now' | 'period_end' | 'by_direction';

export interface ChangeInput {
  readonly now: Instant;
  readonly subscription: Subscription;
  readonly currentPlan: Plan;
  readonly newPlan: Plan;
  readonly newVersion: PlanVersion;
  /** Ids for the new items, one a price of the new version. */
  readonly itemIds: readonly string[];
  /** Null keeps the seats. */
  readonly seats: bigint | null;
  readonly when: ChangeTiming;
  /** The caller's word on the direction; null takes the order of the plans' ranks. */
  readonly direction: ChangeDirection | null;
}

/**
 * Moves a subscription to another plan. At once: every running item ends now, what was charged in advance for the time
 * after is credited, and the new items are charged for the rest of the period; where the length of the period changes,
 * a new period begins now. At the end of the period: the change is kept until then.
 * Refusals: `subscription.canceled`, `subscription.past_due`, `subscription.cancel_pending`, `subscription.no_change`,
 * `subscription.currency_differs`, `subscription.seats_out_of_range`, `subscription.authority_stripe`.
 */
export function decideChange(input: ChangeInput): Result<Decision> {
  const { now, subscription, newPlan, newVersion } = input;
  const seats = input.seats ?? subscription.seats;
  const refusal = refusalOf(input, seats);
  if (refusal !== null) return refusal;
  const direction = input.direction ?? directionOf(input.currentPlan, newPlan);
  const change: ScheduledChange = {
    at: now,
    planId: newPlan.id,
    planVersionId: newVersion.id,
    seats,
    prices: newVersion.prices,
    itemIds: input.itemIds,
  };
  const atPeriodEnd =
    input.when === 'period_end' || (input.when === 'by_direction' && direction === 'downgrade');
  const at = atPeriodEnd ? changeMoment(subscription, now) : null;
  if (at === null) {
    return ok(
      applyPlanChange(draftOf({ ...subscription, scheduledChange: null }), change, direction).decision,
    );
  }
  const draft = withFields(draftOf(subscription), { scheduledChange: { ...change, at }, nextActionAt: now });
  return ok(
    withEvent(draft, 'subscription.change_scheduled', {
      direction,
      at,
      plan_id: newPlan.id,
      plan_version_id: newVersion.id,
    }).decision,
  );
}

/** Takes back a change that lies ahead. Refusal: `subscription.no_scheduled_change`. */
export function decideUnscheduleChange(input: {
  readonly now: Instant;
  readonly subscription: Subscription;
}): Result<Decision> {
  if (input.subscription.scheduledChange === null) {
    return refuse('subscription.no_scheduled_change', 'No change of plan lies ahead.');
  }
  const draft = withFields(draftOf(input.subscription), { scheduledChange: null, nextActionAt: input.now });
  return ok(withEvent(draft, 'subscription.change_unscheduled', {}).decision);
}

/** By the seller's order of plans. */
export function directionOf(from: Plan, to: Plan): ChangeDirection {
  return to.rank > from.rank ? 'upgrade' : to.rank < from.rank ? 'downgrade' : 'sidegrade';
}

/** Swaps plan and items at `change.at`; also used when a scheduled change comes due. */
export function applyPlanChange(
  draft: SubscriptionDraft,
  change: ScheduledChange,
  direction: ChangeDirection | 'scheduled',
): SubscriptionDraft {
  const before = draft.subscription;
  const anchorAt = nextAnchor(before, change);
  const ended = withItemsEnded(draft, change.at, true);
  const started = withItemsStarted(
    ended,
    startItems({
      prices: change.prices,
      itemIds: change.itemIds,
      planVersionId: change.planVersionId,
      seats: change.seats,
      anchorAt,
      activeFrom: later(change.at, anchorAt),
    }),
  );
  const moved = withFields(started, {
    planId: change.planId,
    planVersionId: change.planVersionId,
    seats: change.seats,
    anchorAt,
    scheduledChange: null,
    nextActionAt: change.at,
  });
  return withEvent(moved, 'subscription.changed', {
    direction,
    from_plan_id: before.planId,
    from_plan_version_id: before.planVersionId,
    plan_id: change.planId,
    plan_version_id: change.planVersionId,
    seats: `${change.seats}`,
    at: change.at,
  });
}

/** The grid goes on where the length of the leading period stays; otherwise a new one begins at the change. */
function nextAnchor(subscription: Subscription, change: ScheduledChange): Instant {
  if (change.at < subscription.anchorAt) return subscription.anchorAt;
  const from = leadingPrice(openItems(subscription).map((item) => item.price));
  const to = leadingPrice(change.prices);
  const keeps = from !== null && (to === null || sameCadence(from.cadence, to.cadence));
  return keeps ? subscription.anchorAt : change.at;
}

/** The end of the running period, or of the trial. Null where there is none to wait for. */
function changeMoment(subscription: Subscription, now: Instant): Instant | null {
  if (now < subscription.anchorAt) return subscription.anchorAt;
  return currentPeriod(subscription, now)?.period.end ?? null;
}

function refusalOf(input: ChangeInput, seats: bigint) {
  const { subscription, newVersion } = input;
  if (subscription.billingAuthority === 'stripe') {
    return refuse(
      'subscription.authority_stripe',
      'Stripe computes this subscription; the change is an intent that it confirms.',
    );
  }
  if (subscription.status === 'canceled')
    return refuse('subscription.canceled', 'A canceled subscription does not change.');
  if (subscription.status === 'past_due' || !(isLive(subscription) || subscription.status === 'scheduled')) {
    return refuse('subscription.past_due', 'The plan can be changed once the open invoice is paid.');
  }
  if (subscription.cancelAt !== null) {
    return refuse('subscription.cancel_pending', 'Undo the cancellation first.', {
      cancel_at: subscription.cancelAt,
    });
  }
  if (newVersion.currency !== subscription.currency) {
    return refuse('subscription.currency_differs', `The subscription is in ${subscription.currency}.`);
  }
  if (seats < 1n || seats > MAX_SEATS) {
    return refuse('subscription.seats_out_of_range', `Seats are a whole number from 1 to ${MAX_SEATS}.`);
  }
  if (newVersion.id === subscription.planVersionId && seats === subscription.seats) {
    return refuse('subscription.no_change', 'The subscription is already on this version of the plan.');
  }
  return null;
}
