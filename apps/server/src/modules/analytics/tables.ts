/** This module keeps nothing of its own: it reads what the modules below it keep. */
export const ownedTables = [] as const;
