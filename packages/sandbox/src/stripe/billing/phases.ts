import type { SubscriptionItem, SubscriptionRecord } from '../../state/billing-records.ts';
import type { Draft } from '../../state/draft.ts';
import type { SchedulePhase, SubscriptionScheduleRecord } from '../../state/schedule-records.ts';
import { endSubscription, updateSubscription } from './subscription-state.ts';
import { changeSubscription } from './update.ts';

/** The phase that stands; undefined before the first one. */
export function currentPhase(schedule: SubscriptionScheduleRecord): SchedulePhase | undefined {
  return schedule.status === 'active' ? schedule.phases[schedule.applied] : undefined;
}

/** The items of a phase as a subscription has them; what stays keeps its id. */
export function itemsOfPhase(
  draft: Draft,
  phase: SchedulePhase,
  before: readonly SubscriptionItem[],
): SubscriptionItem[] {
  return phase.items.map((item) => {
    const known = before.find(({ price }) => price === item.price);
    return {
      id: known?.id ?? draft.id('si_', 14),
      created: known?.created ?? draft.now,
      ...item,
    };
  });
}

/** Makes the subscription what a phase says. At the turn of a period there is nothing to prorate. */
export function applyPhase(draft: Draft, before: SubscriptionRecord, phase: SchedulePhase): void {
  const isTurn = draft.now >= before.periodEnd;
  const change = {
    items: itemsOfPhase(draft, phase, before.items),
    trialEnd: undefined,
    resetAnchor: false,
    behavior: isTurn ? ('none' as const) : phase.proration,
    at: draft.now,
  };
  changeSubscription(draft, before, change, {}, 'allow_incomplete');
}

/** A phase is over: the next one begins, or the schedule lets go of its subscription, or ends it. */
export function endPhase(draft: Draft, schedule: SubscriptionScheduleRecord): void {
  const subscription =
    schedule.subscription === null ? undefined : draft.get('subscription', schedule.subscription);
  const next = schedule.phases[schedule.applied + 1];
  if (next !== undefined && subscription !== undefined) {
    const moved = draft.put('subscription_schedule', { ...schedule, applied: schedule.applied + 1 });
    applyPhase(draft, subscription, next);
    draft.emit('subscription_schedule.updated', 'subscription_schedule', moved);
    return;
  }
  if (schedule.endBehavior === 'release') {
    releaseSchedule(draft, schedule);
    return;
  }
  const over = draft.put('subscription_schedule', {
    ...schedule,
    status: 'completed',
    completedAt: draft.now,
  });
  draft.emit('subscription_schedule.completed', 'subscription_schedule', over);
  if (subscription?.endedAt === null) endSubscription(draft, subscription, 'canceled', null);
}

/** Lets go of the subscription, which goes on as it is. */
export function releaseSchedule(
  draft: Draft,
  schedule: SubscriptionScheduleRecord,
): SubscriptionScheduleRecord {
  const released = draft.put('subscription_schedule', {
    ...schedule,
    status: 'released',
    subscription: null,
    releasedSubscription: schedule.subscription,
    releasedAt: draft.now,
  });
  const led = schedule.subscription === null ? undefined : draft.get('subscription', schedule.subscription);
  if (led !== undefined) updateSubscription(draft, led, { ...led, schedule: null });
  draft.emit('subscription_schedule.released', 'subscription_schedule', released);
  return released;
}
