import type { SubscriptionAtStripe } from '@billhook/core/mirror/subscription-at-stripe';
import { type AskedChange, moveChange, openChange } from '../modules/mirror/api.ts';
import type { StoredSubscription } from '../modules/subscriptions/api.ts';
import type { CommandCtx } from '../platform/context.ts';

/** A wish is confirmed once what Stripe says is what was wished. */
export async function confirmAsked(
  ctx: CommandCtx,
  subscription: StoredSubscription,
  facts: SubscriptionAtStripe,
): Promise<void> {
  const asked = await openChange(ctx, subscription.id);
  if (asked === undefined || !isFulfilled(asked.wanted, subscription, facts)) return;
  if (!(await moveChange(ctx, asked.id, { status: 'confirmed', failure: null }))) return;
  ctx.emit({
    type: 'subscription.stripe_change_confirmed',
    objectId: subscription.id,
    customerId: subscription.customerId,
    payload: { change_id: asked.id, kind: asked.wanted.kind },
  });
}

/** Whether a subscription is as somebody wished. */
export function isFulfilled(
  wanted: AskedChange['wanted'],
  subscription: Pick<StoredSubscription, 'planVersionId' | 'seats' | 'status'>,
  facts: Pick<SubscriptionAtStripe, 'cancelAt'>,
): boolean {
  const { planVersionId, seats, status } = subscription;
  switch (wanted.kind) {
    case 'plan':
      return planVersionId === wanted.planVersionId && seats === BigInt(wanted.quantity);
    case 'quantity':
      return seats === BigInt(wanted.quantity);
    case 'cancel':
      return status === 'canceled' || (wanted.when === 'period_end' && facts.cancelAt !== null);
    case 'keep':
      return facts.cancelAt === null;
  }
}
