/** Tables that only this module writes. */
export const ownedTables = [
  'credit_types',
  'credit_costs',
  'credit_packs',
  'credit_allowances',
  'credit_grants',
  'credit_consumptions',
  'credit_entries',
  'credit_purchases',
  'credit_reloads',
  'credit_allowance_due',
  'credit_holds',
  'credit_marks',
] as const;
