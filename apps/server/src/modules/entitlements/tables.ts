/** This module keeps nothing of its own: a right is a pure function of subscription, plan and usage. */
export const ownedTables = [] as const;
