import type { Entitlement } from '@billhook/core/entitlements/entitlement';
import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import {
  type EntitlementInput,
  getPlans,
  getPlanVersions,
  listFeatures,
  readRights,
  type StoredFeature,
  type StoredPlanVersion,
} from '../modules/catalog/api.ts';
import { getCustomers } from '../modules/customers/api.ts';
import { accessOf } from '../modules/entitlements/api.ts';
import { pageSubscriptions, type StoredSubscription } from '../modules/subscriptions/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';

const MOST = 500;
const MOST_OVER = 100;

type Effect = 'gained' | 'lost' | 'more' | 'less' | 'other';

/**
 * Who would feel it if customers of a plan had these rights instead of those of their versions. Nobody does until they
 * are moved: a published version never changes. Looks at the newest 500 running subscriptions.
 */
export async function previewPlanRights(ctx: QueryCtx, planId: string, written: readonly EntitlementInput[]) {
  const plan =
    (await getPlans(ctx, [planId])).get(planId) ?? refuse('plan.not_found', 'There is no such plan.');
  const rights = await readRights(ctx, written);
  const page = { limit: MOST, after: undefined, customerId: undefined, planId, status: undefined };
  const found = await pageSubscriptions(ctx, page);
  const running = found.slice(0, MOST).filter(({ status }) => status !== 'canceled');
  const versions = await getPlanVersions(
    ctx,
    running.map(({ planVersionId }) => planVersionId),
  );
  const features = new Map((await listFeatures(ctx)).map((feature) => [feature.id, feature]));
  return {
    object: 'plan_rights_preview' as const,
    plan: plan.key,
    subscriptions: running.length,
    is_partial: found.length > MOST,
    changes: changesOf(running, versions, features, rights),
    over_limit: await overLimit(ctx, running, rights),
  };
}

function changesOf(
  running: readonly StoredSubscription[],
  versions: ReadonlyMap<string, StoredPlanVersion>,
  features: ReadonlyMap<string, StoredFeature>,
  rights: readonly Entitlement[],
) {
  const counts = new Map<string, { feature: StoredFeature; effect: Effect; subscriptions: number }>();
  for (const { planVersionId } of running) {
    const held = versions.get(planVersionId)?.entitlements ?? [];
    const ids = new Set([...held, ...rights].map(({ featureId }) => featureId));
    for (const id of ids) {
      const feature = features.get(id);
      const of = (list: readonly Entitlement[]) => list.find(({ featureId }) => featureId === id);
      const effect = effectOf(of(held), of(rights));
      if (effect === null || feature === undefined) continue;
      const key = `${feature.key}/${effect}`;
      const before = counts.get(key)?.subscriptions ?? 0;
      counts.set(key, { feature, effect, subscriptions: before + 1 });
    }
  }
  return [...counts]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, { feature, effect, subscriptions }]) => ({
      feature: feature.key,
      feature_name: feature.name,
      effect,
      subscriptions,
    }));
}

/** What a right becomes; null if it stays what it is. */
function effectOf(before: Entitlement | undefined, after: Entitlement | undefined): Effect | null {
  const gives = (right: Entitlement | undefined) =>
    right !== undefined && (right.kind !== 'boolean' || right.enabled);
  if (!gives(before)) return gives(after) ? 'gained' : null;
  if (before === undefined || after === undefined || !gives(after)) return 'lost';
  if (JSON.stringify(plain(before)) === JSON.stringify(plain(after))) return null;
  if (before.kind !== 'metered' || after.kind !== 'metered' || before.limit === after.limit) return 'other';
  if (after.limit === null) return 'more';
  return before.limit === null || after.limit < before.limit ? 'less' : 'more';
}

function plain(right: Entitlement) {
  if (right.kind !== 'metered') return right;
  const { limit, poolLimit, overage, reset } = right;
  return { limit: `${limit}`, pool: `${poolLimit ?? null}`, overage, reset };
}

/** Those who used more in the running window than the limit that would hold. Where each member counts, the pool. */
async function overLimit(
  ctx: QueryCtx,
  running: readonly StoredSubscription[],
  rights: readonly Entitlement[],
) {
  const ids = [...new Set(running.map(({ customerId }) => customerId))];
  const access = await accessOf(ctx, ids);
  const customers = await getCustomers(ctx, ids);
  const over = ids.flatMap((id) =>
    (access.get(id)?.rights ?? []).flatMap((held) => {
      const after = rights.find(({ featureId }) => featureId === held.feature.id);
      if (after?.kind !== 'metered') return [];
      const limit = held.poolUsed === null ? after.limit : (after.poolLimit ?? null);
      const used = held.poolUsed ?? held.used;
      return limit !== null && used > limit ? [{ id, feature: held.feature, used, limit }] : [];
    }),
  );
  return over.slice(0, MOST_OVER).map(({ id, feature, used, limit }) => ({
    customer: encodeTypeId('cus', id),
    customer_name: customers.get(id)?.name ?? '',
    feature: feature.key,
    feature_name: feature.name,
    used: formatDecimal12(used),
    limit: formatDecimal12(limit),
  }));
}
