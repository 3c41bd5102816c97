import { DECIMAL12_SCALE, type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import { type CurrencyCode, minorUnitsPerMajor } from '../money/currency.ts';
import { multiplyRational, type Rational, rational } from '../money/rational.ts';
import { roundRational } from '../money/round.ts';

/** How a wish that money or places cannot express becomes one that they can. The seller's choice. */
export type TopUpRounding =
  /** The price is rounded to the currency, and as many credits are given as it buys. */
  | { readonly kind: 'to_money' }
  /** The credits are cut to so many places, and the price of them is rounded to the currency. */
  | { readonly kind: 'cut_credits'; readonly places: number };

export interface TopUp {
  readonly credits: Decimal12;
  readonly priceMinor: bigint;
}

/**
 * What a purchase of so many credits comes to.
 *
 * @param wanted credits, exact
 * @param rate price of one credit in the currency's main unit, above zero
 */
export function topUpOf(
  wanted: Rational,
  rate: Rational,
  currency: CurrencyCode,
  rounding: TopUpRounding,
): TopUp {
  const minorPerCredit = multiplyRational(rate, rational(minorUnitsPerMajor(currency), 1n));
  if (rounding.kind === 'cut_credits') {
    const scale = 10n ** BigInt(rounding.places);
    const cut = roundRational(multiplyRational(wanted, rational(scale, 1n)), 'down');
    const price = multiplyRational(rational(cut, scale), minorPerCredit);
    const credits = decimal12FromScaled((cut * DECIMAL12_SCALE) / scale);
    return { credits, priceMinor: roundRational(price, 'half_away_from_zero') };
  }
  const priceMinor = roundRational(multiplyRational(wanted, minorPerCredit), 'half_away_from_zero');
  return { credits: creditsOfMoney(priceMinor, minorPerCredit), priceMinor };
}

/** The credits that so many minor units buy, at so many minor units a credit. */
function creditsOfMoney(priceMinor: bigint, minorPerCredit: Rational): Decimal12 {
  const { numerator, denominator } = minorPerCredit;
  const exact = rational(priceMinor * denominator * DECIMAL12_SCALE, numerator);
  return decimal12FromScaled(roundRational(exact, 'half_away_from_zero'));
}
