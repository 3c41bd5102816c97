import type { Entitlement } from '@billhook/core/entitlements/entitlement';
import {
  type ResolvedRight,
  type RightSources,
  resolveRight,
} from '@billhook/core/entitlements/resolve-right';
import type { RightGrant } from '@billhook/core/entitlements/right-change';
import {
  type ServiceRule,
  type ServiceState,
  serviceRule,
  serviceState,
} from '@billhook/core/entitlements/service';
import { DEFAULT_THRESHOLDS_PERCENT } from '@billhook/core/entitlements/thresholds';
import type { Instant } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../platform/context.ts';
import type { StoredFeature, StoredPlanVersion } from '../catalog/api.ts';
import type { RunningAddOn, StoredSubscription } from '../subscriptions/api.ts';
import type { StoredGrant, StoredOverride } from './rights-repo.ts';

export type Agreements = { overrides: readonly StoredOverride[]; grants: readonly StoredGrant[] };

export type SourceFacts = {
  ctx: QueryCtx;
  features: readonly StoredFeature[];
  versions: ReadonlyMap<string, StoredPlanVersion>;
  agreements: Agreements;
  /** Features that stay while access is limited, by plan; only of plans of which something is limited. */
  limited: ReadonlyMap<string, ReadonlySet<string>>;
};

/** A right with where it comes from, before its usage is measured. */
export type Held = {
  feature: StoredFeature;
  entitlement: Entitlement;
  resolved: ResolvedRight;
  /** The overrides and grants that were heard, by id. */
  agreed: ReadonlyMap<string, StoredOverride | StoredGrant>;
  /** How the subscription stands and what that leaves of the feature; null where none is asked. */
  service: { state: ServiceState; rule: ServiceRule } | null;
  /** Percentages of the limit at which a warning goes out. */
  warnAtPercent: readonly number[];
  /** Since when usage that never resets counts, where there is no subscription. */
  since: Instant;
};

/** Every right that a subscription gives, with what was agreed for it and for its customer. */
export function heldBySubscription(
  facts: SourceFacts,
  subscription: StoredSubscription,
  addOns: readonly RunningAddOn[],
): Held[] {
  const { ctx, versions, agreements } = facts;
  const plan = versions.get(subscription.planVersionId);
  const state = serviceState({
    status: subscription.status,
    now: ctx.now,
    pastDueSince: subscription.pastDueSince,
    graceDays: ctx.tenant.settings.serviceGraceDays,
    access: subscription.access,
  });
  const concerns = (entry: StoredOverride | StoredGrant) =>
    entry.customerId === subscription.customerId &&
    (entry.subscriptionId === null || entry.subscriptionId === subscription.id);
  const overrides = agreements.overrides.filter(concerns);
  const grants = agreements.grants.filter(concerns);
  const granting = [plan, ...addOns.map(({ versionId }) => versions.get(versionId))];
  const concerned = new Set(
    [...granting.flatMap((version) => version?.entitlements ?? []), ...overrides, ...grants].map(
      ({ featureId }) => featureId,
    ),
  );
  return facts.features.flatMap((feature): Held[] => {
    if (!concerned.has(feature.id)) return [];
    const ofFeature = <T extends { featureId: string }>(list: readonly T[]) =>
      list.filter(({ featureId }) => featureId === feature.id);
    const base = plan?.entitlements.find(({ featureId }) => featureId === feature.id);
    const sources: RightSources = {
      now: ctx.now,
      feature,
      plan: base === undefined || plan === undefined ? null : { versionId: plan.id, entitlement: base },
      addOns: addOns.flatMap(({ versionId, quantity }) => {
        const entitlement = ofFeature(versions.get(versionId)?.entitlements ?? [])[0];
        return entitlement === undefined ? [] : [{ versionId, quantity, entitlement }];
      }),
      overrides: ofFeature(overrides),
      grants: ofFeature(grants),
    };
    const staysLimited = facts.limited.get(subscription.planId)?.has(feature.id) ?? null;
    const service = { state, rule: serviceRule(state, feature.service, staysLimited) };
    return held(facts, sources, feature, service, subscription.startAt);
  });
}

/** What is granted to a customer itself: it needs no subscription, and no override gives anything without one. */
export function heldByCustomer(facts: SourceFacts, customerId: string): Held[] {
  const own = facts.agreements.grants.filter(
    (grant) => grant.customerId === customerId && grant.subscriptionId === null,
  );
  return facts.features.flatMap((feature): Held[] => {
    const grants = own.filter(({ featureId }) => featureId === feature.id);
    if (grants.length === 0) return [];
    const sources = { now: facts.ctx.now, feature, plan: null, addOns: [], overrides: [], grants };
    return held(facts, sources, feature, null, earliest(grants));
  });
}

function held(
  { versions }: SourceFacts,
  sources: RightSources,
  feature: StoredFeature,
  service: Held['service'],
  since: Instant,
): Held[] {
  const resolved = resolveRight(sources);
  const { entitlement, steps } = resolved;
  if (entitlement === null) return [];
  const agreed = new Map(
    [...sources.overrides, ...sources.grants].map((entry) => [
      entry.id,
      entry as StoredOverride | StoredGrant,
    ]),
  );
  // What only staff granted has no plan that says when to warn.
  const saying = steps.find(({ source }) => source.kind === 'plan' || source.kind === 'add_on');
  const warnAtPercent =
    saying === undefined
      ? DEFAULT_THRESHOLDS_PERCENT
      : (versions.get(saying.source.id)?.warnAtPercent[feature.id] ?? []);
  return [{ feature, entitlement, resolved, agreed, service, warnAtPercent, since }];
}

function earliest(grants: readonly RightGrant[]): Instant {
  return grants.reduce((first, { from }) => (from < first ? from : first), (grants[0] as RightGrant).from);
}
