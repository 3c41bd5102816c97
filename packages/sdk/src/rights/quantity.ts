import {
  DECIMAL12_SCALE,
  type Decimal12,
  decimal12FromScaled,
  formatDecimal12,
  parseDecimal12,
} from '@billhook/core/kernel/decimal';

/** How much is wanted: a whole number, or a decimal as a string such as `'0.25'`. */
export type Quantity = number | string;

/**
 * A quantity as a decimal that counts.
 *
 * @throws RangeError if it is negative, a broken number, or no decimal with at most 12 places
 */
export function readQuantity(quantity: Quantity): Decimal12 {
  if (typeof quantity === 'number') {
    // A broken number is refused, because it is not what it looks like: 0.1 + 0.2 has 17 places.
    if (Number.isSafeInteger(quantity) && quantity >= 0)
      return decimal12FromScaled(BigInt(quantity) * DECIMAL12_SCALE);
  } else {
    const read = parseDecimal12(quantity);
    if (read.ok && read.value >= 0n) return read.value;
  }
  throw new RangeError(
    `A quantity is a whole number, or a decimal as text, and not negative; not ${String(quantity).slice(0, 50)}.`,
  );
}

/** What the server said, as a decimal. A figure that is none counts as nothing. */
export function readFigure(text: string | null | undefined): Decimal12 {
  const read = parseDecimal12(text ?? '0');
  return read.ok ? read.value : decimal12FromScaled(0n);
}

/** A quantity that no plan with this limit allows, however little of it is used. */
export function beyondLimit(limit: string | null): string {
  return limit === null ? '1' : formatDecimal12(decimal12FromScaled(readFigure(limit) + DECIMAL12_SCALE));
}
