import { mrrMinor } from '@billhook/core/analytics/mrr';
import { isPausedAt } from '@billhook/core/subscriptions/subscription';
import type { Instant } from '@billhook/core/time/instant';
import type { StoredSubscription } from '../subscriptions/api.ts';

/** How recurring revenue moved over a stretch of time, in minor units. start + all of them = end. */
export type Movements = {
  startMinor: bigint;
  newMinor: bigint;
  expansionMinor: bigint;
  contractionMinor: bigint;
  churnMinor: bigint;
  reactivationMinor: bigint;
  endMinor: bigint;
};

/** The subscription as it stood at a moment: in service after its trial, outside its pauses and before its end, whatever came later. */
function asOf(subscription: StoredSubscription, at: Instant): StoredSubscription | null {
  const { startAt, trialEndAt, endedAt } = subscription;
  if (at < startAt || (trialEndAt !== null && at < trialEndAt)) return null;
  if (endedAt !== null && at >= endedAt) return null;
  if (isPausedAt(subscription, at)) return null;
  return { ...subscription, status: 'active' };
}

/** Recurring revenue of one customer's subscriptions at a moment, rounded once. */
export function mrrAt(subscriptions: readonly StoredSubscription[], at: Instant): bigint {
  const running = subscriptions.flatMap((subscription) => asOf(subscription, at) ?? []);
  return mrrMinor(running, at);
}

/** Subscriptions that were in service at a moment. */
export function runningAt(subscriptions: readonly StoredSubscription[], at: Instant): StoredSubscription[] {
  return subscriptions.filter((subscription) => asOf(subscription, at) !== null);
}

/**
 * Movements between two moments, customer by customer, so that a move from one plan to another is one step up or down.
 * A customer who paid before, paid nothing at the start and pays at the end has come back.
 */
export function movementsBetween(
  byCustomer: ReadonlyMap<string, readonly StoredSubscription[]>,
  start: Instant,
  end: Instant,
): Movements {
  const moved: Movements = {
    startMinor: 0n,
    newMinor: 0n,
    expansionMinor: 0n,
    contractionMinor: 0n,
    churnMinor: 0n,
    reactivationMinor: 0n,
    endMinor: 0n,
  };
  for (const subscriptions of byCustomer.values()) {
    const before = mrrAt(subscriptions, start);
    const after = mrrAt(subscriptions, end);
    moved.startMinor += before;
    moved.endMinor += after;
    if (before === 0n && after > 0n) {
      if (paidBefore(subscriptions, start)) moved.reactivationMinor += after;
      else moved.newMinor += after;
    } else if (after === 0n) moved.churnMinor -= before;
    else if (after > before) moved.expansionMinor += after - before;
    else moved.contractionMinor += after - before;
  }
  return moved;
}

/** Whether anything recurring was in force before a moment. Items stand still once they have ended, so they tell. */
function paidBefore(subscriptions: readonly StoredSubscription[], moment: Instant): boolean {
  return subscriptions.some((subscription) =>
    subscription.items.some(
      (item) => item.activeFrom < moment && mrrAt([subscription], item.activeFrom) > 0n,
    ),
  );
}
