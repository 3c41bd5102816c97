import type { Decision, SubscriptionFields } from '../decision/change.ts';
import type { JsonObject } from '../kernel/json.ts';
import { draftOf, type SubscriptionDraft, withChange, withEvent } from '../subscriptions/draft.ts';
import { endOf } from '../subscriptions/items.ts';
import { cancelAhead } from '../subscriptions/schedule.ts';
import type { Subscription, SubscriptionItem } from '../subscriptions/subscription.ts';
import type { Instant } from '../time/instant.ts';
import type { Figures } from './decide-subscription.ts';

export interface MirroredMove {
  readonly now: Instant;
  readonly current: Subscription;
  readonly figures: Figures;
  readonly ended: readonly SubscriptionItem[];
  readonly fresh: readonly SubscriptionItem[];
}

/** The changes and facts that make a subscription here what Stripe says; none where it is that already. */
export function moveMirrored(move: MirroredMove): Decision {
  const { current, figures, now } = move;
  const isEnding = figures.status === 'canceled';
  let draft = draftOf(current);
  const ending = isEnding ? current.items.filter(({ activeTo }) => activeTo === null) : move.ended;
  for (const item of ending) {
    draft = withChange(draft, {
      type: 'subscription_item.end',
      subscriptionId: current.id,
      itemId: item.id,
      at: endOf(item, figures.endedAt ?? now),
      creditUnused: false,
    });
  }
  const fresh = isEnding ? [] : move.fresh;
  for (const item of fresh)
    draft = withChange(draft, { type: 'subscription_item.create', subscriptionId: current.id, item });
  const fields = changedFields(current, figures, draft.subscription, now);
  if (Object.keys(fields).length > 0) {
    draft = withChange(draft, {
      type: 'subscription.update',
      subscriptionId: current.id,
      fromStatus: current.status,
      fields,
      authority: 'stripe',
    });
  }
  return withFacts(draft, move, fresh.length + ending.length > 0).decision;
}

function changedFields(
  current: Subscription,
  figures: Figures,
  withItems: Subscription,
  now: Instant,
): SubscriptionFields {
  const { status, planId, planVersionId, seats, anchorAt, trialEndAt, endedAt, schedule } = figures;
  const pauses = pausesOf(current, status, withItems, now);
  return {
    ...(status === current.status ? {} : { status }),
    ...(planId === current.planId ? {} : { planId }),
    ...(planVersionId === current.planVersionId ? {} : { planVersionId }),
    ...(seats === current.seats ? {} : { seats }),
    ...(anchorAt === current.anchorAt ? {} : { anchorAt }),
    ...(trialEndAt === current.trialEndAt ? {} : { trialEndAt }),
    ...(endedAt === current.endedAt ? {} : { endedAt }),
    ...(isSameSchedule(current, schedule) ? {} : { schedule }),
    ...(pauses === current.pauses ? {} : { pauses }),
  };
}

function isSameSchedule({ schedule }: Subscription, other: Subscription['schedule']): boolean {
  return schedule.length === other.length && schedule.every(({ id }, index) => id === other[index]?.id);
}

/** A pause begins and ends with the status at Stripe. */
function pausesOf(
  current: Subscription,
  status: Subscription['status'],
  withItems: Subscription,
  now: Instant,
): Subscription['pauses'] {
  const { pauses } = current;
  if (status === 'paused' && current.status !== 'paused') {
    const itemIds = withItems.items.filter(({ activeTo }) => activeTo === null).map(({ id }) => id);
    return [...pauses, { from: now, to: null, mode: 'keep_period', itemIds, resumesAs: 'active' }];
  }
  if (status !== 'paused' && current.status === 'paused')
    return pauses.map((pause) => (pause.to === null ? { ...pause, to: now } : pause));
  return pauses;
}

function withFacts(draft: SubscriptionDraft, move: MirroredMove, itemsMoved: boolean): SubscriptionDraft {
  const { current, figures, now } = move;
  const { planId: plan_id, planVersionId: plan_version_id, status } = figures;
  let next = draft;
  const say = (type: Parameters<typeof withEvent>[1], data: JsonObject) => {
    next = withEvent(next, type, data);
  };
  if (status === 'canceled') {
    say('subscription.canceled', { at: figures.endedAt, reason: 'at_stripe' });
    return next;
  }
  if (current.planVersionId !== figures.planVersionId) {
    say('subscription.changed', {
      direction: 'at_stripe',
      from_plan_id: current.planId,
      from_plan_version_id: current.planVersionId,
      plan_id,
      plan_version_id,
    });
  } else if (figures.seats !== current.seats) {
    say('subscription.seats_changed', { from: `${current.seats}`, to: `${figures.seats}`, at: now });
  } else if (itemsMoved) {
    say('subscription.changed', {
      direction: 'at_stripe',
      from_plan_id: current.planId,
      from_plan_version_id: current.planVersionId,
      plan_id,
      plan_version_id,
    });
  }
  const before = cancelAhead(current);
  const after = cancelAhead(figures);
  if (after !== null && after.at !== before?.at)
    say('subscription.cancel_scheduled', { at: after.at, reason: after.reason, step_id: after.id });
  if (after === null && before !== null) say('subscription.cancel_undone', { at: before.at });
  for (const { type, data } of stepFacts(current, figures, now)) say(type, data);
  if (status === current.status) {
    if (status === 'trialing' && figures.trialEndAt !== current.trialEndAt)
      say('subscription.trial_moved', { trial_end_at: figures.trialEndAt });
    return next;
  }
  const fact = statusFact(current.status, figures);
  say(fact.type, fact.data);
  return next;
}

/** Changes that came to lie ahead, and those that were taken off before their time. Ends have facts of their own. */
function stepFacts(
  before: Pick<Subscription, 'schedule'>,
  after: Pick<Subscription, 'schedule'>,
  now: Instant,
) {
  const changes = ({ schedule }: Pick<Subscription, 'schedule'>) =>
    schedule.filter((step) => step.kind === 'change' || step.kind === 'seats');
  const [old, fresh] = [changes(before), changes(after)];
  const has = (steps: typeof old, id: string) => steps.some((step) => step.id === id);
  return [
    ...old
      .filter((step) => step.at > now && !has(fresh, step.id))
      .map(({ id, kind, at }) => ({
        type: 'subscription.step_undone' as const,
        data: { step_id: id, kind, at },
      })),
    ...fresh
      .filter((step) => !has(old, step.id))
      .map((step) => ({
        type: 'subscription.change_scheduled' as const,
        data: {
          at: step.at,
          step_id: step.id,
          ...(step.kind === 'change'
            ? { direction: 'at_stripe', plan_id: step.planId, plan_version_id: step.planVersionId }
            : { seats: `${step.seats}` }),
        },
      })),
  ];
}

/** The fact that a new status is, as the engine would have published it. */
function statusFact(from: Subscription['status'], { status, trialEndAt, planId, planVersionId }: Figures) {
  switch (status) {
    case 'trialing':
      return { type: 'subscription.trial_started', data: { trial_end_at: trialEndAt } } as const;
    case 'past_due':
      return { type: 'subscription.past_due', data: { invoice_id: null } } as const;
    case 'paused':
      return { type: 'subscription.paused', data: { mode: 'keep_period' } } as const;
    default:
      if (from === 'past_due') return { type: 'subscription.recovered', data: {} } as const;
      if (from === 'paused') return { type: 'subscription.resumed', data: { mode: 'keep_period' } } as const;
      return {
        type: 'subscription.activated',
        data: { plan_id: planId, plan_version_id: planVersionId },
      } as const;
  }
}
