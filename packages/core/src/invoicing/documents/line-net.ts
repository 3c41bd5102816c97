import { DECIMAL12_SCALE, type Decimal12, decimal12FromInteger } from '../../kernel/decimal.ts';
import { type CurrencyCode, minorUnitsPerMajor } from '../../money/currency.ts';
import { rational } from '../../money/rational.ts';
import { type RoundingMode, roundRational } from '../../money/round.ts';
import type { UnitPrice } from '../../money/unit-price.ts';

/** A line as it is written on a document: so many units at a price, with amounts added and taken off. */
export interface WrittenLine {
  /** Negative for what is returned. */
  readonly quantity: Decimal12;
  readonly unitPrice: UnitPrice;
  /** How many units the price is for, more than 0. */
  readonly baseQuantity?: Decimal12;
  readonly allowancesMinor?: readonly bigint[];
  readonly chargesMinor?: readonly bigint[];
}

const ONE_UNIT = decimal12FromInteger(1n);

/** The net of a line in minor units (EN 16931, BT-131): quantity × price ÷ base + charges − allowances, rounded once. */
export function lineNet(line: WrittenLine, currency: CurrencyCode, rounding: RoundingMode): bigint {
  const { quantity, unitPrice, baseQuantity = ONE_UNIT } = line;
  const exact = rational(quantity * unitPrice * minorUnitsPerMajor(currency), baseQuantity * DECIMAL12_SCALE);
  let netMinor = roundRational(exact, rounding);
  for (const chargeMinor of line.chargesMinor ?? []) netMinor += chargeMinor;
  for (const allowanceMinor of line.allowancesMinor ?? []) netMinor -= allowanceMinor;
  return netMinor;
}
