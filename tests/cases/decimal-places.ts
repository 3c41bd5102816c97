import { type Rational, rational } from '@billhook/core/money/rational';
import { roundRational } from '@billhook/core/money/round';

/** A share rounded half away from zero to decimal places, as sources print ratios and credits; still a fraction. */
export function toPlaces(value: Rational, places: number): Rational {
  const scale = 10n ** BigInt(places);
  const scaled = { numerator: value.numerator * scale, denominator: value.denominator };
  return rational(roundRational(scaled, 'half_away_from_zero'), scale);
}

/** The shortest decimal text of a share rounded to decimal places: `0.733333333`, `1.5`, `2`. */
export function formatPlaces(value: Rational, places: number): string {
  const { numerator, denominator } = toPlaces(value, places);
  const scaled = (numerator * 10n ** BigInt(places)) / denominator;
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const decimals = digits.slice(digits.length - places).replace(/0+$/, '');
  return `${scaled < 0n ? '-' : ''}${whole}${decimals === '' ? '' : `.${decimals}`}`;
}
