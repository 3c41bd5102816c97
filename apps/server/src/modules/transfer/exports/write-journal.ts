import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { formatDate } from '@billhook/core/time/calendar-date';
import type { CellKind, ExportColumn, ExportRow } from '@billhook/core/transfer/cell';
import { csvHead, csvRow } from '@billhook/core/transfer/csv';
import { parquetEnd, parquetPart } from './parquet.ts';
import { countTransactions, type JournalBooking, readJournal } from './read-journal.ts';
import type { ExportJob } from './repo.ts';
import type { StepDeps, Writer } from './step.ts';

const column =
  (kind: CellKind) =>
  (name: string): ExportColumn => ({ name, kind });
const text = column('text');

const COLUMNS: readonly ExportColumn[] = [
  text('transaction'),
  column('date')('date'),
  text('document'),
  text('text'),
  text('debit_account'),
  text('credit_account'),
  text('currency'),
  column('amount')('amount'),
  text('customer_external_id'),
  text('customer_name'),
];

const rowOf = (booking: JournalBooking): ExportRow => ({
  transaction: encodeTypeId('txn', booking.id),
  date: formatDate(booking.on),
  document: booking.document,
  text: booking.text,
  debit_account: booking.debit,
  credit_account: booking.credit,
  currency: booking.currency,
  amount: booking.amountMinor,
  customer_external_id: booking.customerExternalId,
  customer_name: booking.customerName,
});

const pageOf = ({ transactor, request, pageRows }: StepDeps, job: ExportJob) =>
  transactor.query(request, (ctx) => readJournal(ctx, job, job.cursor as string | null, pageRows));

/** The ledger as bookings of two accounts each, for any program of accountants. */
export const journalCsv: Writer = {
  total: countTransactions,
  async step(deps, job) {
    const { transactions, bookings, next } = await pageOf(deps, job);
    const head = job.partCount === 0 ? csvHead(COLUMNS) : '';
    const lines = bookings.map((booking) => csvRow(COLUMNS, rowOf(booking))).join('');
    return { bytes: Buffer.from(head + lines), rows: transactions, cursor: next, footer: null };
  },
};

export const journalParquet: Writer = {
  total: countTransactions,
  async step(deps, job) {
    const { transactions, bookings, next } = await pageOf(deps, job);
    const before = Number(job.byteSize);
    const { bytes, footer } = await parquetPart(COLUMNS, bookings.map(rowOf), before);
    if (next !== null) return { bytes, rows: transactions, cursor: next, footer };
    const end = await parquetEnd(COLUMNS, [...(await deps.footers()), footer], before + bytes.byteLength);
    return { bytes: Buffer.concat([bytes, end]), rows: transactions, cursor: null, footer };
  },
};
