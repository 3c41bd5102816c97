import type { CommandCtx } from '../../../platform/context.ts';
import { requestUsageChecks } from '../../usage/api.ts';
import { changeToJson } from '../change-json.ts';
import { overrideId } from '../ids.ts';
import { endOverride, insertOverride, type StoredOverride } from '../rights-repo.ts';
import { type AgreementInput, readTarget } from './read-target.ts';

/** Agrees on a right of a customer or of one subscription; what was agreed before for the same right ends. */
export async function setOverride(
  ctx: CommandCtx,
  customerId: string,
  input: AgreementInput,
): Promise<StoredOverride> {
  const { subscriptionId, feature, change } = await readTarget(ctx, customerId, input, 'override');
  const target = { customerId, subscriptionId, featureId: feature.id };
  const before = await endOverride(ctx, target, input.reason);
  const override: StoredOverride = {
    id: ctx.newId(),
    target: subscriptionId === null ? 'customer' : 'subscription',
    ...target,
    change,
    reason: input.reason,
    by: ctx.actor,
    createdAt: ctx.now,
    removedAt: null,
    removedReason: null,
  };
  await insertOverride(ctx, override);
  await requestUsageChecks(ctx, [customerId]);
  ctx.emit({
    type: 'entitlement.override_set',
    objectId: override.id,
    customerId,
    payload: { feature_id: feature.id, feature: feature.key, subscription_id: subscriptionId },
  });
  ctx.audit({
    action: 'entitlement.override',
    objectKind: 'entitlement_override',
    objectId: overrideId(override.id),
    details: {
      feature: feature.key,
      change: changeToJson(change),
      reason: input.reason,
      replaces: before === undefined ? null : overrideId(before),
    },
  });
  return override;
}
