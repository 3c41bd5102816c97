import { DECIMAL12_SCALE, DECIMAL12_ZERO, type Decimal12 } from '../kernel/decimal.ts';
import { type CurrencyCode, minorUnitsPerMajor } from '../money/currency.ts';
import { type Rational, smallerRational } from '../money/rational.ts';
import type { UnitPrice } from '../money/unit-price.ts';
import type { TierSlice } from './trace.ts';

export interface SliceParts {
  readonly quantity: Rational;
  readonly unitPrice: UnitPrice;
  readonly per?: bigint;
  readonly flatMinor?: bigint;
  readonly capMinor?: Rational | null;
  readonly label?: string;
  readonly unit?: TierSlice['unit'];
  readonly from?: Decimal12;
  readonly upTo?: Decimal12 | null;
}

/** One slice with its exact amount; what is left out is one unit, no flat amount, no bound and an open range. */
export function sliceOf(parts: SliceParts, currency: CurrencyCode): TierSlice {
  const { quantity, unitPrice, per = 1n, flatMinor = 0n, capMinor = null } = parts;
  const denominator = quantity.denominator * DECIMAL12_SCALE * per;
  const priced = quantity.numerator * unitPrice * minorUnitsPerMajor(currency);
  const exact: Rational = { numerator: priced + flatMinor * denominator, denominator };
  return {
    label: parts.label ?? null,
    unit: parts.unit ?? 'units',
    from: parts.from ?? DECIMAL12_ZERO,
    upTo: parts.upTo ?? null,
    quantity,
    unitPrice,
    per,
    flatMinor,
    capMinor,
    exactMinor: capMinor === null ? exact : smallerRational(exact, capMinor),
  };
}

/** A figure with twelve places as an exact fraction. All of them count in the same parts, so that sums stay small. */
export function rationalOf(value: Decimal12): Rational {
  return { numerator: value, denominator: DECIMAL12_SCALE };
}
