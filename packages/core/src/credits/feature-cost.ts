import { DECIMAL12_SCALE, type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import { rational } from '../money/rational.ts';
import { roundRational } from '../money/round.ts';
import type { Instant } from '../time/instant.ts';

/** What one unit of a feature costs from an instant on. A table is all versions; none ever changes. */
export interface FeatureCost {
  readonly featureId: string;
  readonly creditTypeId: string;
  /** Credits a unit; zero for free. */
  readonly perUnit: Decimal12;
  readonly effectiveAt: Instant;
  /** What happens when the balance is used up. */
  readonly beyond: 'block' | 'allow';
}

/** The version of a feature's cost that holds at an instant: the last one that has begun. Null before the first. */
export function costAt<T extends FeatureCost>(table: readonly T[], featureId: string, at: Instant): T | null {
  let found: T | null = null;
  for (const cost of table) {
    if (cost.featureId !== featureId || cost.effectiveAt > at) continue;
    if (found === null || cost.effectiveAt >= found.effectiveAt) found = cost;
  }
  return found;
}

/** quantity × credits a unit, rounded once to 12 places, half away from zero. */
export function creditsFor(quantity: Decimal12, perUnit: Decimal12): Decimal12 {
  const exact = rational(quantity * perUnit, DECIMAL12_SCALE);
  return decimal12FromScaled(roundRational(exact, 'half_away_from_zero'));
}

/** How many whole units a balance pays for. Null if a unit costs nothing. */
export function wholeUnitsFor(balance: Decimal12, perUnit: Decimal12): bigint | null {
  return perUnit === 0n ? null : balance / perUnit;
}
