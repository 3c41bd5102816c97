import { MAX_TRIAL_DAYS } from '../catalog/check-plan.ts';
import type { Decision } from '../decision/change.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import { DEFAULT_PRORATION_POLICY } from '../proration/policy.ts';
import { addMs, type Instant, MS_PER_DAY } from '../time/instant.ts';
import { draftOf, withEvent, withFields, withItemsEnded, withItemsStarted } from './draft.ts';
import { openItems } from './items.ts';
import { refuseStripe } from './refusals.ts';
import type { Subscription } from './subscription.ts';

export interface TrialInput {
  readonly now: Instant;
  readonly subscription: Subscription;
  /** Now ends the trial at once. */
  readonly endAt: Instant;
  /** Ids for the items that are laid out anew, one for each open item. */
  readonly itemIds: readonly string[];
}

/**
 * Moves the end of a trial. Periods are laid out from the new end.
 * Refusals: `subscription.trial_over` once the first period has begun or where there was no trial,
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
  const items = openItems(subscription).map((item, index) => ({
    ...item,
    id: input.itemIds[index] as string,
    anchorAt: endAt,
    activeFrom: endAt,
  }));
  const ended = withItemsEnded(draftOf(subscription), {
    at: now,
    cause: 'change',
    creditUnused: false,
    days: DEFAULT_PRORATION_POLICY,
  });
  const moved = withFields(withItemsStarted(ended, items), {
    trialEndAt: endAt,
    anchorAt: endAt,
    nextActionAt: now,
  });
  return ok(withEvent(moved, 'subscription.trial_moved', { trial_end_at: endAt }).decision);
}
