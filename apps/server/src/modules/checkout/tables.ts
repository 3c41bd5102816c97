/** The tables that this module alone writes. */
export const ownedTables = ['checkouts'] as const;
