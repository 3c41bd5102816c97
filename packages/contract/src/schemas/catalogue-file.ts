import { Type } from 'typebox';
import { count, key, line, obj } from '../common.ts';
import { createFeature, createPlan } from './catalog.ts';
import { createCoupon } from './coupons.ts';
import { createCreditPack, createCreditType, setCreditAllowance, setCreditCost } from './credits.ts';
import { createMeter } from './meters.ts';

const credits = obj({
  types: Type.Optional(Type.Array(createCreditType, { maxItems: 200 })),
  /** What a feature costs: now where no time is named, else from then on. Versions that have begun never change. */
  costs: Type.Optional(Type.Array(setCreditCost, { maxItems: 1000 })),
  packs: Type.Optional(Type.Array(createCreditPack, { maxItems: 500 })),
  /** What a plan grants: now where no time is named, else from then on. Versions that have begun never change. */
  allowances: Type.Optional(
    Type.Array(obj({ ...setCreditAllowance.properties, plan: key }), { maxItems: 1000 }),
  ),
});

/** The whole catalogue by keys, as it is kept in a file. Order: meters, features, plans, coupons, each by key. */
export const catalogueFile = obj({
  meters: Type.Array(createMeter, { maxItems: 500 }),
  features: Type.Array(createFeature, { maxItems: 500 }),
  plans: Type.Array(createPlan, { maxItems: 200 }),
  /** Left out, coupons stay as they are. */
  coupons: Type.Optional(Type.Array(createCoupon, { maxItems: 500 })),
  /** Left out, what is sold and granted in credits stays as it is; so does each list that is left out of it. */
  credits: Type.Optional(credits),
});
export const catalogue = obj({ object: Type.Literal('catalogue'), ...catalogueFile.properties });
export const catalogueChange = obj({
  object: Type.Literal('catalogue_change'),
  dry_run: Type.Boolean(),
  counts: obj({ created: count, updated: count, new_versions: count, unchanged: count }),
  changes: Type.Array(
    obj({
      kind: Type.Enum([
        'meter',
        'feature',
        'plan',
        'coupon',
        'credit_type',
        'credit_cost',
        'credit_pack',
        'credit_allowance',
      ]),
      /** Of a cost the feature; of an allowance the plan and the type, with a slash between them. */
      key: line(129),
      action: Type.Enum(['created', 'updated', 'new_version', 'unchanged']),
      /** Names of the members that differ. */
      fields: Type.Array(line(100)),
    }),
  ),
});
