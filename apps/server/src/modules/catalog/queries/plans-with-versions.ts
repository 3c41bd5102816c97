import type { QueryCtx } from '../../../platform/context.ts';
import { allPlans } from '../plan-repo.ts';
import type { StoredPlan, StoredPlanVersion } from '../types.ts';
import { latestVersions } from '../version-repo.ts';

/** Every plan with its newest version, in the seller's order; archived ones too. */
export async function listPlansWithVersions(
  ctx: QueryCtx,
): Promise<{ plan: StoredPlan; version: StoredPlanVersion }[]> {
  const plans = await allPlans(ctx);
  const versions = await latestVersions(
    ctx,
    plans.map((plan) => plan.id),
  );
  const byPlan = new Map(versions.map((version) => [version.planId, version]));
  return plans.flatMap((plan) => {
    const version = byPlan.get(plan.id);
    return version === undefined ? [] : [{ plan, version }];
  });
}
