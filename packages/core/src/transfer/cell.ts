import { formatDecimal12, parseDecimal12 } from '../kernel/decimal.ts';
import { invariant } from '../kernel/invariant.ts';
import { currencyCode } from '../money/currency.ts';
import { formatMinor } from '../money/format.ts';
import { formatInstant, instant } from '../time/instant.ts';

/**
 * What a cell of an export holds. `amount` is a whole number of minor units of the row's currency, `decimal` a figure with
 * twelve places, `instant` epoch milliseconds, `date` a day as text.
 */
export type CellKind = 'text' | 'amount' | 'decimal' | 'integer' | 'instant' | 'date' | 'boolean';

export interface ExportColumn {
  readonly name: string;
  readonly kind: CellKind;
}

/** Amounts and integers are bigint, decimals text as the database writes them, instants numbers. */
export type CellValue = string | bigint | number | boolean | null;

export type ExportRow = Readonly<Record<string, CellValue>>;

/**
 * A cell for people: amounts in currency units with the places of their currency, decimals without needless zeros, times in
 * UTC. Exact: it reads back as the same figure.
 *
 * @param currency that of the row, needed where the column is an amount
 */
export function cellText(kind: CellKind, value: CellValue, currency: string | null): string {
  if (value === null) return '';
  switch (kind) {
    case 'amount':
      invariant(typeof value === 'bigint' && currency !== null, 'An amount is minor units of a currency.');
      return formatMinor(value, currencyCode(currency));
    case 'decimal':
      return formatDecimal12(scaledOf(value));
    case 'instant':
      invariant(typeof value === 'number', 'An instant is epoch milliseconds.');
      return formatInstant(instant(value));
    case 'text':
    case 'date':
      invariant(typeof value === 'string', 'A text is a text.');
      return value;
    case 'integer':
    case 'boolean':
      return String(value);
  }
}

/** A figure with up to twelve places as a whole number of millionths of a millionth. */
export function scaledOf(value: CellValue) {
  invariant(typeof value === 'string', 'A decimal is a text.');
  const scaled = parseDecimal12(value);
  invariant(scaled.ok, 'A decimal has up to twelve places.');
  return scaled.value;
}
