import type { CommandCtx } from '../../../platform/context.ts';
import { requestUsageChecks } from '../../usage/api.ts';
import { takeNews } from '../rights-repo.ts';

/**
 * Publishes that grants began or ended, each once, and has the limits of their customers looked at. Access does not
 * wait for it: a grant is in force and over at its exact instants.
 */
export async function tellGrants(ctx: CommandCtx, limit: number): Promise<number> {
  const told = await takeNews(ctx, limit);
  await requestUsageChecks(ctx, [...new Set(told.map(({ grant }) => grant.customerId))].sort());
  ctx.emit(
    ...told.map(({ grant, news }) => ({
      type: `entitlement.grant_${news}`,
      objectId: grant.id,
      customerId: grant.customerId,
      payload: { feature_id: grant.featureId, subscription_id: grant.subscriptionId },
    })),
  );
  return told.length;
}
