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
  returned: 'Taken back with a refund',
} as const;

/** How often a plan grants credits. */
export const CREDIT_INTERVALS = {
  month: 'Each month',
  billing_period: 'Each billing period',
  day: 'Each day',
  week: 'Each week',
  year: 'Each year',
  once: 'Once',
} as const;
