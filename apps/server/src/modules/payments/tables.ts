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
  'dispute_files',
  'receipts',
  'payment_requests',
  'provider_events',
  'hook_rejections',
  'provider_schedules',
  'provider_transactions',
  'provider_payouts',
] as const;
