import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { iso } from '../../../platform/sql.ts';
import type { ExportRecord } from './repo.ts';

const isoOrNone = (moment: number | null) => (moment === null ? null : iso(moment));

/** The name that the file is kept under. DATEV asks for one that begins with EXTF. */
export function fileNameOf({ kind, format, from, to, currency, id }: ExportRecord): string {
  const about = [kind, currency, from, to].filter((part) => part !== null).join('-');
  if (format === 'extf') return `EXTF_${about}.csv`;
  return kind === 'customer' ? `customer-${id.slice(-8)}.zip` : `${about}.${format}`;
}

export function presentExport(record: ExportRecord) {
  const { rowsTotal, rowsDone, busyMs, state } = record;
  const isOpen = state === 'queued' || state === 'running';
  const left = rowsTotal === null || rowsTotal < rowsDone ? null : rowsTotal - rowsDone;
  const remaining = !isOpen || left === null || rowsDone === 0n ? null : (busyMs * left) / rowsDone;
  return {
    id: encodeTypeId('exp', record.id),
    object: 'export' as const,
    kind: record.kind,
    format: record.format,
    from: record.from,
    to: record.to,
    currency: record.currency,
    customer: record.customerId === null ? null : encodeTypeId('cus', record.customerId),
    status: state,
    file_name: fileNameOf(record),
    rows_total: rowsTotal === null ? null : Number(rowsTotal),
    rows_done: Number(rowsDone),
    byte_size: Number(record.byteSize),
    remaining_ms: remaining === null ? null : Number(remaining),
    fault: record.fault,
    created_by: record.createdBy,
    created_at: iso(record.createdAt),
    finished_at: isoOrNone(record.finishedAt),
    expires_at: isoOrNone(record.expiresAt),
  };
}
