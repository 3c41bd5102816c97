import type { Brand } from './brand.ts';
import { ok, type Result, refuse } from './result.ts';

/** A decimal figure with 12 places, kept as a bigint scaled by 10^12. Quantities and unit prices are of this type. */
export type Decimal12 = Brand<bigint, 'Decimal12'>;

export const DECIMAL12_PLACES = 12;
export const DECIMAL12_SCALE = 1_000_000_000_000n;
export const DECIMAL12_ZERO = 0n as Decimal12;

/** `numeric(38,12)` holds 26 digits before the point. */
const MAX_SCALED = 10n ** 38n - 1n;
const DECIMAL_TEXT = /^(-)?(0|[1-9][0-9]{0,25})(?:\.([0-9]{1,12}))?$/;

/** Names a bigint that is already scaled by 10^12 as a `Decimal12`. */
export function decimal12FromScaled(scaled: bigint): Decimal12 {
  return scaled as Decimal12;
}

/** The whole number `units` as a `Decimal12`. */
export function decimal12FromInteger(units: bigint): Decimal12 {
  return (units * DECIMAL12_SCALE) as Decimal12;
}

/**
 * Reads a decimal string. Only plain figures are read: no exponent, no plus sign, no white space, no leading zeros,
 * at most 26 digits before and 12 after the point. Refusal: `decimal.malformed`.
 */
export function parseDecimal12(text: string): Result<Decimal12> {
  const units = smallWhole(text);
  if (units !== undefined) return ok(decimal12FromInteger(BigInt(units)));
  const match = DECIMAL_TEXT.exec(text);
  if (match === null) {
    return refuse(
      'decimal.malformed',
      'A decimal is written like 12.5, with at most 12 places and no exponent.',
    );
  }
  const whole = BigInt(match[2] ?? '0') * DECIMAL12_SCALE;
  const fraction = BigInt((match[3] ?? '').padEnd(DECIMAL12_PLACES, '0'));
  const magnitude = whole + fraction;
  return ok((match[1] === '-' ? -magnitude : magnitude) as Decimal12);
}

/** So many digits are a whole number that a double holds exactly. */
const SMALL_DIGITS = 15;
const ZERO_DIGIT = 0x30;

/** What most quantities are, read without a pattern; undefined for every other text, right or wrong. */
function smallWhole(text: string): number | undefined {
  const { length } = text;
  if (length === 0 || length > SMALL_DIGITS) return undefined;
  let units = 0;
  for (let place = 0; place < length; place += 1) {
    const digit = text.charCodeAt(place) - ZERO_DIGIT;
    if (digit < 0 || digit > 9 || (digit === 0 && place === 0 && length > 1)) return undefined;
    units = units * 10 + digit;
  }
  return units;
}

/** Writes the shortest decimal string that reads back as `value`: `1.5`, `0`, `-0.000001`. */
export function formatDecimal12(value: Decimal12): string {
  const magnitude = value < 0n ? -value : value;
  const whole = magnitude / DECIMAL12_SCALE;
  const rest = magnitude - whole * DECIMAL12_SCALE;
  if (rest === 0n) return `${value < 0n ? '-' : ''}${whole}`;
  const fraction = rest.toString().padStart(DECIMAL12_PLACES, '0').replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${whole}.${fraction}`;
}

/** True if the value fits the database column `numeric(38,12)`. */
export function isStorableDecimal12(value: bigint): value is Decimal12 {
  return value <= MAX_SCALED && value >= -MAX_SCALED;
}
