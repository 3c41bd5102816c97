import { isWaiting } from '@billhook/core/subscriptions/subscription';
import type { Instant } from '@billhook/core/time/instant';
import type { StoredSubscription } from './types.ts';

/** An add-on that runs, in the version that it was taken in. */
export type RunningAddOn = { addOnId: string; versionId: string; quantity: bigint };

/**
 * The add-ons that a subscription has at a moment, in the order in which they were taken. One that was taken before the
 * first charge, in a trial, is there at once.
 */
export function runningAddOns(subscription: StoredSubscription, now: Instant): RunningAddOn[] {
  const running = new Map<string, RunningAddOn>();
  for (const { id, source, quantity, activeFrom, activeTo } of subscription.items) {
    const hasBegun = activeFrom <= now || isWaiting(subscription);
    const versionId = subscription.addOnVersions.get(id);
    if (source.kind !== 'add_on' || versionId === undefined || !hasBegun) continue;
    if (activeTo !== null && activeTo <= now) continue;
    const { addOnId } = source;
    if (!running.has(addOnId)) running.set(addOnId, { addOnId, versionId, quantity });
  }
  return [...running.values()];
}
