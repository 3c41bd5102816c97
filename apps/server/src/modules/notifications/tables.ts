/** The tables that this module alone writes. */
export const ownedTables = ['mails'] as const;
