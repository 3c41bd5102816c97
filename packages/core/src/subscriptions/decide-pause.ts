import type { Decision } from '../decision/change.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import { type Instant, later } from '../time/instant.ts';
import { coveredUpTo, type DayRules } from './cut-item.ts';
import {
  draftOf,
  type SubscriptionDraft,
  withEvent,
  withFields,
  withItemsEnded,
  withItemsStarted,
} from './draft.ts';
import { termAfterPause } from './fixed-term.ts';
import { openItems, stepItemId } from './items.ts';
import { refuseStripe } from './refusals.ts';
import { cancelAhead, inOrder, type PauseStep, type ResumeStep, withoutStep, withStep } from './schedule.ts';
import type { Pause, PauseMode, Subscription, SubscriptionItem } from './subscription.ts';

export interface PauseInput {
  readonly now: Instant;
  readonly subscription: Subscription;
  readonly mode: PauseMode;
  /** When it begins. */
  readonly from: Instant;
  /** When it ends by itself; null until somebody resumes it. */
  readonly until: Instant | null;
  /** Ids of the steps that lie ahead: the pause and the resumption. */
  readonly stepIds: { readonly pause: string; readonly resume: string };
  /** Ids for the items that will resume, one for each open item. */
  readonly itemIds: readonly string[];
  readonly days: DayRules;
}

/**
 * Pauses a subscription now or later, with or without an end. While it is paused nothing is provided and nothing is
 * charged; what was paid stands or is credited, by the mode.
 * Refusals: `subscription.not_pausable`, `subscription.pause_in_past`, `subscription.pause_too_short`,
 * `subscription.pause_pending`, `subscription.cancel_pending`, `subscription.authority_stripe`.
 */
export function decidePause(input: PauseInput): Result<Decision> {
  const { now, subscription, from, until, mode } = input;
  const refusal = refuseStripe(subscription);
  if (refusal !== null) return refusal;
  if (subscription.status !== 'active' || from < subscription.anchorAt)
    return refuse(
      'subscription.not_pausable',
      'A subscription can be paused while it is active and paid for.',
    );
  if (from < now) return refuse('subscription.pause_in_past', 'A pause begins now or later.', { from });
  if (until !== null && until <= from)
    return refuse('subscription.pause_too_short', 'A pause ends after it begins.', { from, until });
  if (subscription.schedule.some(({ kind }) => kind === 'pause' || kind === 'resume'))
    return refuse('subscription.pause_pending', 'Undo the pause that lies ahead first.');
  const ending = cancelAhead(subscription);
  if (ending !== null && ending.at <= from)
    return refuse('subscription.cancel_pending', 'The subscription ends before the pause begins.', {
      cancel_at: ending.at,
    });
  const step: PauseStep = { kind: 'pause', id: input.stepIds.pause, at: from, mode };
  const resume: ResumeStep | null =
    until === null ? null : { kind: 'resume', id: input.stepIds.resume, at: until, itemIds: input.itemIds };
  const planned = resume === null ? subscription.schedule : withStep(subscription.schedule, resume);
  if (from > now) {
    const schedule = withStep(planned, step);
    const draft = withFields(draftOf(subscription), { schedule, nextActionAt: now });
    return ok(
      withEvent(draft, 'subscription.pause_scheduled', { from, until, mode, step_id: step.id }).decision,
    );
  }
  const draft =
    resume === null ? draftOf(subscription) : withFields(draftOf(subscription), { schedule: planned });
  return ok(applyPause(draft, step, input.days).decision);
}

export interface ResumeInput {
  readonly now: Instant;
  readonly subscription: Subscription;
  /** Now or later. */
  readonly at: Instant;
  readonly stepId: string;
  /** Ids for the items that resume, one for each that was paused. */
  readonly itemIds: readonly string[];
}

/**
 * Resumes a paused subscription now or later; a resumption that already lies ahead is replaced.
 * Refusals: `subscription.not_paused`, `subscription.resume_in_past`.
 */
