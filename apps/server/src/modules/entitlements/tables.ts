/** Tables that only this module writes and reads. A right itself is kept nowhere: it is a pure function of subscription, plan and usage. */
export const ownedTables = ['usage_reservations'] as const;
