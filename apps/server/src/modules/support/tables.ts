/** The tables that this module alone writes. */
export const ownedTables = ['cases'] as const;
