import { STANDARD_TAX_CODE } from '@billhook/core/catalog/price';
import { isoOrNull } from '../../platform/sql.ts';
import type { FeatureInput } from './commands/create-feature.ts';
import { DEFAULT_UNIT, type MeterInput } from './commands/create-meter.ts';
import type { PlanInput } from './commands/create-plan.ts';
import { type CouponInput, type CouponVocabulary, readCoupon } from './coupon-input.ts';
import { couponValueToJson } from './coupon-json.ts';
import { FaultList } from './faults.ts';
import { readTerms, termsDraft } from './feature-terms.ts';
import { termsDraft as meterTermsDraft, readTerms as readMeterTerms } from './meter-terms.ts';
import { readModel } from './model-input.ts';
import type { Words } from './present.ts';
import { couponDraft } from './present-coupon.ts';
import { modelToJson } from './price-model.ts';
import { readShape, termsToJson } from './price-terms.ts';
import { featureDraft, meterDraft, planDraft, versionDraft } from './queries/get-catalogue.ts';
import type { StoredCoupon, StoredFeature, StoredMeter, StoredPlan, StoredPlanVersion } from './types.ts';
import type { EntitlementInput, PriceInput, VersionInput } from './version-input.ts';

/** The whole catalogue by keys, as it is kept in a file. */
export type CatalogueFile = {
  meters: readonly MeterInput[];
  features: readonly FeatureInput[];
  plans: readonly (PlanInput & VersionInput)[];
  /** Left out, coupons stay as they are. */
  coupons?: readonly CouponInput[] | undefined;
};

export type Current = {
  meters: readonly StoredMeter[];
  features: readonly StoredFeature[];
  plans: readonly StoredPlan[];
  /** The newest ones in every currency, the main one first. */
  versions: readonly StoredPlanVersion[];
  coupons: readonly StoredCoupon[];
  words: Words;
};

export type Change = {
  kind: 'meter' | 'feature' | 'plan' | 'coupon';
  key: string;
  action: 'created' | 'updated' | 'new_version' | 'unchanged';
  /** Names of the members that differ. */
  fields: string[];
};

/** What a push of the file would do: one entry for each key of the file, and for what it takes off sale. */
export function changesOf(file: CatalogueFile, current: Current, archiveMissing: boolean): Change[] {
  const meters = new Map(current.meters.map((meter) => [meter.key, meter]));
  const features = new Map(current.features.map((feature) => [feature.key, feature]));
  const plans = new Map(current.plans.map((plan) => [plan.key, plan]));
  const versions = Map.groupBy(current.versions, (version) => version.planId);
  const coupons = new Map(current.coupons.map((coupon) => [coupon.key, coupon]));
  const keys = new Map(current.plans.map((plan) => [plan.id, plan.key]));
  const changes = [
    ...file.meters.map((input) => {
      const before = meters.get(input.key);
      return change('meter', input.key, before, before && meterDraft(before), fullMeter(input));
    }),
    ...file.features.map((input) => {
      const before = features.get(input.key);
      return change(
        'feature',
        input.key,
        before,
        before && featureDraft(before, current.words),
        fullFeature(input),
      );
    }),
    ...file.plans.map((input) => planChange(input, plans.get(input.key), versions, current)),
    ...(file.coupons ?? []).map((input) => {
      const before = coupons.get(input.key);
      return change('coupon', input.key, before, before && couponDraft(before, keys), fullCoupon(input));
    }),
  ];
  return archiveMissing ? [...changes, ...missing(file, current)] : changes;
}

function change(
  kind: Change['kind'],
  key: string,
  before: { archivedAt: number | null } | undefined,
  from: object | undefined,
  to: object,
): Change {
  if (before === undefined || from === undefined) return { kind, key, action: 'created', fields: [] };
  const fields = [...differing(from, to), ...(before.archivedAt === null ? [] : ['archived'])];
  return { kind, key, action: fields.length === 0 ? 'unchanged' : 'updated', fields };
}

function planChange(
  input: PlanInput & VersionInput,
  before: StoredPlan | undefined,
  versions: ReadonlyMap<string, readonly StoredPlanVersion[]>,
  { plans, words }: Current,
): Change {
  const version = before && versions.get(before.id);
  const keys = new Map(plans.map((plan) => [plan.id, plan.key]));
  const face = change('plan', input.key, before, before && planDraft(before, keys), fullFace(input));
  if (version === undefined) return face;
  const fields = differing(versionDraft(version, words), fullVersion(input));
  if (fields.length === 0) return face;
  return { ...face, action: 'new_version', fields: [...face.fields, ...fields] };
}

