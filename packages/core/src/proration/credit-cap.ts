/** What a credit may take back at most: what was paid, less what was credited before. In minor units. */
export interface CreditBound {
  readonly paidMinor: bigint;
  readonly creditedMinor: bigint;
}

/** The credit that is given: never more than was paid and is not credited yet, and never negative. */
export function capCredit(credit: CreditBound & { readonly potentialMinor: bigint }): bigint {
  const left = credit.paidMinor - credit.creditedMinor;
  if (left <= 0n || credit.potentialMinor <= 0n) return 0n;
  const exceeds = credit.potentialMinor > left;
  return exceeds ? left : credit.potentialMinor;
}
