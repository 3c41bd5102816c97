import { type CellValue, cellText, type ExportColumn, type ExportRow } from './cell.ts';

const RISKY = /^[=+\-@\t\r\n＝＋－＠]/u;

/**
 * A text that a spreadsheet would take for a formula gets an apostrophe before it, as spreadsheets themselves mark texts.
 * Figures are never touched: a cell that is one is exact.
 */
export function guardFormula(text: string): string {
  return RISKY.test(text) ? `'${text}` : text;
}

/** One cell of RFC 4180: quoted where it holds the delimiter, a quote, a line break or space at its ends. */
export function csvCell(text: string, delimiter = ','): string {
  const isPlain = !text.includes(delimiter) && !/["\r\n]/.test(text) && text === text.trim();
  return isPlain ? text : `"${text.replaceAll('"', '""')}"`;
}

/** One row with its end. */
export function csvLine(cells: readonly string[], delimiter = ','): string {
  // A row of one empty cell would be read as an empty line.
  if (cells.length === 1 && cells[0] === '') return '""\r\n';
  return `${cells.map((cell) => csvCell(cell, delimiter)).join(delimiter)}\r\n`;
}

export function csvHead(columns: readonly ExportColumn[]): string {
  return csvLine(columns.map(({ name }) => name));
}

/** A row of an export: amounts stand in units of the currency that the row names in `currency`. */
export function csvRow(columns: readonly ExportColumn[], row: ExportRow): string {
  const currency = typeof row.currency === 'string' ? row.currency : null;
  return csvLine(
    columns.map(({ name, kind }) => {
      const value: CellValue = row[name] ?? null;
      const text = cellText(kind, value, currency);
      return kind === 'text' ? guardFormula(text) : text;
    }),
  );
}
