import { Type } from 'typebox';
import { count, currency, id, line, nullable, obj, timestamp, webAddress } from '../common.ts';

export const exportKind = Type.Enum([
  'invoices',
  'invoice_lines',
  'payments',
  'ledger',
  'journal',
  'datev',
  'customer',
]);
export const exportFormat = Type.Enum(['csv', 'parquet', 'extf', 'zip']);
export const exportStatus = Type.Enum(['queued', 'running', 'done', 'failed', 'canceled', 'expired']);

export const day = Type.String({
  format: 'date',
  pattern: '^(?:19[7-9][0-9]|20[0-9]{2})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$',
  description: "A day in the seller's time zone.",
  examples: ['2026-03-31'],
});

export const dataExport = obj({
  id: id('exp'),
  object: Type.Literal('export'),
  kind: exportKind,
  format: exportFormat,
  from: nullable(day),
  to: nullable(day),
  currency: nullable(currency),
  customer: nullable(id('cus')),
  status: exportStatus,
  file_name: line(200),
  /** Null until they are counted. */
  rows_total: nullable(count),
  rows_done: count,
  byte_size: count,
  /** An estimate by how long the rows so far took; null where nothing is known yet or nothing is left. */
  remaining_ms: nullable(count),
  /** Why it could not be made. */
  fault: nullable(line(2_000)),
  created_by: line(100),
  created_at: timestamp,
  finished_at: nullable(timestamp),
  /** When the file is deleted. */
  expires_at: nullable(timestamp),
});

export const createExport = obj({
  kind: exportKind,
  /** csv where it is left out, extf for datev, zip for a customer. */
  format: Type.Optional(exportFormat),
  /** First day; all that there is where it is left out. */
  from: Type.Optional(day),
  /** Last day, which is in it. */
  to: Type.Optional(day),
  currency: Type.Optional(currency),
  customer: Type.Optional(id('cus')),
});

export const exportLink = obj({
  object: Type.Literal('export_link'),
  url: webAddress,
  expires_at: timestamp,
});
