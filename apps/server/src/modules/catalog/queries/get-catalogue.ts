import { invariant } from '@billhook/core/kernel/invariant';
import type { QueryCtx } from '../../../platform/context.ts';
import { allCoupons } from '../coupon-repo.ts';
import { termsDraft } from '../feature-terms.ts';
import { termsDraft as meterTermsDraft } from '../meter-terms.ts';
import { allPlans } from '../plan-repo.ts';
import { priceDraft, rightDraft, type Words, wordsOf } from '../present.ts';
import { couponDraft } from '../present-coupon.ts';
import { allFeatures, allMeters } from '../repo.ts';
import type { StoredFeature, StoredMeter, StoredPlan, StoredPlanVersion } from '../types.ts';
import { latestVersions } from '../version-repo.ts';

/** The catalogue as a file holds it: everything by key, each list in the order of keys, nothing archived. */
export async function getCatalogue(ctx: QueryCtx) {
  const [meters, features, plans] = [await allMeters(ctx), await allFeatures(ctx), await allPlans(ctx)];
  const words = wordsOf(meters, features);
  const sold = plans.filter((plan) => plan.archivedAt === null).sort((a, b) => (a.key < b.key ? -1 : 1));
  const versions = await latestVersions(
    ctx,
    sold.map((plan) => plan.id),
  );
  const versionsOf = Map.groupBy(versions, (version) => version.planId);
  const keys = new Map(plans.map((plan) => [plan.id, plan.key]));
  const coupons = (await allCoupons(ctx)).filter((coupon) => coupon.archivedAt === null);
  return {
    meters: meters.filter((meter) => meter.archivedAt === null).map(meterDraft),
    features: features
      .filter((feature) => feature.archivedAt === null)
      .map((item) => featureDraft(item, words)),
    plans: sold.flatMap((plan) => {
      const version = versionsOf.get(plan.id);
      return version === undefined ? [] : [{ ...planDraft(plan, keys), ...versionDraft(version, words) }];
    }),
    coupons: coupons.map((coupon) => couponDraft(coupon, keys)),
  };
}

export function meterDraft(meter: StoredMeter) {
  return {
    key: meter.key,
    name: meter.name,
    event_type: meter.eventType,
    aggregation: meter.aggregation,
    ...(meter.valueProperty === null ? {} : { value_property: meter.valueProperty }),
    ...(meter.unitProperty === null ? {} : { unit_property: meter.unitProperty }),
    ...meterTermsDraft(meter),
    unit: meter.unit,
    ...(meter.lateUsage === null ? {} : { late_usage: meter.lateUsage }),
  };
}

export function featureDraft(feature: StoredFeature, words: Words) {
  const meter = words.meters.get(feature.meterId ?? '')?.key;
  return {
    key: feature.key,
    name: feature.name,
    description: feature.description,
    kind: feature.kind,
    ...(meter === undefined ? {} : { meter }),
    ...termsDraft(feature),
  };
}

export function planDraft(plan: StoredPlan, keys: ReadonlyMap<string, string>) {
  return {
    key: plan.key,
    name: plan.name,
    kind: plan.kind,
    description: plan.description,
    family: plan.family,
    rank: plan.rank,
    public: plan.public,
    highlights: [...plan.highlights],
    offered_with: plan.offeredWith.flatMap((id) => keys.get(id) ?? []).sort(),
  };
}

/**
 * The part of a plan that makes a new version when it differs.
 *
 * @param versions one number in every currency, the main one first
 */
export function versionDraft(versions: readonly StoredPlanVersion[], words: Words) {
  const [version, ...others] = versions;
  invariant(version !== undefined, 'A version is sold in one currency at least.');
  const pricesOf = (one: StoredPlanVersion) => one.prices.map((price) => priceDraft(price, words));
  return {
    currency: version.currency as string,
    trial_days: version.trialDays,
    prices: pricesOf(version),
    other_currencies: others.map((other) => ({
      currency: other.currency as string,
      prices: pricesOf(other),
    })),
    entitlements: version.entitlements.map((right) => rightDraft(right, version, words)),
  };
}
