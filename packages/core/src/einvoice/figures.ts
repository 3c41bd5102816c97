import { DECIMAL12_SCALE, type Decimal12, formatDecimal12 } from '../kernel/decimal.ts';
import { type CurrencyCode, minorDigits } from '../money/currency.ts';
import { rational } from '../money/rational.ts';
import { roundRational } from '../money/round.ts';

const CENT = DECIMAL12_SCALE / 100n;

/** An amount in minor units as a decimal of the currency. */
export function fromMinor(minor: bigint, currency: CurrencyCode): Decimal12 {
  return (minor * (DECIMAL12_SCALE / 10n ** BigInt(minorDigits(currency)))) as Decimal12;
}

/** The sum of decimals. */
export function sumOf(values: readonly Decimal12[]): Decimal12 {
  let sum = 0n;
  for (const value of values) sum += value;
  return sum as Decimal12;
}

/** `numerator / denominator`, both of any unit, to two decimals of a scaled figure, half away from zero. */
export function roundedToCent(numerator: bigint, denominator: bigint): Decimal12 {
  return (roundRational(rational(numerator, denominator * CENT), 'half_away_from_zero') * CENT) as Decimal12;
}

/** Whether an amount has at most two decimals, as amounts of a document must (BR-DEC). */
export function hasTwoDecimals(value: Decimal12): boolean {
  return value % CENT === 0n;
}

/** Decimal text with two decimals, more only where they are there. */
export function amountText(value: Decimal12): string {
  const text = formatDecimal12(value);
  const places = text.split('.')[1]?.length ?? 0;
  if (places >= 2) return text;
  return `${text}${places === 0 ? '.00' : '0'}`;
}

/** VAT of a taxable amount at a rate in percent, to the cent (BR-CO-17). */
export function vatOf(taxable: Decimal12, percent: Decimal12): Decimal12 {
  return roundedToCent(taxable * percent, DECIMAL12_SCALE * 100n);
}

/** `quantity × price / base + charges − allowances`, to the cent: what BT-131 must be. */
export function lineNet(line: {
  readonly quantity: Decimal12;
  readonly price: Decimal12;
  readonly priceBase: Decimal12;
  readonly adjustments: readonly { readonly isCharge: boolean; readonly amount: Decimal12 }[];
}): Decimal12 {
  const negative = line.quantity < 0n;
  const product = roundedToCent((negative ? -line.quantity : line.quantity) * line.price, line.priceBase);
  let net = negative ? -product : product;
  for (const { isCharge, amount } of line.adjustments) net += isCharge ? amount : -amount;
  return net as Decimal12;
}
