import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { lockCustomer } from '../../customers/api.ts';
import { requestUsageChecks } from '../../usage/api.ts';
import { grantId } from '../ids.ts';
import { grantById, revoke, type StoredGrant } from '../rights-repo.ts';

/** Takes back a grant from now on. Refuses with `right_grant.not_found` and, once nothing is left, `right_grant.ended`. */
export async function revokeGrant(ctx: CommandCtx, id: string, reason: string): Promise<StoredGrant> {
  const grant = (await grantById(ctx, id)) ?? refuse('right_grant.not_found', 'There is no such grant.');
  await lockCustomer(ctx, grant.customerId);
  if (!(await revoke(ctx, id, reason))) refuse('right_grant.ended', 'Nothing is left of the grant.');
  await requestUsageChecks(ctx, [grant.customerId]);
  ctx.emit({
    type: 'entitlement.grant_revoked',
    objectId: id,
    customerId: grant.customerId,
    payload: { feature_id: grant.featureId, subscription_id: grant.subscriptionId },
  });
  ctx.audit({
    action: 'entitlement.revoke',
    objectKind: 'entitlement_grant',
    objectId: grantId(id),
    details: { reason },
  });
  return { ...grant, revokedAt: ctx.now, revokedReason: reason };
}
