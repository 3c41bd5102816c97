/** The tables that this module alone writes. */
export const ownedTables = [
  'provider_accounts',
  'hook_endpoints',
  'provider_customers',
  'payment_methods',
  'payment_attempts',
  'payments',
  'refunds',
  'disputes',
  'receipts',
  'provider_events',
] as const;
