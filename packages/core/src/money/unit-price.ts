import { DECIMAL12_SCALE, type Decimal12 } from '../kernel/decimal.ts';
import { type CurrencyCode, minorUnitsPerMajor } from './currency.ts';
import { type Rational, rational } from './rational.ts';

/**
 * The price of one unit, in whole currency units (dollars, not cents) with 12 places: `0.05` USD is five cents. It is
 * exact; nothing is rounded before the line.
 */
export type UnitPrice = Decimal12;

/**
 * The exact cost, in minor units, of a quantity at a unit price.
 *
 * @param per how many units one price covers, for example 1048576 for a price per MiB; parts are charged in proportion
 */
export function costOf(quantity: Decimal12, price: UnitPrice, per: bigint, currency: CurrencyCode): Rational {
  return rational(quantity * price * minorUnitsPerMajor(currency), DECIMAL12_SCALE * DECIMAL12_SCALE * per);
}
