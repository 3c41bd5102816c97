import type { QueryCtx } from '../../../platform/context.ts';
import { inCurrency, type Offer } from '../pick-version.ts';
import { allPlans } from '../plan-repo.ts';
import type { StoredPlan, StoredPlanVersion } from '../types.ts';
import { latestVersions } from '../version-repo.ts';

/** Everything that is or was sold, with its newest version in every currency, in the seller's order. */
export async function listOffers(ctx: QueryCtx): Promise<Offer[]> {
  const plans = await allPlans(ctx);
  const versions = await latestVersions(
    ctx,
    plans.map((plan) => plan.id),
  );
  const byPlan = Map.groupBy(versions, (version) => version.planId);
  return plans.flatMap((plan) => {
    const found = byPlan.get(plan.id);
    return found === undefined ? [] : [{ plan, versions: found }];
  });
}

/** Every plan with its newest version, in the seller's order; archived ones too, add-ons left out. */
export async function listPlansWithVersions(
  ctx: QueryCtx,
  currency?: string,
): Promise<{ plan: StoredPlan; version: StoredPlanVersion }[]> {
  const offers = (await listOffers(ctx)).filter(({ plan }) => plan.kind === 'plan');
  return offers.flatMap(({ plan, versions }) => {
    const version = inCurrency(versions, currency);
    return version === undefined ? [] : [{ plan, version }];
  });
}
