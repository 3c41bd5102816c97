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
} as const;

export interface CreditHappening {
  readonly kind: keyof typeof HAPPENINGS;
  readonly source: keyof typeof CREDIT_SOURCES;
  /** The key of what used them. */
  readonly feature: string | null;
  readonly reason: string;
}

/** An entry of the ledger in words: what happened, and to what or why. */
export function creditEntryWords(
  { kind, source, feature, reason }: CreditHappening,
  nameOf: (feature: string) => string,
): { readonly happened: string; readonly about: string } {
  if (kind === 'rolled_over') return { happened: HAPPENINGS[kind], about: 'into the next period' };
  if (source === 'rollover' && kind === 'granted')
    return { happened: CREDIT_SOURCES[source], about: 'from the period before' };
  if (kind === 'expired') return { happened: HAPPENINGS[kind], about: CREDIT_SOURCES[source] };
  const happened = source === 'purchase' && kind === 'granted' ? CREDIT_SOURCES[source] : HAPPENINGS[kind];
  return { happened, about: feature === null ? reason || CREDIT_SOURCES[source] : nameOf(feature) };
}
