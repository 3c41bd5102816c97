import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { Instant } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../platform/context.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';
import { listFeatures, type StoredFeature } from '../catalog/api.ts';
import { changeToJson } from './change-json.ts';
import { grantId, overrideId } from './ids.ts';
import type { StoredGrant, StoredOverride } from './rights-repo.ts';

export async function presentOverrides(ctx: QueryCtx, overrides: readonly StoredOverride[]) {
  const features = await featuresById(ctx);
  return overrides.map((override) => overrideOf(override, features));
}

export async function presentOverride(ctx: QueryCtx, override: StoredOverride) {
  return overrideOf(override, await featuresById(ctx));
}

export async function presentGrants(ctx: QueryCtx, grants: readonly StoredGrant[]) {
  const features = await featuresById(ctx);
  return grants.map((grant) => grantOf(grant, ctx.now, features));
}

export async function presentGrant(ctx: QueryCtx, grant: StoredGrant) {
  return grantOf(grant, ctx.now, await featuresById(ctx));
}

function overrideOf(override: StoredOverride, features: ReadonlyMap<string, StoredFeature>) {
  return {
    id: overrideId(override.id),
    object: 'entitlement_override' as const,
    ...common(override, features),
    removed_at: isoOrNull(override.removedAt),
    removed_reason: override.removedReason,
  };
}

function grantOf(grant: StoredGrant, now: Instant, features: ReadonlyMap<string, StoredFeature>) {
  return {
    id: grantId(grant.id),
    object: 'entitlement_grant' as const,
    ...common(grant, features),
    from: iso(grant.from),
    until: iso(grant.until),
    status: statusOf(grant, now),
    revoked_at: isoOrNull(grant.revokedAt),
    revoked_reason: grant.revokedReason,
  };
}

function statusOf(grant: StoredGrant, now: Instant) {
  if (grant.revokedAt !== null) return 'revoked' as const;
  if (now >= grant.until) return 'ended' as const;
  return now < grant.from ? ('ahead' as const) : ('in_force' as const);
}

async function featuresById(ctx: QueryCtx): Promise<ReadonlyMap<string, StoredFeature>> {
  return new Map((await listFeatures(ctx)).map((feature) => [feature.id, feature]));
}

function common(row: StoredOverride | StoredGrant, features: ReadonlyMap<string, StoredFeature>) {
  const feature = features.get(row.featureId);
  return {
    customer: encodeTypeId('cus', row.customerId),
    subscription: row.subscriptionId === null ? null : encodeTypeId('sub', row.subscriptionId),
    feature: feature?.key ?? '',
    feature_name: feature?.name ?? '',
    change: changeToJson(row.change),
    reason: row.reason,
    by: row.by,
    created_at: iso(row.createdAt),
  };
}
