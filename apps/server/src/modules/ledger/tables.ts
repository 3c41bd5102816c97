/** The tables that this module alone writes. */
export const ownedTables = ['ledger_transactions', 'ledger_entries'] as const;
