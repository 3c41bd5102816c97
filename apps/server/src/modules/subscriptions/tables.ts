/** Tables that only this module writes and reads. */
export const ownedTables = [
  'subscriptions',
  'subscription_items',
  'subscription_discounts',
  'subscription_charges',
] as const;
