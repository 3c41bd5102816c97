/** Where credits come from, in words for people. */
export const CREDIT_SOURCES = {
  allowance: 'From the plan',
  purchase: 'Bought',
  promotion: 'Gift',
  adjustment: 'Adjustment',
  rollover: 'Carried over',
} as const;

const HAPPENINGS = {
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

export interface CreditHappening {
  readonly kind: keyof typeof HAPPENINGS;
  readonly source: keyof typeof CREDIT_SOURCES;
  /** What used them. */
  readonly featureName: string | null;
  readonly reason: string;
}

/** An entry of the ledger in words: what happened, as the one to whom it did would say it, and to what or why. */
export function creditEntryWords({ kind, source, featureName, reason }: CreditHappening): {
  readonly happened: string;
  readonly about: string;
} {
  if (kind === 'rolled_over') return { happened: HAPPENINGS[kind], about: 'into the next period' };
  if (source === 'rollover' && kind === 'granted')
    return { happened: CREDIT_SOURCES[source], about: 'from the period before' };
  if (kind === 'expired') return { happened: HAPPENINGS[kind], about: CREDIT_SOURCES[source] };
  const isOwnWord = kind === 'granted' && (source === 'purchase' || source === 'promotion');
  const happened = isOwnWord ? CREDIT_SOURCES[source] : HAPPENINGS[kind];
  return { happened, about: featureName ?? (reason || CREDIT_SOURCES[source]) };
}
