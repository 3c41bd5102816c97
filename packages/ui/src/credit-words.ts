/** Where credits come from, in words for people. */
export const CREDIT_SOURCES = {
  allowance: 'From the plan',
  purchase: 'Bought',
  promotion: 'Gift',
  adjustment: 'Adjustment',
  rollover: 'Carried over',
} as const;

/** What happened to credits. */
const CREDIT_HAPPENINGS = {
  granted: 'Granted',
  consumed: 'Used',
  refunded: 'Given back',
  expired: 'Expired',
  revoked: 'Taken back',
  rolled_over: 'Carried over',
  returned: 'Taken back with a refund',
} as const;

/** What happened, as the one to whom it happened would say it: what was bought was not just granted. */
export function creditHappening(
  kind: keyof typeof CREDIT_HAPPENINGS,
  source: keyof typeof CREDIT_SOURCES,
): string {
  const isOwnWord = source === 'purchase' || source === 'promotion';
  return kind === 'granted' && isOwnWord ? CREDIT_SOURCES[source] : CREDIT_HAPPENINGS[kind];
}

/** How often a plan grants credits. */
export const CREDIT_INTERVALS = {
  month: 'Each month',
  billing_period: 'Each billing period',
  day: 'Each day',
  week: 'Each week',
  year: 'Each year',
  once: 'Once',
} as const;
