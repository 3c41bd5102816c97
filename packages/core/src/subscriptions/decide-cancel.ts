import type { Decision } from '../decision/change.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import { type Instant, later } from '../time/instant.ts';
import type { DayRules } from './cut-item.ts';
import { creditOf, draftOf, type SubscriptionDraft, withEvent, withFields, withItemsEnded } from './draft.ts';
import { periodEndAhead } from './items.ts';
import { refuseStripe } from './refusals.ts';
import { cancelAhead, withoutStep, withStep } from './schedule.ts';
import type { Subscription } from './subscription.ts';

/** `at` ends it at a moment that lies ahead. */
export type CancelTiming = 'now' | 'period_end' | { readonly at: Instant };

export interface CancelInput {
  readonly now: Instant;
  readonly subscription: Subscription;
  readonly when: CancelTiming;
  /** Whether what was charged in advance for the time after the end is credited. */
  readonly creditUnused: boolean;
  readonly reason: string;
  /** Id of the step, if the end lies ahead. */
  readonly stepId: string;
  readonly days: DayRules;
}

/** The reason of an end that `decideAutoRenew` laid at the end of the period. */
export const RENEWAL_OFF = 'renewal_off';
/** The reason of an end after the number of periods that was agreed at the start. */
export const PERIODS_COMPLETED = 'periods_completed';

/**
 * Ends a subscription now, at the end of its period or at a date. During a trial the end of the period is the end of
 * the trial; what has not started, is paused or has no periods ends at once. An end that already lies ahead is replaced. Usage up to the end is
 * billed by the next `decideInvoice`.
 * Refusals: `subscription.canceled`, `subscription.cancel_pending`, `subscription.cancel_in_past`,
 * `subscription.authority_stripe`.
 */
export function decideCancel(input: CancelInput): Result<Decision> {
  const { now, subscription } = input;
  const refusal = refuseStripe(subscription);
  if (refusal !== null) return refusal;
  if (subscription.status === 'canceled')
    return refuse('subscription.canceled', 'The subscription is already canceled.');
  const at = momentOf(input);
  if (at === null) return ok(endSubscription(draftOf(subscription), { ...input, at: now }).decision);
  if (at < now) return refuse('subscription.cancel_in_past', 'A subscription ends now or later.', { at });
  const ahead = cancelAhead(subscription);
  if (ahead !== null && ahead.at === at && ahead.reason === input.reason)
    return refuse('subscription.cancel_pending', 'The cancellation is already set.', { cancel_at: at });
  const kept = ahead === null ? subscription.schedule : withoutStep(subscription.schedule, ahead.id);
  const step = {
    kind: 'cancel' as const,
    id: input.stepId,
    at,
    creditUnused: input.creditUnused && input.when !== 'period_end',
    reason: input.reason,
  };
  const draft = withFields(draftOf(subscription), { schedule: withStep(kept, step), nextActionAt: now });
  return ok(
    withEvent(draft, 'subscription.cancel_scheduled', { at, reason: input.reason, step_id: step.id })
      .decision,
  );
}

function momentOf({ when, subscription, now }: CancelInput): Instant | null {
  if (when === 'now') return null;
  if (when !== 'period_end') return when.at === now ? null : when.at;
  return periodEndAhead(subscription, now);
}

export interface EndOfService {
  readonly at: Instant;
  readonly creditUnused: boolean;
  readonly reason: string;
  readonly days: DayRules;
}

/** Ends everything at `at`; also used when a cancellation comes due and when dunning gives up. */
export function endSubscription(draft: SubscriptionDraft, end: EndOfService): SubscriptionDraft {
  const { subscription } = draft;
  const { at, creditUnused, reason, days } = end;
  const ended = withItemsEnded(draft, { at, cause: 'end', credit: creditOf(creditUnused), days });
  const moved = withFields(ended, {
    status: 'canceled',
    endedAt: later(at, subscription.startAt),
    schedule: [],
    pauses: subscription.pauses.map((pause) => (pause.to === null ? { ...pause, to: at } : pause)),
    nextActionAt: at,
  });
  return withEvent(moved, 'subscription.canceled', { at, reason });
}