export function decideResume(input: ResumeInput): Result<Decision> {
  const { now, subscription, at } = input;
  if (subscription.status !== 'paused')
    return refuse('subscription.not_paused', 'The subscription is not paused.');
  if (at < now) return refuse('subscription.resume_in_past', 'A subscription resumes now or later.', { at });
  const schedule = subscription.schedule.filter(({ kind }) => kind !== 'resume');
  const step: ResumeStep = { kind: 'resume', id: input.stepId, at, itemIds: input.itemIds };
  if (at > now) {
    const draft = withFields(draftOf(subscription), {
      schedule: withStep(schedule, step),
      nextActionAt: now,
    });
    return ok(withEvent(draft, 'subscription.resume_scheduled', { at, step_id: step.id }).decision);
  }
  return ok(applyResume(withFields(draftOf(subscription), { schedule }), step).decision);
}

/** Ends what runs; also used when a scheduled pause comes due. */
export function applyPause(draft: SubscriptionDraft, step: PauseStep, days: DayRules): SubscriptionDraft {
  const before = draft.subscription;
  const pause: Pause = {
    from: step.at,
    to: null,
    mode: step.mode,
    itemIds: openItems(before).map((item) => item.id),
    resumesAs: before.status === 'past_due' ? 'past_due' : 'active',
  };
  const ended = withItemsEnded(draft, {
    at: step.at,
    cause: 'end',
    credit: step.mode === 'stop_period' ? 'unused_time' : 'unbegun_period',
    days,
  });
  const moved = withFields(ended, {
    status: 'paused',
    pauses: [...before.pauses, pause],
    schedule: withoutStep(before.schedule, step.id),
    nextActionAt: step.at,
  });
  return withEvent(moved, 'subscription.paused', { at: step.at, mode: step.mode });
}

/**
 * Starts again what ran when the pause began. What came due on the schedule meanwhile takes effect with the resumption,
 * and an end after a number of periods moves where the period was stopped. A price by day that was charged for the day
 * on which the pause began is charged from the next day on. Who had not paid is past due again.
 */
export function applyResume(draft: SubscriptionDraft, step: ResumeStep): SubscriptionDraft {
  const before = draft.subscription;
  const pause = before.pauses.at(-1) as Pause;
  const startsAnew = pause.mode === 'stop_period';
  const paused = before.items.filter((item) => pause.itemIds.includes(item.id));
  const items = paused.map(
    (item, index): SubscriptionItem => ({
      ...item,
      id: stepItemId(step, index),
      anchorAt: startsAnew ? step.at : item.anchorAt,
      activeFrom: startsAnew
        ? later(step.at, item.activeTo ?? step.at)
        : chargedFrom(before, item, pause.from, step.at),
      activeTo: null,
      creditUnused: false,
    }),
  );
  const started = withFields(withItemsStarted(draft, items), {
    status: pause.resumesAs,
    pauses: [...before.pauses.slice(0, -1), { ...pause, to: step.at }],
    ...(startsAnew ? { anchorAt: step.at } : {}),
    nextActionAt: step.at,
  });
  const waiting = withoutStep(before.schedule, step.id);
  const ahead = startsAnew
    ? waiting.map((other) => termAfterPause(other, pause.from, paused, started.subscription))
    : waiting;
  const moved = withFields(started, {
    schedule: inOrder(ahead.map((other) => ({ ...other, at: later(other.at, step.at) }))),
  });
  return withEvent(moved, 'subscription.resumed', { at: step.at, mode: pause.mode });
}

/** On the same grid: from the resumption, or from where the charge of before the pause ends. */
function chargedFrom(
  subscription: Subscription,
  item: SubscriptionItem,
  pausedAt: Instant,
  resumedAt: Instant,
): Instant {
  const endedAt = item.activeTo ?? pausedAt;
  return later(resumedAt, later(endedAt, coveredUpTo(subscription, item, pausedAt, false)));
}
