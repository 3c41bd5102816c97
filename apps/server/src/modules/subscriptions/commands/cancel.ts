import { DEFAULT_PRORATION_POLICY } from '@billhook/core/proration/policy';
import { decideCancel } from '@billhook/core/subscriptions/decide-cancel';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import type { CommandCtx } from '../../../platform/context.ts';
import { applyChanges } from '../changes.ts';
import { subscriptionId } from '../ids.ts';
import { publish, refuseAsCoreSays } from '../publish.ts';

export type CancelRequest = {
  /** Its customer is locked by the caller. */
  subscription: Subscription;
  when: 'now' | 'period_end';
  reason: string;
};

/** Ends a subscription now, crediting what was paid for the time after, or at the end of its period. */
export async function cancel(ctx: CommandCtx, request: CancelRequest): Promise<void> {
  const result = decideCancel({
    now: ctx.now,
    creditUnused: true,
    stepId: ctx.newId(),
    days: DEFAULT_PRORATION_POLICY,
    ...request,
  });
  if (!result.ok) refuseAsCoreSays(result.refusal);
  await applyChanges(ctx, result.value.changes);
  publish(ctx, result.value.events);
  ctx.audit({
    action: 'subscription.cancel',
    objectKind: 'subscription',
    objectId: subscriptionId(request.subscription.id),
    details: { when: request.when, reason: request.reason },
  });
}
