/** The tables that this module alone writes. */
export const ownedTables = [
  'stripe_links',
  'stripe_look_ups',
  'stripe_changes',
  'stripe_meter_reports',
  'stripe_meter_marks',
  'stripe_terms',
] as const;
