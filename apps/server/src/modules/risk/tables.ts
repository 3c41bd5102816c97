/** The tables that this module alone writes. */
export const ownedTables = ['payment_blocks', 'payment_tries', 'risk_rules'] as const;
