import type { CsvRow } from '../banking/csv/read-csv.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';

export type ImportKind = 'customers' | 'subscriptions';

/** What can be read of each kind; those that are needed come first. */
const FIELDS: Readonly<
  Record<ImportKind, { readonly needed: readonly string[]; readonly more: readonly string[] }>
> = {
  customers: {
    needed: ['external_id', 'name'],
    more: [
      'email',
      'currency',
      'time_zone',
      'country',
      'line1',
      'line2',
      'postal_code',
      'city',
      'region',
      'tax_id',
      'tax_exempt',
      'payment_terms_days',
      'locale',
    ],
  },
  subscriptions: {
    needed: ['external_id', 'customer', 'plan'],
    more: ['quantity', 'currency', 'start_at', 'trial_days', 'paid_until', 'billing_day', 'collection'],
  },
};

/** Which column of the file each field is read from. */
export type ColumnMapping = Readonly<Record<string, string>>;

const plain = (name: string) => name.trim().toLowerCase().replaceAll(/[ -]+/g, '_');

/**
 * Finds the column of each field: the one that is named, else the one that is called as the field is. Refusals:
 * `import.head` for headings that occur twice, fields that are unknown, columns that are not there, needed ones that miss.
 */
export function mapColumns(
  kind: ImportKind,
  head: readonly string[],
  given: ColumnMapping,
): Result<ColumnMapping> {
  const { needed, more } = FIELDS[kind];
  const fields = [...needed, ...more];
  const titles = head.map((title) => title.trim());
  const twice = titles.find((title, index) => title !== '' && titles.indexOf(title) !== index);
  if (twice !== undefined) return refuse('import.head', `The column "${twice}" is there twice.`);
  const mapping: Record<string, string> = {};
  for (const [field, column] of Object.entries(given)) {
    if (!fields.includes(field))
      return refuse('import.head', `There is no field ${field}. There are: ${fields.join(', ')}.`);
    if (!titles.includes(column)) return refuse('import.head', `The file has no column "${column}".`);
    mapping[field] = column;
  }
  for (const field of fields) {
    const column = titles.find((title) => plain(title) === field);
    if (mapping[field] === undefined && column !== undefined) mapping[field] = column;
  }
  const missing = needed.filter((field) => mapping[field] === undefined);
  return missing.length === 0
    ? ok(mapping)
    : refuse('import.head', `No column says ${missing.join(' or ')}. Name it in the mapping.`);
}

export interface ImportRecord {
  /** Its place among the rows, from 1. */
  readonly position: number;
  /** The line of the file on which it begins. */
  readonly line: number;
  /** Fields that hold something. */
  readonly values: Readonly<Record<string, string>>;
  /** What is wrong with the row before anything of it is read. */
  readonly fault: string | null;
}

/** The rows as fields. An external id that was named on an earlier line makes the later one wrong. */
export function readRecords(
  head: readonly string[],
  rows: readonly CsvRow[],
  mapping: ColumnMapping,
): ImportRecord[] {
  const places = Object.entries(mapping).map(
    ([field, column]) => [field, head.findIndex((title) => title.trim() === column)] as const,
  );
  const seen = new Map<string, number>();
  return rows.map(({ line, cells }, index) => {
    const values: Record<string, string> = {};
    for (const [field, place] of places) {
      const text = cells[place]?.trim() ?? '';
      if (text !== '') values[field] = text;
    }
    const id = values.external_id;
    const before = id === undefined ? undefined : seen.get(id);
    if (id !== undefined && before === undefined) seen.set(id, line);
    const fault =
      cells.length > head.length
        ? 'The row has more cells than there are headings.'
        : id === undefined
          ? 'The row has no external id.'
          : before === undefined
            ? null
            : `The external id was named on line ${before} already.`;
    return { position: index + 1, line, values, fault };
  });
}

const YES = new Set(['true', 'yes', 'y', '1']);
const NO = new Set(['false', 'no', 'n', '0']);

/** A yes or a no as people write them; null where it is neither. */
export function readYesNo(text: string): boolean | null {
  const word = text.toLowerCase();
  return YES.has(word) ? true : NO.has(word) ? false : null;
}

/** A whole number without signs; null where it is none. */
export function readWhole(text: string): number | null {
  return /^(?:0|[1-9][0-9]{0,8})$/.test(text) ? Number(text) : null;
}

/** Which fields of what there is would be another value. */
export function changedFields(
  current: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, unknown>>,
): string[] {
  const text = (value: unknown) => JSON.stringify(value ?? null, sorted);
  return Object.keys(wanted).filter((field) => text(current[field]) !== text(wanted[field]));
}

/** Members in one order, and those that hold nothing left out. */
function sorted(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined && one !== '');
  return Object.fromEntries(entries.toSorted(([left], [right]) => (left < right ? -1 : 1)));
}
