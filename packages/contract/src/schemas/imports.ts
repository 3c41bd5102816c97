import { Type } from 'typebox';
import { count, id, line, nullable, obj, text, timestamp } from '../common.ts';

export const importKind = Type.Enum(['customers', 'subscriptions']);
export const importStatus = Type.Enum(['checking', 'checked', 'running', 'done', 'failed', 'canceled']);
/** What a row would do, or has done. */
export const importOutcome = Type.Enum(['create', 'change', 'same', 'refuse']);

export const dataImport = obj({
  id: id('imp'),
  object: Type.Literal('import'),
  kind: importKind,
  file_name: line(200),
  /** Which column of the file each field is read from. */
  mapping: Type.Record(Type.String(), line(200)),
  status: importStatus,
  rows_total: count,
  rows_done: count,
  /** What the dry run says, and once it ran, what was done. */
  counts: obj({ create: count, change: count, same: count, refuse: count }),
  remaining_ms: nullable(count),
  fault: nullable(line(2_000)),
  created_by: line(100),
  created_at: timestamp,
  finished_at: nullable(timestamp),
});

export const createImport = obj({
  kind: importKind,
  delimiter: Type.Optional(Type.Enum([',', ';', '\t'])),
  /** JSON: the column of the file by field. Columns that are called as a field is need none. */
  mapping: Type.Optional(text(10_000)),
});

export const importLine = obj({
  object: Type.Literal('import_line'),
  line: count,
  external_id: nullable(line(200)),
  outcome: importOutcome,
  /** The customer or subscription that it is about, once it is there. */
  object_id: nullable(line(100)),
  /** Which fields change. */
  fields: Type.Array(line(100)),
  /** Why it is refused. */
  reasons: Type.Array(line(2_000)),
});
