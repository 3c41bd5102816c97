/** The tables that this module alone writes. */
export const ownedTables = ['mails', 'text_messages'] as const;
