import { invariant } from '../kernel/invariant.ts';
import { type Rational, rational } from '../money/rational.ts';
import { roundRational } from '../money/round.ts';

/** A share rounded half away from zero to decimal places, as sellers print ratios and credits; still a fraction. */
export function toPlaces(value: Rational, places: number): Rational {
  invariant(Number.isInteger(places) && places >= 0, 'Decimal places are a whole number from 0 on.');
  const scale = 10n ** BigInt(places);
  const scaled = { numerator: value.numerator * scale, denominator: value.denominator };
  return rational(roundRational(scaled, 'half_away_from_zero'), scale);
}

/** The shortest decimal text of a share rounded to decimal places: `0.733333333`, `1.5`, `2`. */
export function formatPlaces(value: Rational, places: number): string {
  const rounded = toPlaces(value, places);
  const scale = 10n ** BigInt(places);
  const digits = (rounded.numerator < 0n ? -rounded.numerator : rounded.numerator)
    .toString()
    .padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const decimals = scale === 1n ? '' : digits.slice(digits.length - places).replace(/0+$/, '');
  return `${rounded.numerator < 0n ? '-' : ''}${whole}${decimals === '' ? '' : `.${decimals}`}`;
}
