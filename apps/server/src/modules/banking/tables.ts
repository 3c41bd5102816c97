/** The tables that this module alone writes. */
export const ownedTables = ['bank_accounts', 'bank_statements', 'bank_lines', 'received_payments'] as const;
