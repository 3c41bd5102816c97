import { type BilledLine, lineKey, type ProposedLine } from './line.ts';

/**
 * Leaves out credits for time whose charge the seller has waived: nobody owes it, so nothing of it can be given back.
 * Waived charges themselves count as billed and are not proposed again.
 */
export function withoutWaivedCredits(
  proposed: readonly ProposedLine[],
  billed: readonly BilledLine[],
): readonly ProposedLine[] {
  const waived = new Set(billed.filter((line) => line.isWaived === true).map((line) => line.key));
  return proposed.filter(({ kind, itemId, explanation }) => {
    const chargeKey = lineKey(itemId, 'recurring', explanation.billingPeriod.start);
    return kind !== 'proration_credit' || !waived.has(chargeKey);
  });
}
