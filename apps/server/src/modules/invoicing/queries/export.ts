import { formatDecimal12, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { currencyCode } from '@billhook/core/money/currency';
import { formatMinor } from '@billhook/core/money/format';
import type { Instant } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../../platform/context.ts';
import { isoOrNull } from '../../../platform/sql.ts';
import { getCustomers } from '../../customers/api.ts';
import { csvRecord } from '../csv.ts';

/** One line of an invoice for people and spreadsheets. */
export type ExportedLine = {
  /** The seller's own id of the customer, or ours where it gave none. */
  customer: string;
  invoice: string;
  line: string;
  /** Decimal text without trailing zeros. */
  quantity: string;
  currency: string;
  /** In currency units, such as `2.91`. */
  amount: string;
};

export const EXPORT_COLUMNS = ['customer', 'invoice', 'line', 'quantity', 'currency', 'amount'] as const;

type Row = {
  customerId: string;
  invoice: string;
  line: string;
  quantity: string;
  currency: string;
  amountMinor: bigint;
};

/** The numeric text of the database in its shortest form. */
export function shortDecimal(text: string): string {
  const value = parseDecimal12(text);
  invariant(value.ok, 'A stored quantity is a decimal.');
  return formatDecimal12(value.value);
}

/** Lines of all documents that are not void, in order of number and position. `to` is exclusive. */
export async function exportLines(
  ctx: QueryCtx,
  range: { from: Instant | null; to: Instant | null },
): Promise<ExportedLine[]> {
  const rows = await ctx.sql.rows<Row>(
    `select i.customer_id as "customerId", i.number as invoice, l.description as line,
       l.quantity::text as quantity, l.currency, l.amount_minor as "amountMinor"
     from invoices i
     join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id
     where i.tenant_id = $1 and i.status not in ('void', 'skipped')
       and ($2::timestamptz is null or i.issued_at >= $2) and ($3::timestamptz is null or i.issued_at < $3)
     order by i.year, i.series, i.sequence, l.position`,
    [ctx.tenant.id, isoOrNull(range.from), isoOrNull(range.to)],
  );
  const customers = await getCustomers(
    ctx,
    rows.map((row) => row.customerId),
  );
  return rows.map(({ amountMinor, quantity, customerId, ...row }) => ({
    customer: customers.get(customerId)?.externalId ?? encodeTypeId('cus', customerId),
    ...row,
    quantity: shortDecimal(quantity),
    amount: formatMinor(amountMinor, currencyCode(row.currency)),
  }));
}

/** The same as CSV with a head line. */
export function exportCsv(lines: readonly ExportedLine[]): string {
  const records = lines.map((line) => csvRecord(EXPORT_COLUMNS.map((column) => line[column])));
  return csvRecord(EXPORT_COLUMNS) + records.join('');
}
