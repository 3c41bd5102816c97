import { type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import type { ConsumptionPart } from './decide-consumption.ts';
import type { GrantEffect } from './decide-expiry.ts';

/** What became of a grant while some of it was promised. */
export interface GrantFate {
  /** What should have gone back with its price and was not there. */
  readonly owedBack: Decimal12;
  /** Staff took it back. */
  readonly isRevoked: boolean;
  readonly hasEnded: boolean;
}

/**
 * What becomes of credits that are promised no longer and were not used. What is owed back goes with the price first; the
 * rest goes with a grant that was taken back or has ended, and otherwise is the customer's again.
 */
export function releaseHold(
  free: readonly ConsumptionPart[],
  fateOf: (grantId: string) => GrantFate,
): GrantEffect[] {
  const effects: GrantEffect[] = [];
  const owed = new Map<string, bigint>();
  for (const { grantId, amount } of free) {
    const fate = fateOf(grantId);
    const stillOwed = owed.get(grantId) ?? fate.owedBack;
    const back = stillOwed < amount ? stillOwed : amount;
    owed.set(grantId, stillOwed - back);
    if (back > 0n) effects.push({ grantId, amount: decimal12FromScaled(back), kind: 'returned' });
    const rest = decimal12FromScaled(amount - back);
    if (rest > 0n && (fate.isRevoked || fate.hasEnded))
      effects.push({ grantId, amount: rest, kind: fate.isRevoked ? 'revoked' : 'expired' });
  }
  return effects;
}
