import type { Instant } from '../time/instant.ts';
import { endSubscription } from './decide-cancel.ts';
import { applyPlanChange } from './decide-change.ts';
import { draftOf, type SubscriptionDraft, withEvent, withFields } from './draft.ts';
import { nextActionAt } from './next-action.ts';
import type { Subscription } from './subscription.ts';

export interface RenewalInput {
  readonly now: Instant;
  readonly subscription: Subscription;
  readonly usageGraceMs: number;
}

/**
 * Moves a subscription along with time: a start, the end of a trial, a scheduled change and a pending cancellation that
 * have come due take effect at their own moments, in order, whenever this runs. Running it again changes nothing. The
 * result also says when to look again.
 */
export function decideRenewal(input: RenewalInput): SubscriptionDraft {
  let draft = draftOf(input.subscription);
  for (let step = dueStep(draft, input.now); step !== null; step = dueStep(draft, input.now)) draft = step;
  const nextAt = nextActionAt(draft.subscription, input.now, input.usageGraceMs);
  return nextAt === draft.subscription.nextActionAt ? draft : withFields(draft, { nextActionAt: nextAt });
}

/** The earliest step that is due, applied; of steps at one moment a start comes first and an end before a change. */
function dueStep(draft: SubscriptionDraft, now: Instant): SubscriptionDraft | null {
  const { subscription } = draft;
  const { status, startAt, trialEndAt, cancelAt, scheduledChange } = subscription;
  const steps: { readonly at: Instant; readonly apply: () => SubscriptionDraft }[] = [];
  if (status === 'scheduled') steps.push({ at: startAt, apply: () => begin(draft) });
  if (status === 'trialing' && trialEndAt !== null && cancelAt !== trialEndAt) {
    steps.push({ at: trialEndAt, apply: () => activate(draft) });
  }
  if (cancelAt !== null && status !== 'scheduled') {
    steps.push({ at: cancelAt, apply: () => endSubscription(draft, cancelAt, false, 'period_end') });
  }
  if (scheduledChange !== null && status !== 'scheduled') {
    steps.push({ at: scheduledChange.at, apply: () => applyPlanChange(draft, scheduledChange, 'scheduled') });
  }
  let first: (typeof steps)[number] | null = null;
  for (const step of steps) if (step.at <= now && (first === null || step.at < first.at)) first = step;
  return first === null ? null : first.apply();
}

function begin(draft: SubscriptionDraft): SubscriptionDraft {
  const { trialEndAt } = draft.subscription;
  if (trialEndAt === null) return activate(draft);
  const trialing = withFields(draft, { status: 'trialing' });
  return withEvent(trialing, 'subscription.trial_started', { trial_end_at: trialEndAt });
}

function activate(draft: SubscriptionDraft): SubscriptionDraft {
  const { planId, planVersionId } = draft.subscription;
  return withEvent(withFields(draft, { status: 'active' }), 'subscription.activated', {
    plan_id: planId,
    plan_version_id: planVersionId,
  });
}
