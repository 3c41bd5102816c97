import { ok, type Result, refuse } from '../../kernel/result.ts';

const MOST_ROWS = 200_000;

/** One row with the line of the file on which it begins. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * Reads RFC 4180 with a delimiter of choice: quoted cells may hold delimiters, line breaks and doubled quotes. Empty
 * rows are left out. Refusals: `csv.quotes` for a quote that has no end or text after one, `csv.too_many_rows`.
 */
export function readCsv(source: string, delimiter: string): Result<readonly CsvRow[]> {
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let line = 1;
  let began = 1;
  let at = source.startsWith('\ufeff') ? 1 : 0;
  const endRow = () => {
    if (cells.some((cell) => cell.trim() !== '')) rows.push({ line: began, cells });
    cells = [];
    began = line;
  };
  while (at < source.length) {
    const cell = source[at] === '"' ? quoted(source, at) : bare(source, at, delimiter);
    if (cell === null)
      return refuse('csv.quotes', `A quote has no end or is not followed by "${delimiter}".`, { line });
    cells.push(cell.text);
    line += cell.breaks;
    at = cell.end;
    if (source[at] === delimiter) {
      at++;
      if (at < source.length) continue;
      cells.push('');
    } else if (at < source.length && source[at] !== '\r' && source[at] !== '\n')
      return refuse('csv.quotes', `A quote is not followed by "${delimiter}" or the end of the row.`, {
        line,
      });
    if (source[at] === '\r') at++;
    if (source[at] === '\n') at++;
    line++;
    endRow();
    if (rows.length > MOST_ROWS) return refuse('csv.too_many_rows', 'A file has up to 200,000 rows.');
  }
  return ok(rows);
}

function quoted(source: string, start: number) {
  let text = '';
  let breaks = 0;
  let at = start + 1;
  for (;;) {
    const end = source.indexOf('"', at);
    if (end === -1) return null;
    const part = source.slice(at, end);
    breaks += part.split('\n').length - 1;
    text += part;
    if (source[end + 1] !== '"') return { text, breaks, end: end + 1 };
    text += '"';
    at = end + 2;
  }
}

function bare(source: string, start: number, delimiter: string) {
  let end = start;
  while (end < source.length && source[end] !== delimiter && source[end] !== '\r' && source[end] !== '\n')
    end++;
  return { text: source.slice(start, end), breaks: 0, end };
}
