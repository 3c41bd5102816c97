/** The tables that this module alone writes. */
export const ownedTables = [
  'ledger_transactions',
  'ledger_entries',
  'ledger_months',
  'ledger_month_ends',
  'ledger_corrections',
] as const;
