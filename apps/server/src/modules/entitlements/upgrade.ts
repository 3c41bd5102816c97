import type { Entitlement } from '@billhook/core/entitlements/entitlement';
import type { QueryCtx } from '../../platform/context.ts';
import { getPlans, listPlansWithVersions, type StoredFeature, type StoredPlan } from '../catalog/api.ts';
import type { Access, Right } from './access.ts';

/** The next plan by rank that is on sale and grants more of a feature; null if there is none. */
export async function nextPlanFor(
  ctx: QueryCtx,
  access: Access,
  feature: StoredFeature,
  right: Right | null,
): Promise<StoredPlan | null> {
  const [subscription] = access.subscriptions;
  const held = subscription && (await getPlans(ctx, [subscription.planId])).get(subscription.planId);
  const offers = (await listPlansWithVersions(ctx)).filter(
    ({ plan, version }) =>
      plan.public &&
      plan.archivedAt === null &&
      plan.rank > (held?.rank ?? -1) &&
      (subscription === undefined || version.currency === subscription.currency) &&
      version.entitlements.some(
        (offer) => offer.featureId === feature.id && isMore(offer, right?.entitlement),
      ),
  );
  return offers[0]?.plan ?? null;
}

function isMore(offer: Entitlement, held: Entitlement | undefined): boolean {
  if (offer.kind === 'boolean') return offer.enabled;
  if (offer.kind === 'configuration' || held?.kind !== 'metered') return true;
  return isHigher(offer.limit, held.limit) || isHigher(offerPool(offer), held.poolLimit ?? null);
}

const offerPool = (offer: Entitlement) => (offer.kind === 'metered' ? (offer.poolLimit ?? null) : null);

/** Null is as much as one likes. */
function isHigher(offer: bigint | null, held: bigint | null): boolean {
  return held !== null && (offer === null || offer > held);
}
