import { Type } from 'typebox';
import { count, key, line, obj } from '../common.ts';
import { createFeature, createPlan } from './catalog.ts';
import { createCoupon } from './coupons.ts';
import { createMeter } from './meters.ts';

/** The whole catalogue by keys, as it is kept in a file. Order: meters, features, plans, coupons, each by key. */
export const catalogueFile = obj({
  meters: Type.Array(createMeter, { maxItems: 500 }),
  features: Type.Array(createFeature, { maxItems: 500 }),
  plans: Type.Array(createPlan, { maxItems: 200 }),
  /** Left out, coupons stay as they are. */
  coupons: Type.Optional(Type.Array(createCoupon, { maxItems: 500 })),
});
export const catalogue = obj({ object: Type.Literal('catalogue'), ...catalogueFile.properties });
export const catalogueChange = obj({
  object: Type.Literal('catalogue_change'),
  dry_run: Type.Boolean(),
  counts: obj({ created: count, updated: count, new_versions: count, unchanged: count }),
  changes: Type.Array(
    obj({
      kind: Type.Enum(['meter', 'feature', 'plan', 'coupon']),
      key,
      action: Type.Enum(['created', 'updated', 'new_version', 'unchanged']),
      /** Names of the members that differ. */
      fields: Type.Array(line(100)),
    }),
  ),
});
