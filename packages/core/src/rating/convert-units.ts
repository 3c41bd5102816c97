import type { UnitConversion } from '../catalog/price.ts';
import { invariant } from '../kernel/invariant.ts';
import {
  largerRational,
  multiplyRational,
  RATIONAL_ZERO,
  type Rational,
  rational,
  reduceRational,
  subtractRational,
} from '../money/rational.ts';
import { rationalOf } from './slice.ts';

/**
 * Measured units as billed units: times or by the factor, then rounded. Worked example: 1400 divided by 1000, rounded up
 * to 0 places, are 2 units.
 *
 * @throws InvariantError for a factor of zero or less, which no published price has
 */
export function convertUnits(quantity: Rational, conversion: UnitConversion): Rational {
  const factor = rationalOf(conversion.factor);
  invariant(factor.numerator > 0n, 'Units are converted by a factor above zero.');
  const by = conversion.operation === 'multiply' ? factor : rational(factor.denominator, factor.numerator);
  const exact = reduceRational(multiplyRational(quantity, by));
  return conversion.rounding === 'none' ? exact : roundUnits(exact, conversion);
}

function roundUnits(exact: Rational, { rounding, places }: UnitConversion): Rational {
  const scale = 10n ** BigInt(places);
  const numerator = exact.numerator * scale;
  const { denominator } = exact;
  const floor = numerator / denominator;
  const remainder = numerator - floor * denominator;
  const isUp =
    rounding === 'ceiling' ? remainder > 0n : rounding === 'half_up' ? remainder * 2n >= denominator : false;
  return reduceRational(rational(isUp ? floor + 1n : floor, scale));
}

/** What is left of a quantity once the free units are taken off; never negative. */
export function beyondFree(quantity: Rational, freeUnits: Rational): Rational {
  return largerRational(subtractRational(quantity, freeUnits), RATIONAL_ZERO);
}
