import { readCsv } from '@billhook/core/banking/csv/read-csv';
import {
  type ColumnMapping,
  type ImportKind,
  type ImportRecord,
  mapColumns,
  readRecords,
} from '@billhook/core/transfer/import-rows';
import { refuse } from '../../../platform/refuse.ts';

/** The rows of a file and how its columns are read. Refuses with `import.not_read`. */
export function readImportFile(
  kind: ImportKind,
  bytes: Uint8Array,
  delimiter: string,
  given: ColumnMapping,
): { mapping: ColumnMapping; records: ImportRecord[] } {
  const read = readCsv(textOf(bytes), delimiter);
  if (!read.ok) return refuse('import.not_read', `${read.refusal.detail}${placeOf(read.refusal.facts)}`);
  const [head, ...rows] = read.value;
  if (head === undefined || rows.length === 0)
    return refuse('import.not_read', 'The file has no rows below its headings.');
  const mapped = mapColumns(kind, head.cells, given);
  if (!mapped.ok) return refuse('import.not_read', mapped.refusal.detail);
  return { mapping: mapped.value, records: readRecords(head.cells, rows, mapped.value) };
}

const placeOf = ({ line }: Readonly<Record<string, unknown>>) =>
  line === undefined ? '' : ` See line ${String(line)}.`;

function textOf(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\u0000')) return text;
  } catch {
    // It is said below.
  }
  return refuse('import.not_read', 'The file is not text in UTF-8.');
}
