import { DECIMAL12_SCALE, DECIMAL12_ZERO, type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import type { BurnOrder } from './burn-order.ts';
import { type BurnedUse, burnUse } from './burn-usage.ts';
import type { ConsumptionPart } from './decide-consumption.ts';
import { creditsFor, type FeatureCost } from './feature-cost.ts';
import type { HeldGrant } from './grant.ts';

/** Units of a feature that a caller wants promised before it uses them. */
export interface WantedUnits {
  readonly requested: Decimal12;
  /** The least that is of any use to the caller. */
  readonly minimum: Decimal12;
}

/**
 * How many of the wanted units credits can pay for: all, else as many whole ones as the balance covers if that is at
 * least the minimum, else none. Where use goes on beyond the balance, all of them.
 */
export function unitsCovered(
  available: Decimal12,
  { perUnit, beyond }: Pick<FeatureCost, 'perUnit' | 'beyond'>,
  { requested, minimum }: WantedUnits,
): Decimal12 {
  if (beyond === 'allow' || creditsFor(requested, perUnit) <= available) return requested;
  const whole = decimal12FromScaled((available / perUnit) * DECIMAL12_SCALE);
  return whole >= minimum && whole > 0n ? whole : DECIMAL12_ZERO;
}

/** The grants that so many units are promised against, in burn order: what they cost now, as far as there is any. */
export function holdCredits(
  held: readonly HeldGrant[],
  use: BurnedUse,
  amount: Decimal12,
  order: BurnOrder,
): readonly ConsumptionPart[] {
  return burnUse(held, use, amount, order).parts;
}

/** What was promised, split at an amount. */
export interface SplitHold {
  readonly taken: readonly ConsumptionPart[];
  readonly rest: readonly ConsumptionPart[];
  /** What the promise does not come to: it is paid like any use. */
  readonly missing: Decimal12;
}

/** Takes an amount of what was promised, in the order in which it was promised. */
export function splitHold(parts: readonly ConsumptionPart[], amount: Decimal12): SplitHold {
  const taken: ConsumptionPart[] = [];
  const rest: ConsumptionPart[] = [];
  let wanted: bigint = amount;
  for (const { grantId, amount: promised } of parts) {
    const part = promised < wanted ? promised : wanted;
    wanted -= part;
    if (part > 0n) taken.push({ grantId, amount: decimal12FromScaled(part) });
    if (promised > part) rest.push({ grantId, amount: decimal12FromScaled(promised - part) });
  }
  return { taken, rest, missing: decimal12FromScaled(wanted) };
}
