import { Type } from 'typebox';
import {
  count,
  currency,
  decimal,
  id,
  key,
  line,
  notNegativeAmount,
  notNegativeDecimal,
  nullable,
  obj,
  percentText,
  rationalText,
  text,
  timestamp,
  unitAmount,
  unitsText,
  wholeText,
} from '../common.ts';

const featureKind = Type.Enum(['boolean', 'configuration', 'metered']);

/** What is left of a feature: all of it, a smaller limit, or nothing. */
export const serviceRule = Type.Enum(['keep', 'limit', 'block']);
/** What is left while a subscription is past due, first in the days of grace and then after them, or paused. */
export const serviceRules = obj({
  in_grace: serviceRule,
  past_due: serviceRule,
  paused: serviceRule,
  /** Of a metered feature where a rule is `limit`; null otherwise. */
  reduced_limit: nullable(notNegativeDecimal),
});
const valueType = Type.Enum(['number', 'text', 'list']);

export const feature = obj({
  id: id('feat'),
  object: Type.Literal('feature'),
  key,
  name: line(200),
  description: text(2000),
  kind: featureKind,
  /** Key of the meter; null unless the feature is metered. */
  meter: nullable(key),
  /** What values a configuration feature takes; null for any. */
  value_type: nullable(valueType),
  /** The member of an event's data that names the member or device that limits are counted for; null for the whole customer. */
  subject_property: nullable(line(200)),
  service: serviceRules,
  archived_at: nullable(timestamp),
  created_at: timestamp,
});
export const createFeature = obj({
  key,
  name: line(200),
  description: Type.Optional(text(2000)),
  kind: featureKind,
  meter: Type.Optional(nullable(key)),
  value_type: Type.Optional(nullable(valueType)),
  subject_property: Type.Optional(nullable(line(200))),
  /** Left out, all is kept while past due and nothing while paused. */
  service: Type.Optional(serviceRules),
});
export const updateFeature = obj({
  name: Type.Optional(line(200)),
  description: Type.Optional(text(2000)),
  archived: Type.Optional(Type.Boolean()),
  service: Type.Optional(serviceRules),
});

export const tier = obj({
  /** Last quantity of this tier, inclusive; null in the last tier. */
  up_to: nullable(notNegativeDecimal),
  unit_amount: unitAmount,
  /** Added once the tier is entered. */
  flat_amount: notNegativeAmount,
  /** What the tier costs at most in a period, flat amount included. */
  max_amount: Type.Optional(nullable(notNegativeAmount)),
});

const tiers = Type.Array(tier, { minItems: 1, maxItems: 50 });
const upTo = nullable(notNegativeDecimal);

