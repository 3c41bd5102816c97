import { ok, type Result } from '../../kernel/result.ts';
import { type CurrencyCode, parseCurrency } from '../../money/currency.ts';
import { parseMinor } from '../../money/format.ts';
import { type CalendarDate, parseDate } from '../../time/calendar-date.ts';
import { refuseFaults } from '../camt/read-camt.ts';
import { parseIban } from '../iban.ts';
import type { Statement, StatementFault, StatementLine } from '../statement.ts';
import { type CsvRow, readCsv } from './read-csv.ts';

/** Where each figure stands in the files of one bank. Columns are named as in the row of headings. */
export interface CsvMapping {
  readonly delimiter: ',' | ';' | '\t';
  readonly decimalMark: '.' | ',';
  readonly dateFormat: 'YYYY-MM-DD' | 'DD.MM.YYYY' | 'DD/MM/YYYY' | 'MM/DD/YYYY' | 'DD.MM.YY';
  readonly bookedOn: string;
  readonly valueOn: string | null;
  /** One signed column; null where money in and out have columns of their own. */
  readonly amount: string | null;
  readonly moneyIn: string | null;
  readonly moneyOut: string | null;
  /** Null: all rows are in the account's currency. */
  readonly currency: string | null;
  readonly name: string | null;
  readonly iban: string | null;
  readonly reference: string | null;
  /** Put together in this order. */
  readonly text: readonly string[];
  readonly endToEndId: string | null;
  readonly bankReference: string | null;
}

type Cell = (column: string | null) => string;

/**
 * Reads a statement from CSV by a declared mapping. Rows before the headings are left out, since many banks write some;
 * all faults are told at once, each with its line. Refusals: those of CSV, `statement.faults`.
 */
export function readStatementCsv(
  source: string,
  mapping: CsvMapping,
  currency: CurrencyCode,
): Result<Statement> {
  const rows = readCsv(source, mapping.delimiter);
  if (!rows.ok) return rows;
  const needed = [
    mapping.bookedOn,
    mapping.valueOn,
    mapping.amount,
    mapping.moneyIn,
    mapping.moneyOut,
    mapping.currency,
    mapping.name,
    mapping.iban,
    mapping.reference,
    mapping.endToEndId,
    mapping.bankReference,
    ...mapping.text,
  ].filter((column) => column !== null);
  const headings = (row: CsvRow) => row.cells.map((cell) => cell.trim());
  const start = rows.value.findIndex((row) => needed.every((column) => headings(row).includes(column)));
  const head = rows.value[start];
  if (head === undefined) {
    const missing = needed.filter((column) => !rows.value.some((row) => headings(row).includes(column)));
    const named = missing.length === 0 ? needed : missing;
    return refuseFaults([
      {
        place: 'headings',
        detail: `No row has all the columns of the mapping. Not found: ${named.join(', ')}.`,
      },
    ]);
  }
  const places = new Map(headings(head).map((name, index) => [name, index]));
  const faults: StatementFault[] = [];
  const lines = rows.value.slice(start + 1).flatMap((row) => {
    const cell: Cell = (column) =>
      column === null ? '' : (row.cells[places.get(column) ?? -1] ?? '').trim();
    const line = lineOf(cell, mapping, currency);
    if (typeof line !== 'string') return line === null ? [] : [line];
    faults.push({ place: `line ${row.line}`, detail: line });
    return [];
  });
  return faults.length > 0 ? refuseFaults(faults) : ok({ id: null, iban: null, lines, pendingCount: 0 });
}

/** A line, null for a row without an amount, or what is wrong with it. */
function lineOf(
  cell: Cell,
  mapping: CsvMapping,
  accountCurrency: CurrencyCode,
): StatementLine | string | null {
  const named = cell(mapping.currency);
  const currency = named === '' ? ok(accountCurrency) : parseCurrency(named);
  if (!currency.ok) return `The currency ${named} is not known.`;
  const amountMinor = amountOf(cell, mapping, currency.value);
  if (amountMinor === null) return 'The amount is not a figure as the mapping says.';
  if (amountMinor === 0n) return null;
  const bookedOn = dateOf(cell(mapping.bookedOn), mapping.dateFormat);
  if (bookedOn === null) return `The day of booking is not a day written as ${mapping.dateFormat}.`;
  const iban = parseIban(cell(mapping.iban));
  return {
    bookedOn,
    valueOn: dateOf(cell(mapping.valueOn), mapping.dateFormat),
    amountMinor,
    currency: currency.value,
    isReversal: false,
    name: cell(mapping.name) || null,
    iban: iban.ok ? iban.value : null,
    reference: cell(mapping.reference) || null,
    text: mapping.text
      .map((column) => cell(column))
      .join(' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
    endToEndId: cell(mapping.endToEndId) || null,
    bankReference: cell(mapping.bankReference) || null,
    chargesMinor: 0n,
  };
}

function amountOf(cell: Cell, mapping: CsvMapping, currency: CurrencyCode): bigint | null {
  const read = (column: string | null) => minorOf(cell(column), mapping.decimalMark, currency);
  if (mapping.amount !== null) return read(mapping.amount);
  const [comeIn, goneOut] = [read(mapping.moneyIn), read(mapping.moneyOut)];
  if (comeIn === null || goneOut === null) return null;
  return comeIn - (goneOut < 0n ? -goneOut : goneOut);
}

/** Groups of thousands by the other mark, a space or an apostrophe; a sign before or after. An empty cell is 0. */
function minorOf(text: string, mark: '.' | ',', currency: CurrencyCode): bigint | null {
  if (text === '') return 0n;
  const compact = text.replaceAll(/[\s'\u00a0\u202f]/g, '').replace(/^\u2212/, '-');
  const found = /^([+-]?)([0-9.,]+)([+-]?)$/.exec(compact);
  const [before = '', figure = '', after = ''] = found?.slice(1) ?? [];
  const grouping = mark === '.' ? ',' : '.';
  const [whole = '', places = '', ...rest] = figure.split(mark);
  const isGrouped = /^[0-9]{1,3}([.,][0-9]{3})*$/.test(whole) && !whole.includes(mark);
  if (found === null || rest.length > 0 || (before !== '' && after !== '') || places.includes(grouping))
    return null;
  if (!isGrouped && !/^[0-9]*$/.test(whole)) return null;
  const units = whole.replaceAll(grouping, '').replace(/^0+(?=[0-9])/, '') || '0';
  const zeroless = places.replace(/0+$/, '');
  const minor = parseMinor(zeroless === '' ? units : `${units}.${zeroless}`, currency);
  if (!minor.ok) return null;
  return before === '-' || after === '-' ? -minor.value : minor.value;
}

function dateOf(text: string, format: CsvMapping['dateFormat']): CalendarDate | null {
  const figures = text.split(/[^0-9]/).filter((part) => part !== '');
  const order = format.split(/[^A-Z]/);
  const part = (letter: string) => figures[order.findIndex((one) => one.startsWith(letter))] ?? '';
  const year = part('Y');
  const whole = order.includes('YY') ? `20${year.padStart(2, '0')}` : year;
  const date = parseDate(`${whole}-${part('M').padStart(2, '0')}-${part('D').padStart(2, '0')}`);
  return date.ok ? date.value : null;
}
