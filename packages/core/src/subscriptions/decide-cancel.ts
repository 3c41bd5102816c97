import type { Decision } from '../decision/change.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import { type Instant, later } from '../time/instant.ts';
import { draftOf, type SubscriptionDraft, withEvent, withFields, withItemsEnded } from './draft.ts';
import { currentPeriod } from './items.ts';
import type { Subscription } from './subscription.ts';

export interface CancelInput {
  readonly now: Instant;
  readonly subscription: Subscription;
  readonly when: 'now' | 'period_end';
  /** For `now`: whether what was charged in advance for the time after is credited. */
  readonly creditUnused: boolean;
  readonly reason: string;
}

/**
 * Ends a subscription now or at the end of its period. During a trial the end of the period is the end of the trial;
 * what has not started ends at once. Usage up to the end is billed by the next `decideInvoice`.
 * Refusals: `subscription.canceled`, `subscription.cancel_pending`, `subscription.authority_stripe`.
 */
export function decideCancel(input: CancelInput): Result<Decision> {
  const { now, subscription } = input;
  if (subscription.billingAuthority === 'stripe') {
    return refuse(
      'subscription.authority_stripe',
      'Stripe computes this subscription; the change is an intent that it confirms.',
    );
  }
  if (subscription.status === 'canceled')
    return refuse('subscription.canceled', 'The subscription is already canceled.');
  const at = input.when === 'period_end' ? endAhead(subscription, now) : null;
  if (at === null)
    return ok(endSubscription(draftOf(subscription), now, input.creditUnused, input.reason).decision);
  if (subscription.cancelAt === at)
    return refuse('subscription.cancel_pending', 'The cancellation is already set.', { cancel_at: at });
  const draft = withFields(draftOf(subscription), { cancelAt: at, scheduledChange: null, nextActionAt: now });
  return ok(withEvent(draft, 'subscription.cancel_scheduled', { at, reason: input.reason }).decision);
}

/** Takes back a cancellation that lies ahead. Refusal: `subscription.no_cancel_pending`. */
export function decideUndoCancel(input: {
  readonly now: Instant;
  readonly subscription: Subscription;
}): Result<Decision> {
  const { now, subscription } = input;
  if (subscription.cancelAt === null || subscription.cancelAt <= now) {
    return refuse('subscription.no_cancel_pending', 'No cancellation lies ahead.');
  }
  const draft = withFields(draftOf(subscription), { cancelAt: null, nextActionAt: now });
  return ok(withEvent(draft, 'subscription.cancel_undone', {}).decision);
}

/** Ends everything at `at`; also used when a pending cancellation comes due and when dunning gives up. */
export function endSubscription(
  draft: SubscriptionDraft,
  at: Instant,
  creditUnused: boolean,
  reason: string,
): SubscriptionDraft {
  const ended = withItemsEnded(draft, at, creditUnused);
  const moved = withFields(ended, {
    status: 'canceled',
    cancelAt: null,
    endedAt: later(at, draft.subscription.startAt),
    scheduledChange: null,
    nextActionAt: at,
  });
  return withEvent(moved, 'subscription.canceled', { at, reason });
}

function endAhead(subscription: Subscription, now: Instant): Instant | null {
  if (subscription.status === 'scheduled') return null;
  if (now < subscription.anchorAt) return subscription.anchorAt;
  return currentPeriod(subscription, now)?.period.end ?? null;
}
