import { decideUndoCancel } from '@billhook/core/subscriptions/decide-cancel';
import { decideUnscheduleChange } from '@billhook/core/subscriptions/decide-change';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import type { CommandCtx } from '../../../platform/context.ts';
import { applyChanges } from '../changes.ts';
import { subscriptionId } from '../ids.ts';
import { publish, refuseAsCoreSays } from '../publish.ts';

/** Takes back what lies ahead: a cancellation or a change of plan. Refuses with `subscription.nothing_scheduled`. */
export async function undo(ctx: CommandCtx, subscription: Subscription): Promise<void> {
  const input = { now: ctx.now, subscription };
  const result = subscription.cancelAt === null ? decideUnscheduleChange(input) : decideUndoCancel(input);
  if (!result.ok) refuseAsCoreSays(result.refusal);
  await applyChanges(ctx, result.value.changes);
  publish(ctx, result.value.events);
  ctx.audit({
    action: 'subscription.undo',
    objectKind: 'subscription',
    objectId: subscriptionId(subscription.id),
    details: { undone: subscription.cancelAt === null ? 'change' : 'cancellation' },
  });
}
