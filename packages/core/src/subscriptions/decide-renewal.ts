import type { Instant } from '../time/instant.ts';
import { applyPlanChange } from './apply-plan-change.ts';
import type { DayRules } from './cut-item.ts';
import { applyAddOnQuantity } from './decide-add-on-quantity.ts';
import { endSubscription } from './decide-cancel.ts';
import { applyPause, applyResume } from './decide-pause.ts';
import { applySeats } from './decide-seats.ts';
import { draftOf, type SubscriptionDraft, withEvent, withFields } from './draft.ts';
import { withAddOnEnded } from './end-add-on.ts';
import { endsTerm } from './fixed-term.ts';
import { nextActionAt } from './next-action.ts';
import type { ScheduledStep } from './schedule.ts';
import type { Subscription } from './subscription.ts';

export interface RenewalInput {
  readonly now: Instant;
  readonly subscription: Subscription;
  readonly usageGraceMs: number;
  readonly days: DayRules;
  /** Whether there is a way to collect; asked only at the end of a trial that needs one. */
  readonly hasPaymentMethod: boolean;
}

/**
 * Moves a subscription along with time: a start, the end of a trial and everything on its schedule that has come due
 * take effect at their own moments, in order, whenever this runs. Running it again changes nothing. The result also
 * says when to look again. One that Stripe computes is moved by Stripe's word alone.
 */
export function decideRenewal(input: RenewalInput): SubscriptionDraft {
  let draft = draftOf(input.subscription);
  if (input.subscription.billingAuthority === 'stripe') return draft;
  for (let step = dueStep(draft, input); step !== null; step = dueStep(draft, input)) draft = step;
  const nextAt = nextActionAt(draft.subscription, input.now, input.usageGraceMs);
  return nextAt === draft.subscription.nextActionAt ? draft : withFields(draft, { nextActionAt: nextAt });
}

/**
 * The earliest thing that is due, applied. At one moment an end on the schedule comes first, so that what was canceled
 * never begins its trial or its first period; then the start or the end of the trial, then the rest of the schedule.
 */
function dueStep(draft: SubscriptionDraft, input: RenewalInput): SubscriptionDraft | null {
  const { now } = input;
  const { status, startAt, trialEndAt } = draft.subscription;
  const step = nextStep(draft.subscription);
  const turnAt = status === 'scheduled' ? startAt : status === 'trialing' ? trialEndAt : null;
  const isStepDue = step !== null && step.at <= now;
  if (turnAt === null || turnAt > now) return isStepDue ? applyStep(draft, step, input) : null;
  if (isStepDue && (step.at < turnAt || (step.at === turnAt && step.kind === 'cancel')))
    return applyStep(draft, step, input);
  return status === 'scheduled' ? begin(draft) : endTrial(draft, turnAt, input);
}

/**
 * The first step of the schedule. While paused, all but an end and a resumption wait for the resumption; so does the end
 * after a number of periods where the period was stopped, because periods are left to serve.
 */
function nextStep({ status, schedule, pauses }: Subscription): ScheduledStep | null {
  if (status !== 'paused') return schedule[0] ?? null;
  const isStopped = pauses.at(-1)?.mode === 'stop_period';
  const happens = (step: ScheduledStep) =>
    step.kind === 'resume' || (step.kind === 'cancel' && !(isStopped && endsTerm(step)));
  return schedule.find(happens) ?? null;
}

function applyStep(draft: SubscriptionDraft, step: ScheduledStep, input: RenewalInput): SubscriptionDraft {
  switch (step.kind) {
    case 'cancel':
      return endSubscription(draft, { ...step, days: input.days });
    case 'change':
      return applyPlanChange(draft, step, 'scheduled', input.days);
    case 'seats':
      return applySeats(draft, step, input.days);
    case 'pause':
      return applyPause(draft, step, input.days);
    case 'resume':
      return applyResume(draft, step);
    case 'add_on_quantity':
      return applyAddOnQuantity(draft, step, input.days);
    case 'add_on_end':
      return withAddOnEnded(draft, { ...step, days: input.days });
  }
}

function begin(draft: SubscriptionDraft): SubscriptionDraft {
  const { trialEndAt } = draft.subscription;
  if (trialEndAt === null) return activate(draft);
  const trialing = withFields(draft, { status: 'trialing' });
  return withEvent(trialing, 'subscription.trial_started', { trial_end_at: trialEndAt });
}

function endTrial(draft: SubscriptionDraft, at: Instant, input: RenewalInput): SubscriptionDraft {
  const { trialEnd } = draft.subscription;
  const ends =
    trialEnd === 'cancel' || (trialEnd === 'cancel_without_payment_method' && !input.hasPaymentMethod);
  return ends
    ? endSubscription(draft, { at, creditUnused: false, reason: 'trial_ended', days: input.days })
    : activate(draft);
}

function activate(draft: SubscriptionDraft): SubscriptionDraft {
  const { planId, planVersionId } = draft.subscription;
  return withEvent(withFields(draft, { status: 'active' }), 'subscription.activated', {
    plan_id: planId,
    plan_version_id: planVersionId,
  });
}
