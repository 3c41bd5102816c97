import { type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import { least } from '../kernel/least.ts';
import type { BurnOrder } from './burn-order.ts';
import { inBurnOrder } from './burn-order.ts';
import type { ConsumptionPart } from './decide-consumption.ts';
import { type CreditUse, covers, type HeldGrant } from './grant.ts';

/** A charge of a document that credits may pay, with its tax. */
export interface PayableCharge {
  readonly id: string;
  readonly use: CreditUse;
  readonly amount: Decimal12;
}

/**
 * Pays several charges out of grants: grant by grant in burn order, each as far as it covers what is still open, and all
 * together never more than `total`, which may be less than the charges where something else has paid a part.
 */
export function allocateCredits(
  held: readonly HeldGrant[],
  charges: readonly PayableCharge[],
  total: Decimal12,
  order: BurnOrder,
): ConsumptionPart[] {
  const open = charges.map(({ use, amount }) => ({ use, open: amount as bigint }));
  const parts: ConsumptionPart[] = [];
  let unpaid: bigint = total;
  for (const grant of inBurnOrder(held, order)) {
    let left: bigint = grant.left;
    let used = 0n;
    for (const charge of open) {
      if (!covers(grant, charge.use)) continue;
      const paid = least(left, charge.open, unpaid);
      if (paid <= 0n) continue;
      charge.open -= paid;
      left -= paid;
      used += paid;
      unpaid -= paid;
    }
    if (used > 0n) parts.push({ grantId: grant.id, amount: decimal12FromScaled(used) });
  }
  return parts;
}
