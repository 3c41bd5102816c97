import { Type } from 'typebox';
import {
  count,
  currency,
  id,
  key,
  line,
  notNegativeAmount,
  notNegativeDecimal,
  nullable,
  obj,
  text,
  timestamp,
  unitAmount,
  wholeText,
} from '../common.ts';

const aggregation = Type.Enum(['count', 'sum']);
const featureKind = Type.Enum(['boolean', 'configuration', 'metered']);

export const meter = obj({
  id: id('meter'),
  object: Type.Literal('meter'),
  key,
  name: line(200),
  event_type: line(200),
  aggregation,
  value_property: nullable(line(200)),
  unit: line(50),
  archived_at: nullable(timestamp),
  created_at: timestamp,
});
export const createMeter = obj({
  key,
  name: line(200),
  event_type: line(200),
  aggregation,
  /** The member of the event's data that is summed; needed for a sum only. */
  value_property: Type.Optional(nullable(line(200))),
  unit: Type.Optional(line(50)),
});
export const updateMeter = obj({
  name: Type.Optional(line(200)),
  unit: Type.Optional(line(50)),
  archived: Type.Optional(Type.Boolean()),
});

export const feature = obj({
  id: id('feat'),
  object: Type.Literal('feature'),
  key,
  name: line(200),
  description: text(2000),
  kind: featureKind,
  /** Key of the meter; null unless the feature is metered. */
  meter: nullable(key),
  archived_at: nullable(timestamp),
  created_at: timestamp,
});
export const createFeature = obj({
  key,
  name: line(200),
  description: Type.Optional(text(2000)),
  kind: featureKind,
  meter: Type.Optional(nullable(key)),
});
export const updateFeature = obj({
  name: Type.Optional(line(200)),
  description: Type.Optional(text(2000)),
  archived: Type.Optional(Type.Boolean()),
});

export const tier = obj({
  /** Last quantity of this tier, inclusive; null in the last tier. */
  up_to: nullable(notNegativeDecimal),
  unit_amount: unitAmount,
  /** Added once the tier is entered. */
  flat_amount: notNegativeAmount,
});

/** How a quantity becomes an amount. `per` units cost `unit_amount`. */
export const pricing = Type.Union([
  obj({ model: Type.Literal('flat'), amount: notNegativeAmount }),
  obj({ model: Type.Literal('per_unit'), unit_amount: unitAmount, per: wholeText }),
  obj({
    model: Type.Literal('graduated'),
    tiers: Type.Array(tier, { minItems: 1, maxItems: 50 }),
    per: wholeText,
  }),
]);

/** What is counted: nothing, the seats of the subscription, or a meter by its key. */
export const priceQuantity = Type.Union([
  obj({ kind: Type.Literal('fixed') }),
  obj({ kind: Type.Literal('seats') }),
  obj({ kind: Type.Literal('meter'), meter: key }),
]);

export const cadence = obj({
  interval: Type.Enum(['day', 'week', 'month', 'quarter', 'half_year', 'year']),
  count: Type.Integer({ minimum: 1, maximum: 60 }),
});

export const priceDraft = obj({
  key,
  name: line(200),
  pricing,
  quantity: priceQuantity,
  timing: Type.Enum(['in_advance', 'in_arrears']),
  cadence,
});
export const price = obj({ id: id('price'), object: Type.Literal('price'), ...priceDraft.properties });

const reset = Type.Enum(['billing_period', 'calendar_month', 'day', 'never']);
const scalar = Type.Union([text(500), Type.Number(), Type.Boolean()]);
export const configurationValue = Type.Union([scalar, Type.Array(scalar, { maxItems: 100 })]);

const booleanRight = { feature: key, kind: Type.Literal('boolean'), enabled: Type.Boolean() };
const configurationRight = { feature: key, kind: Type.Literal('configuration'), value: configurationValue };
const meteredRight = {
  feature: key,
  kind: Type.Literal('metered'),
  /** Null for as much as one likes. */
  limit: nullable(notNegativeDecimal),
  reset,
  overage: Type.Enum(['block', 'allow']),
  warn_at_percent: Type.Array(Type.Integer({ minimum: 1, maximum: 1000 }), { maxItems: 10 }),
};

/** What a plan grants, by the key of the feature. */
export const planRightDraft = Type.Union([obj(booleanRight), obj(configurationRight), obj(meteredRight)]);
export const planRight = Type.Union([
  obj({ ...booleanRight, feature_name: line(200) }),
  obj({ ...configurationRight, feature_name: line(200) }),
  obj({ ...meteredRight, feature_name: line(200), unit: line(50) }),
]);

export const planVersion = obj({
  id: id('plv'),
  object: Type.Literal('plan_version'),
  plan: id('plan'),
  plan_key: key,
  plan_name: line(200),
  version: Type.Integer({ minimum: 1 }),
  currency,
  trial_days: Type.Integer({ minimum: 0, maximum: 730 }),
  prices: Type.Array(price),
  entitlements: Type.Array(planRight),
  created_at: timestamp,
});

const highlights = Type.Array(line(200), { maxItems: 20 });
const versionDraft = {
  currency,
  trial_days: Type.Optional(Type.Integer({ minimum: 0, maximum: 730 })),
  prices: Type.Array(priceDraft, { maxItems: 50 }),
  entitlements: Type.Array(planRightDraft, { maxItems: 200 }),
};
const planFace = {
  description: Type.Optional(text(2000)),
  /** Variants of one offer share a family; the plan's own key if left out. */
  family: Type.Optional(key),
  /** A move to a higher rank is an upgrade. */
  rank: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
  public: Type.Optional(Type.Boolean()),
  highlights: Type.Optional(highlights),
};

export const plan = obj({
  id: id('plan'),
  object: Type.Literal('plan'),
  key,
  name: line(200),
  description: text(2000),
  family: key,
  rank: count,
  public: Type.Boolean(),
  highlights,
  latest_version: planVersion,
  archived_at: nullable(timestamp),
  created_at: timestamp,
  updated_at: timestamp,
});
export const createPlan = obj({ key, name: line(200), ...planFace, ...versionDraft });
export const updatePlan = obj({
  name: Type.Optional(line(200)),
  ...planFace,
  archived: Type.Optional(Type.Boolean()),
});
export const createPlanVersion = obj(versionDraft);

/** The whole catalogue by keys, as it is kept in a file. Order: meters, features, plans, each by key. */
export const catalogueFile = obj({
  meters: Type.Array(createMeter, { maxItems: 500 }),
  features: Type.Array(createFeature, { maxItems: 500 }),
  plans: Type.Array(createPlan, { maxItems: 200 }),
});
export const catalogue = obj({ object: Type.Literal('catalogue'), ...catalogueFile.properties });
export const catalogueChange = obj({
  object: Type.Literal('catalogue_change'),
  dry_run: Type.Boolean(),
  counts: obj({ created: count, updated: count, new_versions: count, unchanged: count }),
  changes: Type.Array(
    obj({
      kind: Type.Enum(['meter', 'feature', 'plan']),
      key,
      action: Type.Enum(['created', 'updated', 'new_version', 'unchanged']),
      /** Names of the members that differ. */
      fields: Type.Array(line(100)),
    }),
  ),
});
