import { decideUndo } from '@billhook/core/subscriptions/decide-undo';
import { cancelAhead } from '@billhook/core/subscriptions/schedule';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import type { CommandCtx } from '../../../platform/context.ts';
import { applyChanges } from '../changes.ts';
import { subscriptionId } from '../ids.ts';
import { publish, refuseAsCoreSays } from '../publish.ts';

/**
 * Takes back what lies ahead: the step that is named, or else the end, or else the next step. Refuses with
 * `subscription.nothing_scheduled`.
 */
export async function undo(
  ctx: CommandCtx,
  subscription: Subscription,
  stepId: string | null = null,
): Promise<void> {
  const step = stepId ?? cancelAhead(subscription)?.id ?? subscription.schedule[0]?.id ?? '';
  const result = decideUndo({ now: ctx.now, subscription, stepId: step });
  if (!result.ok) refuseAsCoreSays(result.refusal);
  await applyChanges(ctx, result.value.changes);
  publish(ctx, result.value.events);
  ctx.audit({
    action: 'subscription.undo',
    objectKind: 'subscription',
    objectId: subscriptionId(subscription.id),
    details: { undone: subscription.schedule.find(({ id }) => id === step)?.kind ?? null },
  });
}
