import { type Price, STANDARD_TAX_CODE } from '@billhook/core/catalog/price';
import type { Entitlement } from '@billhook/core/entitlements/entitlement';
import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import { iso, isoOrNull } from '../../platform/sql.ts';
import { presentTerms } from './feature-terms.ts';
import { featureId, meterId, planId, planVersionId, priceId } from './ids.ts';
import { presentTerms as presentMeterTerms } from './meter-terms.ts';
import { modelToJson } from './price-model.ts';
import { termsToJson } from './price-terms.ts';
import type { StoredFeature, StoredMeter, StoredPlan, StoredPlanVersion } from './types.ts';

/** Names of what prices and entitlements refer to, by row id. */
export type Words = {
  meters: ReadonlyMap<string, StoredMeter>;
  features: ReadonlyMap<string, StoredFeature>;
};

export function wordsOf(meters: readonly StoredMeter[], features: readonly StoredFeature[]): Words {
  return {
    meters: new Map(meters.map((meter) => [meter.id, meter])),
    features: new Map(features.map((feature) => [feature.id, feature])),
  };
}

export function presentMeter(meter: StoredMeter) {
  return {
    id: meterId(meter.id),
    object: 'meter' as const,
    key: meter.key,
    name: meter.name,
    event_type: meter.eventType,
    aggregation: meter.aggregation,
    value_property: meter.valueProperty,
    unit_property: meter.unitProperty,
    ...presentMeterTerms(meter),
    unit: meter.unit,
    late_usage: meter.lateUsage,
    archived_at: isoOrNull(meter.archivedAt),
    created_at: iso(meter.createdAt),
  };
}

export function presentFeature(feature: StoredFeature, words: Words) {
  return {
    id: featureId(feature.id),
    object: 'feature' as const,
    key: feature.key,
    name: feature.name,
    description: feature.description,
    kind: feature.kind,
    meter: feature.meterId === null ? null : (words.meters.get(feature.meterId)?.key ?? null),
    ...presentTerms(feature),
    archived_at: isoOrNull(feature.archivedAt),
    created_at: iso(feature.createdAt),
  };
}

/**
 * @param versions the newest version in every currency, the main one first
 * @param keys of plans by row id
 */
export function presentPlan(
  plan: StoredPlan,
  versions: readonly StoredPlanVersion[],
  words: Words,
  keys: ReadonlyMap<string, string>,
) {
  return {
    id: planId(plan.id),
    object: 'plan' as const,
    kind: plan.kind,
    key: plan.key,
    name: plan.name,
    description: plan.description,
    family: plan.family,
    rank: plan.rank,
    public: plan.public,
    highlights: [...plan.highlights],
    offered_with: plan.offeredWith.flatMap((id) => keys.get(id) ?? []),
    latest_version: presentVersion(plan, versions, words),
    archived_at: isoOrNull(plan.archivedAt),
    created_at: iso(plan.createdAt),
    updated_at: iso(plan.updatedAt),
  };
}

/** @param versions one number in every currency, the main one first */
export function presentVersion(plan: StoredPlan, versions: readonly StoredPlanVersion[], words: Words) {
  const [version, ...others] = versions;
  invariant(version !== undefined, 'A version is sold in one currency at least.');
  return {
    id: planVersionId(version.id),
    object: 'plan_version' as const,
    plan: planId(plan.id),
    plan_key: plan.key,
    plan_name: plan.name,
    version: version.number,
    currency: version.currency as string,
    trial_days: version.trialDays,
    prices: presentPrices(version, words),
    other_currencies: others.map((other) => ({
      version_id: planVersionId(other.id),
      currency: other.currency as string,
      prices: presentPrices(other, words),
    })),
    entitlements: version.entitlements.map((right) => presentRight(right, version, words)),
    created_at: iso(version.createdAt),
  };
}

function presentPrices(version: StoredPlanVersion, words: Words) {
  return version.prices.map((price) => ({
    id: priceId(price.id),
    object: 'price' as const,
    ...priceDraft(price, words),
  }));
}

/** A price as it is written in a catalogue file. */
export function priceDraft(price: Price, words: Words) {
  const { quantity } = price;
  return {
    key: price.key,
    name: price.name,
    pricing: modelToJson(price.model),
    quantity:
      quantity.kind === 'meter'
        ? { kind: 'meter' as const, meter: words.meters.get(quantity.meterId)?.key ?? '' }
        : { kind: quantity.kind },
    timing: price.timing,
    cadence: { interval: price.cadence.interval, count: price.cadence.count },
    alignment: price.alignment,
    proration: price.proration,
    terms: termsToJson(price.terms),
    ...(price.taxCode === STANDARD_TAX_CODE ? {} : { tax_code: price.taxCode }),
  };
}

type Configured = string | number | boolean | (string | number | boolean)[];

/** A right as it is written in a catalogue file. */
export function rightDraft(right: Entitlement, version: StoredPlanVersion, words: Words) {
  const feature = words.features.get(right.featureId)?.key ?? '';
  switch (right.kind) {
    case 'boolean':
      return { feature, kind: 'boolean' as const, enabled: right.enabled };
    case 'configuration':
      return { feature, kind: 'configuration' as const, value: right.value as Configured };
    case 'metered':
      return {
        feature,
        kind: 'metered' as const,
        limit: right.limit === null ? null : formatDecimal12(right.limit),
        reset: right.reset,
        ...(right.poolLimit == null ? {} : { pool_limit: formatDecimal12(right.poolLimit) }),
        overage: right.overage,
        warn_at_percent: [...(version.warnAtPercent[right.featureId] ?? [])],
      };
  }
}

function presentRight(right: Entitlement, version: StoredPlanVersion, words: Words) {
  const feature = words.features.get(right.featureId);
  const draft = rightDraft(right, version, words);
  const feature_name = feature?.name ?? '';
  if (draft.kind !== 'metered') return { ...draft, feature_name };
  const unit = words.meters.get(feature?.meterId ?? '')?.unit ?? '';
  return { ...draft, feature_name, unit };
}
