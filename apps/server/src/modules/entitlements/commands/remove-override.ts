import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { lockCustomer } from '../../customers/api.ts';
import { requestUsageChecks } from '../../usage/api.ts';
import { overrideId } from '../ids.ts';
import { endOverride, overrideById, type StoredOverride } from '../rights-repo.ts';

/** Ends an agreement about a right. Refuses with `override.not_found` and `override.already_removed`. */
export async function removeOverride(ctx: CommandCtx, id: string, reason: string): Promise<StoredOverride> {
  const override =
    (await overrideById(ctx, id)) ?? refuse('override.not_found', 'There is no such override.');
  await lockCustomer(ctx, override.customerId);
  // Another one for the same right may have taken its place before the lock was ours.
  const held = await overrideById(ctx, id);
  if (held?.removedAt !== null) refuse('override.already_removed', 'The override was removed before.');
  await endOverride(ctx, override, reason);
  await requestUsageChecks(ctx, [override.customerId]);
  ctx.emit({
    type: 'entitlement.override_removed',
    objectId: id,
    customerId: override.customerId,
    payload: { feature_id: override.featureId, subscription_id: override.subscriptionId },
  });
  ctx.audit({
    action: 'entitlement.remove_override',
    objectKind: 'entitlement_override',
    objectId: overrideId(id),
    details: { reason },
  });
  return { ...override, removedAt: ctx.now, removedReason: reason };
}