function missing(file: CatalogueFile, current: Current): Change[] {
  const gone = (
    kind: Change['kind'],
    rows: readonly { key: string; archivedAt: number | null }[],
    named: readonly { key: string }[],
  ) =>
    rows
      .filter((row) => row.archivedAt === null && !named.some((input) => input.key === row.key))
      .map((row): Change => ({ kind, key: row.key, action: 'updated', fields: ['archived'] }));
  return [
    ...gone('meter', current.meters, file.meters),
    ...gone('feature', current.features, file.features),
    ...gone('plan', current.plans, file.plans),
    ...(file.coupons === undefined ? [] : gone('coupon', current.coupons, file.coupons)),
  ];
}

/** Members whose values differ. Both sides have had their defaults filled in. */
function differing(from: object, to: object): string[] {
  const left = new Map(Object.entries(from));
  const right = new Map(Object.entries(to));
  const names = [...new Set([...left.keys(), ...right.keys()])];
  return names.filter((name) => stable(left.get(name)) !== stable(right.get(name)));
}

const MOVABLE = new Set(['name', 'redeem_by', 'max_redemptions']);

/** Members of a coupon that differ and may not. */
export function fixedFields(from: object, to: object): string[] {
  return differing(from, to).filter((name) => !MOVABLE.has(name));
}

/** JSON with sorted members, so that the order in a file makes no difference. */
export function stable(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

const fullMeter = (input: MeterInput) => ({
  key: input.key,
  name: input.name,
  event_type: input.event_type,
  aggregation: input.aggregation,
  ...(input.value_property ? { value_property: input.value_property } : {}),
  ...(input.unit_property ? { unit_property: input.unit_property } : {}),
  ...meterTermsDraft({ terms: readMeterTerms(input) }),
  unit: input.unit ?? DEFAULT_UNIT,
  ...(input.late_usage ? { late_usage: input.late_usage } : {}),
});

const fullFeature = (input: FeatureInput) => ({
  key: input.key,
  name: input.name,
  description: input.description ?? '',
  kind: input.kind,
  ...(input.meter ? { meter: input.meter } : {}),
  ...termsDraft(readTerms(input)),
});

const fullFace = (input: PlanInput) => ({
  key: input.key,
  name: input.name,
  kind: input.kind ?? 'plan',
  description: input.description ?? '',
  family: input.family ?? input.key,
  rank: input.rank ?? 0,
  public: input.public ?? true,
  highlights: input.highlights ?? [],
  offered_with: [...new Set(input.offered_with ?? [])].sort(),
});

/** What the file says was read without a fault before, so this only brings it to the form that is stored. */
export function fullCoupon(input: CouponInput) {
  const { value, redeemBy } = readCoupon(input, NO_WORDS, null, new FaultList());
  return {
    key: input.key,
    name: input.name,
    value: couponValueToJson(value),
    duration: input.duration ?? { kind: 'forever' },
    plans: input.plans ?? [],
    prices: input.prices ?? [],
    max_redemptions: input.max_redemptions ?? null,
    max_per_customer: input.max_per_customer ?? null,
    redeem_by: isoOrNull(redeemBy),
    stack_order: input.stack_order ?? 0,
    stackable: input.stackable ?? true,
  };
}

const NO_WORDS: CouponVocabulary = { planIds: new Map(), priceKeys: [] };

function fullVersion(input: VersionInput) {
  return {
    currency: input.currency,
    trial_days: input.trial_days ?? 0,
    prices: input.prices.map(fullPrice),
    other_currencies: (input.other_currencies ?? []).map((other) => ({
      currency: other.currency,
      prices: other.prices.map(fullPrice),
    })),
    entitlements: input.entitlements.map(fullRight),
  };
}

function fullPrice(price: PriceInput) {
  const shape = readShape(price, new FaultList());
  return {
    key: price.key,
    name: price.name,
    // What the file says was read without a fault before, so this only brings it to the form that is stored.
    pricing: modelToJson(readModel(price.pricing, new FaultList())),
    quantity: price.quantity,
    timing: price.timing,
    cadence: price.cadence,
    alignment: shape.alignment,
    proration: shape.proration,
    terms: termsToJson(shape.terms),
    ...((price.tax_code ?? STANDARD_TAX_CODE) === STANDARD_TAX_CODE ? {} : { tax_code: price.tax_code }),
  };
}

function fullRight(right: EntitlementInput) {
  if (right.kind !== 'metered') return right;
  return {
    feature: right.feature,
    kind: right.kind,
    limit: right.limit === null ? null : plain(right.limit),
    reset: right.reset ?? 'billing_period',
    ...(right.pool_limit == null ? {} : { pool_limit: plain(right.pool_limit) }),
    overage: right.overage ?? 'block',
    warn_at_percent: [...new Set(right.warn_at_percent ?? [])].sort((a, b) => a - b),
  };
}

/** A decimal without zeros at its end: 0.050 is 0.05. */
function plain(text: string): string {
  return text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
}
