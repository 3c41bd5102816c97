/** The tables that this module alone writes. */
export const ownedTables = ['files'] as const;
