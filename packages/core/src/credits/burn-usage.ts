import { DECIMAL12_ZERO, type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import type { Instant } from '../time/instant.ts';
import { type BurnOrder, inBurnOrder } from './burn-order.ts';
import type { Consumption, ConsumptionPart } from './decide-consumption.ts';
import { creditsFor, type FeatureCost } from './feature-cost.ts';
import { type CreditUse, covers, type HeldGrant } from './grant.ts';

/** A use that happened at its instant and is paid for now, which may be later. */
export interface BurnedUse extends CreditUse {
  readonly now: Instant;
}

/** Whether a grant may pay for a use: it ran when that happened and still has something left, or it runs now. */
export function paysFor(grant: HeldGrant, { now, ...use }: BurnedUse): boolean {
  return covers(grant, use) || covers(grant, { ...use, at: now });
}

/** What may be spent on a use. */
export function payableFor(held: readonly HeldGrant[], use: BurnedUse): Decimal12 {
  let total = 0n;
  for (const grant of held) if (paysFor(grant, use)) total += grant.left;
  return decimal12FromScaled(total);
}

/**
 * Spends on what has happened already: all there is, in burn order, and what no grant covers is overage. Nothing is
 * refused, since refusing would not undo the use.
 */
export function burnUse(
  held: readonly HeldGrant[],
  use: BurnedUse,
  amount: Decimal12,
  order: BurnOrder,
): Consumption {
  const parts: ConsumptionPart[] = [];
  let wanted: bigint = amount;
  for (const grant of inBurnOrder(
    held.filter((one) => one.left > 0n && paysFor(one, use)),
    order,
  )) {
    if (wanted === 0n) break;
    const paid = decimal12FromScaled(grant.left < wanted ? grant.left : wanted);
    parts.push({ grantId: grant.id, amount: paid });
    wanted -= paid;
  }
  return { parts, overage: decimal12FromScaled(wanted) };
}

/** What an event costs by the table at its own instant. Less than nothing used costs nothing. */
export function burnFor(quantity: Decimal12, cost: FeatureCost | null): Decimal12 {
  return cost === null || quantity <= 0n ? DECIMAL12_ZERO : creditsFor(quantity, cost.perUnit);
}

/** What was burned for an event before, and what of it its corrections took back since. */
export interface Burned {
  readonly amount: Decimal12;
  readonly corrected: Decimal12;
}

/**
 * How far what was burned for an event is from what it costs as it counts now: above zero is to be burned yet, below
 * zero to be given back. Burning or giving that, and asking again, comes to nothing.
 */
export function burnDifference(costs: Decimal12, burned: readonly Burned[]): Decimal12 {
  let difference: bigint = costs;
  for (const { amount, corrected } of burned) difference -= amount - corrected;
  return decimal12FromScaled(difference);
}
