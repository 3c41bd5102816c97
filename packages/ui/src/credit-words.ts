/** Where credits come from, in words for people. */
export const CREDIT_SOURCES = {
  allowance: 'From the plan',
  purchase: 'Bought',
  promotion: 'Gift',
  adjustment: 'Adjustment',
  rollover: 'Carried over',
} as const;

/** What happened to credits. */
export const CREDIT_HAPPENINGS = {
  granted: 'Granted',
  consumed: 'Used',
  refunded: 'Given back',
  expired: 'Expired',
  revoked: 'Taken back',
  rolled_over: 'Carried over',
  returned: 'Returned with its payment',
} as const;