/** How a quantity becomes an amount. `per` units cost `unit_amount`. */
export const pricing = Type.Union([
  obj({ model: Type.Literal('flat'), amount: notNegativeAmount }),
  obj({ model: Type.Literal('per_unit'), unit_amount: unitAmount, per: wholeText }),
  /** Each unit at the price of its tier. */
  obj({ model: Type.Literal('graduated'), tiers, per: wholeText }),
  /** All units at the price of the tier of the total. */
  obj({ model: Type.Literal('volume'), tiers, per: wholeText }),
  /** Graduated by whole units, charged for the part of the period that each was there. */
  obj({ model: Type.Literal('prorated_graduated'), tiers, per: wholeText }),
  /** One amount for the step that the total falls on. */
  obj({
    model: Type.Literal('stair_step'),
    steps: Type.Array(obj({ up_to: upTo, amount: notNegativeAmount }), { minItems: 1, maxItems: 50 }),
  }),
  /** A started package counts whole. */
  obj({ model: Type.Literal('package'), size: notNegativeDecimal, package_amount: unitAmount }),
  /** A share of the amount of each event and a fee for it. */
  obj({
    model: Type.Literal('percentage'),
    rate_percent: percentText,
    fixed_fee: unitAmount,
    free_events: nullable(wholeText),
    free_amount: nullable(notNegativeDecimal),
    minimum_per_event: nullable(unitAmount),
    maximum_per_event: nullable(unitAmount),
  }),
  obj({
    model: Type.Literal('graduated_percentage'),
    tiers: Type.Array(obj({ up_to: upTo, rate_percent: percentText, flat_amount: notNegativeAmount }), {
      minItems: 1,
      maxItems: 50,
    }),
  }),
  /** One unit price for each combination of values of the dimensions. */
  obj({
    model: Type.Literal('matrix'),
    dimensions: Type.Array(line(200), { minItems: 1, maxItems: 5 }),
    cells: Type.Array(
      obj({ values: Type.Array(line(200), { minItems: 1, maxItems: 5 }), unit_amount: unitAmount }),
      { minItems: 1, maxItems: 1000 },
    ),
    /** For values that no cell names; null if these have no price. */
    other_unit_amount: nullable(unitAmount),
    per: wholeText,
  }),
  /** Every event carries its own price. */
  obj({ model: Type.Literal('dynamic') }),
  /** The quantity is money, and is multiplied. */
  obj({ model: Type.Literal('dynamic_multiplier'), multiplier: notNegativeDecimal }),
  /** Bounds what all lines of the plan cost in a period. */
  obj({
    model: Type.Literal('commitment'),
    minimum: nullable(notNegativeAmount),
    maximum: nullable(notNegativeAmount),
  }),
  /** Units in blocks, in tiers of as many blocks. */
  obj({
    model: Type.Literal('block_tiers'),
    mode: Type.Enum(['all_tiers', 'top_tier']),
    units: Type.Array(
      obj({
        name: line(200),
        tiers: Type.Array(
          obj({ block_size: notNegativeDecimal, max_blocks: nullable(wholeText), block_amount: unitAmount }),
          { minItems: 1, maxItems: 50 },
        ),
      }),
      { minItems: 1, maxItems: 50 },
    ),
  }),
  /** The first tier whose limits hold for the peak of every unit. */
  obj({
    model: Type.Literal('capacity_tiers'),
    tiers: Type.Array(
      obj({
        limits: Type.Array(obj({ name: line(200), max: upTo }), { maxItems: 50 }),
        amount: notNegativeAmount,
      }),
      { minItems: 1, maxItems: 50 },
    ),
  }),
]);

/** How measured units become billed units. */
export const unitConversion = obj({
  operation: Type.Enum(['multiply', 'divide']),
  factor: notNegativeDecimal,
  rounding: Type.Enum(['none', 'ceiling', 'floor', 'half_up']),
  /** Decimal places that a rounding keeps. */
  places: Type.Integer({ minimum: 0, maximum: 12 }),
});

/** What applies to a whole period of a price, around its model; what is left out does not apply. */
export const priceTerms = obj({
  /** Units of every period that cost nothing. */
  included_units: Type.Optional(notNegativeDecimal),
  minimum: Type.Optional(nullable(notNegativeAmount)),
  maximum: Type.Optional(nullable(notNegativeAmount)),
  conversion: Type.Optional(nullable(unitConversion)),
  discount_percent: Type.Optional(percentText),
});

/** What is counted: nothing, the seats of the subscription, or a meter by its key. */
export const priceQuantity = Type.Union([
  obj({ kind: Type.Literal('fixed') }),
  obj({ kind: Type.Literal('seats') }),
  obj({ kind: Type.Literal('meter'), meter: key }),
]);

export const cadence = obj({
  interval: Type.Enum(['day', 'week', 'month', 'quarter', 'half_year', 'year']),
  count: Type.Integer({ minimum: 1, maximum: 366 }),
});

export const priceDraft = obj({
  key,
  name: line(200),
  pricing,
  quantity: priceQuantity,
  timing: Type.Enum(['in_advance', 'in_arrears']),
  cadence,
  /** Periods begin at the anniversary of the subscription, or at boundaries of the calendar. */
  alignment: Type.Optional(Type.Enum(['anniversary', 'calendar'])),
  /** A part of a period is charged by second, by day, or as a whole period. */
  proration: Type.Optional(Type.Enum(['second', 'day', 'none'])),
  terms: Type.Optional(priceTerms),
  /** What kind of thing is sold, where its tax is not the standard one: the rules of tax have rates for such codes. */
  tax_code: Type.Optional(line(50)),
});
export const price = obj({ id: id('price'), object: Type.Literal('price'), ...priceDraft.properties });

