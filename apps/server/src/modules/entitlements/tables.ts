/** Tables that only this module writes and reads. */
export const ownedTables = [
  'entitlement_overrides',
  'entitlement_grants',
  'usage_reservations',
  'usage_deadlines',
  'access_moves',
  'plan_limited_features',
] as const;
