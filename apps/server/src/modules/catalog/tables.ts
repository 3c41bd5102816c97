/** Tables that only this module writes and reads. */
export const ownedTables = [
  'meters',
  'features',
  'plans',
  'plan_versions',
  'prices',
  'plan_entitlements',
  'coupons',
] as const;
