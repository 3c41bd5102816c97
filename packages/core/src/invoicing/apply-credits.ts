import { invariant } from '../kernel/invariant.ts';

export interface CreditUse {
  readonly creditAppliedMinor: bigint;
  readonly creditGrantedMinor: bigint;
  readonly dueMinor: bigint;
}

/**
 * Settles a total against the customer's credit before anything is collected. A positive total uses credit as far as it
 * goes; a negative total becomes credit and nothing is due.
 *
 * @param balanceMinor the customer's credit, never negative
 */
export function applyCredits(totalMinor: bigint, balanceMinor: bigint): CreditUse {
  invariant(balanceMinor >= 0n, 'A credit balance is never negative.');
  if (totalMinor < 0n) return { creditAppliedMinor: 0n, creditGrantedMinor: -totalMinor, dueMinor: 0n };
  const creditAppliedMinor = balanceMinor < totalMinor ? balanceMinor : totalMinor;
  return { creditAppliedMinor, creditGrantedMinor: 0n, dueMinor: totalMinor - creditAppliedMinor };
}
