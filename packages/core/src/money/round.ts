import { unreachable } from '../kernel/invariant.ts';
import type { Rational } from './rational.ts';

/** How an exact amount becomes whole minor units. `up` goes away from zero, `down` towards it. */
export type RoundingMode = 'half_away_from_zero' | 'half_even' | 'up' | 'down';

export const ROUNDING_MODES: readonly RoundingMode[] = ['half_away_from_zero', 'half_even', 'up', 'down'];

/**
 * Rounds an exact fraction to an integer. Every mode is symmetric: the rounding of −x is minus the rounding of x, so
 * that a credit takes back exactly what its charge cost.
 */
export function roundRational(value: Rational, mode: RoundingMode): bigint {
  const negative = value.numerator < 0n;
  const numerator = negative ? -value.numerator : value.numerator;
  const quotient = numerator / value.denominator;
  const remainder = numerator % value.denominator;
  const magnitude = quotient + (stepsUp(quotient, remainder, value.denominator, mode) ? 1n : 0n);
  return negative ? -magnitude : magnitude;
}

function stepsUp(quotient: bigint, remainder: bigint, denominator: bigint, mode: RoundingMode): boolean {
  const twice = remainder * 2n;
  switch (mode) {
    case 'down':
      return false;
    case 'up':
      return remainder > 0n;
    case 'half_away_from_zero':
      return twice >= denominator;
    case 'half_even':
      return twice > denominator || (twice === denominator && quotient % 2n === 1n);
    default:
      return unreachable(mode);
  }
}