const byValue = Type.Array(
  obj({ values: Type.Array(line(200), { minItems: 1, maxItems: 5 }), quantity: decimal }),
  { maxItems: 1000 },
);
/** What a price needs to know beside a quantity, where its model is over single events, values or peaks. */
export const measuredUsage = obj({
  /** The amount of every event in currency units, in order. */
  amounts: Type.Optional(Type.Array(decimal, { maxItems: 1000 })),
  by_value: Type.Optional(byValue),
  peaks: Type.Optional(byValue),
  /** Units that came or went, and the part of them that the period is charged for. */
  prorated: Type.Optional(Type.Array(obj({ full: decimal, prorated: decimal }), { maxItems: 1000 })),
});

/** What happened to a quantity before it was priced. `by` is the number that did it. */
export const quantityStep = obj({
  step: Type.Enum(['conversion', 'included_units', 'packages', 'earlier_units', 'billed_before']),
  by: unitsText,
  from: unitsText,
  to: unitsText,
});
/** What happened to an amount after the parts were added up, in exact minor units. `by` is the number that did it. */
export const amountStep = obj({
  step: Type.Enum(['flat_fee', 'not_yet_due', 'discount', 'maximum', 'minimum']),
  by: nullable(unitsText),
  from: rationalText,
  to: rationalText,
});

/** Above the limit: refused, let pass and told, or let pass as overage. */
export const overage = Type.Enum(['block', 'soft', 'allow']);
/** When usage counts anew; `last_24_hours` or `last_30_days` is a sliding window, of up to 999 hours or 366 days. */
const reset = Type.String({
  pattern:
    '^(?:billing_period|calendar_month|week|day|hour|never|last_[1-9][0-9]{0,2}_hours|last_(?:[1-9][0-9]?|[12][0-9]{2}|3[0-5][0-9]|36[0-6])_days)$',
  examples: ['billing_period', 'last_24_hours'],
});
const scalar = Type.Union([text(500), Type.Number(), Type.Boolean()]);
export const configurationValue = Type.Union([scalar, Type.Array(scalar, { maxItems: 100 })]);

const booleanRight = { feature: key, kind: Type.Literal('boolean'), enabled: Type.Boolean() };
const configurationRight = { feature: key, kind: Type.Literal('configuration'), value: configurationValue };
const meteredRight = {
  feature: key,
  kind: Type.Literal('metered'),
  /** Null for as much as one likes. */
  limit: nullable(notNegativeDecimal),
  /** Where the feature is counted for each member or device: what all of them may use together. */
  pool_limit: Type.Optional(nullable(notNegativeDecimal)),
  reset,
  overage,
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
  /** The same prices in the other currencies that the plan is sold in. */
  other_currencies: Type.Array(obj({ version_id: id('plv'), currency, prices: Type.Array(price) })),
  entitlements: Type.Array(planRight),
  created_at: timestamp,
});

/** A plan runs by itself; add-ons are taken beside one and recur, or are charged once. */
export const planKind = Type.Enum(['plan', 'add_on', 'one_off']);

const highlights = Type.Array(line(200), { maxItems: 20 });
const versionDraft = {
  currency,
  trial_days: Type.Optional(Type.Integer({ minimum: 0, maximum: 730 })),
  prices: Type.Array(priceDraft, { maxItems: 50 }),
  /** The same prices, by key, in other currencies; customers get those of theirs. */
  other_currencies: Type.Optional(
    Type.Array(obj({ currency, prices: Type.Array(priceDraft, { maxItems: 50 }) }), { maxItems: 30 }),
  ),
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
  /** Keys of the plans that an add-on is offered with; empty means all. */
  offered_with: Type.Optional(Type.Array(key, { maxItems: 200 })),
};

export const plan = obj({
  id: id('plan'),
  object: Type.Literal('plan'),
  kind: planKind,
  key,
  name: line(200),
  description: text(2000),
  family: key,
  rank: count,
  public: Type.Boolean(),
  highlights,
  offered_with: Type.Array(key),
  latest_version: planVersion,
  archived_at: nullable(timestamp),
  created_at: timestamp,
  updated_at: timestamp,
});
export const createPlan = obj({
  key,
  name: line(200),
  kind: Type.Optional(planKind),
  ...planFace,
  ...versionDraft,
});
export const updatePlan = obj({
  name: Type.Optional(line(200)),
  ...planFace,
  archived: Type.Optional(Type.Boolean()),
});
export const createPlanVersion = obj(versionDraft);
