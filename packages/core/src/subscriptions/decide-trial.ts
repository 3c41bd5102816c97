import { MAX_TRIAL_DAYS } from '../catalog/check-plan.ts';
import type { Decision } from '../decision/change.ts';
import { invariant } from '../kernel/invariant.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import { DEFAULT_PRORATION_POLICY } from '../proration/policy.ts';
import { addMs, type Instant, MS_PER_DAY } from '../time/instant.ts';
import { periodIndexAt } from '../time/schedule.ts';
import { PERIODS_COMPLETED } from './decide-cancel.ts';
import { layDiscount } from './decide-discount.ts';
import {
  draftOf,
  type SubscriptionDraft,
  withChange,
  withEvent,
  withFields,
  withItemsEnded,
  withItemsStarted,
} from './draft.ts';
import { endOfPeriodNumber, itemGrid, leadingItem, openItems, planItems } from './items.ts';
import { refuseStripe } from './refusals.ts';
import { inOrder, type ScheduledStep } from './schedule.ts';
import type { Subscription, SubscriptionItem } from './subscription.ts';

export interface TrialInput {
  readonly now: Instant;
  readonly subscription: Subscription;
  /** Now ends the trial at once. */
  readonly endAt: Instant;
  /** Ids for the items that are laid out anew, one for each open item. */
  readonly itemIds: readonly string[];
}

/**
 * Moves the end of a trial. Periods are laid out from the new end, and with them what was laid ahead for the old one: an
 * end of the trial, an end after a number of periods, discounts that wait for the first period.
 * Refusals: `subscription.no_change`, `subscription.trial_over` once the first period has begun or where there was no trial,
 * `subscription.trial_end_in_past`, `subscription.trial_too_long`, `subscription.authority_stripe`.
 */
export function decideTrial(input: TrialInput): Result<Decision> {
  const { now, subscription, endAt } = input;
  const refusal = refuseStripe(subscription);
  if (refusal !== null) return refusal;
  if (subscription.status !== 'trialing')
    return refuse('subscription.trial_over', 'A trial can be moved only while it runs.');
  if (endAt < now) return refuse('subscription.trial_end_in_past', 'A trial ends now or later.');
  if (endAt > addMs(subscription.startAt, MAX_TRIAL_DAYS * MS_PER_DAY))
    return refuse('subscription.trial_too_long', `A trial lasts at most ${MAX_TRIAL_DAYS} days.`);
  if (endAt === subscription.trialEndAt)
    return refuse('subscription.no_change', 'The trial already ends then.', { trial_end_at: endAt });
  invariant(input.itemIds.length >= openItems(subscription).length, 'Every item needs an id to follow it.');
  const items = [...planItems(subscription), ...addOnItems(subscription)].map((item, index) => ({
    ...item,
    id: input.itemIds[index] as string,
    anchorAt: endAt,
    activeFrom: endAt,
  }));
  const ended = withItemsEnded(draftOf(subscription), {
    at: now,
    cause: 'change',
    credit: 'nothing',
    days: DEFAULT_PRORATION_POLICY,
  });
  const laid = withFields(withItemsStarted(ended, items), { trialEndAt: endAt, anchorAt: endAt });
  const schedule = inOrder(
    subscription.schedule.map((step) => moveStep(step, subscription, laid.subscription)),
  );
  const moved = withDiscountsMoved(withFields(laid, { schedule, nextActionAt: now }), subscription.anchorAt);
  return ok(withEvent(moved, 'subscription.trial_moved', { trial_end_at: endAt }).decision);
}

function addOnItems(subscription: Subscription): readonly SubscriptionItem[] {
  return openItems(subscription).filter(({ source }) => source.kind === 'add_on');
}

/** What was to happen at the end of the trial happens at its new end; a number of periods is counted from there. */
function moveStep(step: ScheduledStep, from: Subscription, to: Subscription): ScheduledStep {
  if (step.kind === 'cancel' && step.reason === PERIODS_COMPLETED) {
    const leading = leadingItem(from);
    if (leading === null) return step;
    const grid = itemGrid(from, leading);
    const count = periodIndexAt(grid, step.at) - periodIndexAt(grid, from.anchorAt);
    return { ...step, at: endOfPeriodNumber(to, count) ?? step.at };
  }
  return step.at === from.anchorAt ? { ...step, at: to.anchorAt } : step;
}

function withDiscountsMoved(draft: SubscriptionDraft, before: Instant): SubscriptionDraft {
  const { subscription } = draft;
  return subscription.discounts
    .filter((discount) => discount.from === before && (discount.until === null || discount.until > before))
    .reduce(
      (next, { id, coupon }) =>
        withChange(next, {
          type: 'subscription_discount.move',
          subscriptionId: subscription.id,
          discountId: id,
          ...layDiscount(subscription, coupon, subscription.anchorAt),
        }),
      draft,
    );
}
