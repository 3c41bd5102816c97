import { DECIMAL12_ZERO, type Decimal12, decimal12FromScaled, formatDecimal12 } from '../kernel/decimal.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import { type BurnOrder, inBurnOrder } from './burn-order.ts';
import { type CreditUse, covers, type HeldGrant } from './grant.ts';

/** What one grant paid of a consumption. */
export interface ConsumptionPart {
  readonly grantId: string;
  readonly amount: Decimal12;
}

export interface Consumption {
  /** The grants that pay, in the order in which they were spent. */
  readonly parts: readonly ConsumptionPart[];
  /** What no grant covers: pay as you go. */
  readonly overage: Decimal12;
}

export interface ConsumptionInput {
  /** Every grant of the customer that may have something left. */
  readonly held: readonly HeldGrant[];
  readonly use: CreditUse;
  readonly amount: Decimal12;
  readonly order: BurnOrder;
  /** What happens when the balance is used up: nothing is spent at all, or the rest is overage. */
  readonly beyond: 'block' | 'allow';
}

/**
 * Spends credits grant by grant. No grant goes below zero, and a consumption that is blocked spends nothing.
 * Refusals: `credits.amount_invalid` for nothing or less, `credits.insufficient`.
 */
export function decideConsumption(input: ConsumptionInput): Result<Consumption> {
  if (input.amount <= 0n) return refuse('credits.amount_invalid', 'An amount of credits is more than zero.');
  const parts: ConsumptionPart[] = [];
  let wanted: bigint = input.amount;
  for (const grant of spendable(input.held, input.use, input.order)) {
    if (wanted === 0n) break;
    const amount = decimal12FromScaled(grant.left < wanted ? grant.left : wanted);
    parts.push({ grantId: grant.id, amount });
    wanted -= amount;
  }
  if (wanted > 0n && input.beyond === 'block') {
    const available = decimal12FromScaled(input.amount - wanted);
    return refuse('credits.insufficient', 'There are not enough credits for this.', {
      available: formatDecimal12(available),
      requested: formatDecimal12(input.amount),
    });
  }
  return ok({ parts, overage: decimal12FromScaled(wanted) });
}

/** The grants that pay for a use at its instant, in the order in which they are spent; all have something left. */
export function spendable(held: readonly HeldGrant[], use: CreditUse, order: BurnOrder): HeldGrant[] {
  return inBurnOrder(
    held.filter((grant) => grant.left > 0n && covers(grant, use)),
    order,
  );
}

/** What may be spent on this use at its instant. */
export function availableFor(held: readonly HeldGrant[], use: CreditUse): Decimal12 {
  let total = 0n;
  for (const grant of held) if (covers(grant, use)) total += grant.left;
  return total === 0n ? DECIMAL12_ZERO : decimal12FromScaled(total);
}
