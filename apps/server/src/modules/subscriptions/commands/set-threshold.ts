import type { OwnThreshold } from '@billhook/core/subscriptions/subscription';
import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { subscriptionId } from '../ids.ts';
import { updateThreshold } from '../repo.ts';
import type { StoredSubscription } from '../types.ts';

/**
 * Gives a subscription a threshold of its own, or takes it back so that the seller's holds again. What is used already
 * counts: the caller bills what has reached the new one. The customer is locked. Refuses with
 * `subscription.already_canceled`.
 */
export async function setThreshold(
  ctx: CommandCtx,
  subscription: StoredSubscription,
  own: OwnThreshold | null,
): Promise<void> {
  if (subscription.status === 'canceled')
    refuse('subscription.already_canceled', 'A subscription that has ended is not billed any more.');
  await updateThreshold(ctx, subscription.id, own);
  ctx.emit({
    type: 'subscription.updated',
    objectId: subscription.id,
    customerId: subscription.customerId,
    payload: { fields: ['billing_threshold'] },
  });
  ctx.audit({
    action: 'subscription.threshold',
    objectKind: 'subscription',
    objectId: subscriptionId(subscription.id),
    details: own === null ? { source: 'seller' } : { source: 'subscription', amount: amountOf(own) },
  });
}

const amountOf = ({ amountMinor }: OwnThreshold) => (amountMinor === null ? null : `${amountMinor}`);
