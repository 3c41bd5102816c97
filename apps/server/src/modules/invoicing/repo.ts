import type { BilledLine, LineKind } from '@billhook/core/invoicing/line';
import { type Decimal12, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { patternInsert } from '../../platform/pattern-insert.ts';
import { type RowOf, setInsert } from '../../platform/set-insert.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';

/**
 * Takes `count` numbers of a series in one step and locks its row until the end of the transaction. The answer's time
 * is never before that of an earlier number.
 */
export async function takeNumbers(
  ctx: CommandCtx,
  series: string,
  year: number,
  count: number,
  issuedAt: Instant,
): Promise<{ first: bigint; issuedAt: Instant }> {
  const row = await ctx.sql.row<{ last: bigint; issuedAt: Instant }>(
    `insert into number_series as s (tenant_id, series, year, last_number, last_issued_at) values ($1, $2, $3, $4, $5)
     on conflict (tenant_id, series, year) do update
       set last_number = s.last_number + $4, last_issued_at = greatest(s.last_issued_at, $5)
     returning last_number as last, last_issued_at as "issuedAt"`,
    [ctx.tenant.id, series, year, count, iso(issuedAt)],
  );
  if (row === undefined) throw new Error('taking invoice numbers answered no row');
  return { first: row.last - BigInt(count) + 1n, issuedAt: row.issuedAt };
}

/** The columns of a document that is written, by name. */
const INVOICE = {
  id: 'uuid',
  customer_id: 'uuid',
  subscription_id: 'uuid',
  status: 'text',
  collection: 'text',
  series: 'text',
  year: 'whole',
  sequence: 'whole',
  number: 'text',
  currency: 'text',
  subtotal_minor: 'whole',
  tax_minor: 'whole',
  total_minor: 'whole',
  tax_mode: 'text',
  credit_applied_minor: 'whole',
  credit_granted_minor: 'whole',
  taxes: 'json',
  seller: 'json',
  buyer: 'json',
  issued_at: 'time',
  due_at: 'time',
  paid_at: 'time',
  replaces_invoice_id: 'uuid',
  raises_invoice_id: 'uuid',
  raise_reason: 'text',
  canonical: 'text',
  content_sha256: 'hex',
} as const;

export type InvoiceRow = RowOf<typeof INVOICE>;

/**
 * Documents that differ in ids, number and buyer alone have one pattern. Where the pattern has an id, the frozen text of each is
 * kept as what it has of its own, and read by `app.frozen_text`: that knows the number as the second of what is
 * given (-2), and the buyer as the third.
 */
export const invoicePatterns = patternInsert(
  'invoices',
  { ...INVOICE, pattern_id: 'uuid', pattern_names: 'uuid', pattern_buyer: 'text' },
  {
    id: 'name',
    customer_id: 'name',
    subscription_id: 'name',
    sequence: 'given',
    number: 'given',
    buyer: 'given',
    canonical: 'text',
    content_sha256: 'digest',
    pattern_names: 'computed',
    pattern_buyer: 'computed',
  },
  {
    pattern_names:
      'case when p.pattern_id is not null then ($4::uuid[])[f.base + 1 : f.base + coalesce(canonical_parts.names, 0)] end',
    pattern_buyer: 'case when p.pattern_id is not null then f.buyer end',
  },
  { table: 'document_patterns', id: 'pattern_id', text: 'canonical' },
);

/** The columns of a line that is written, by name. */
const LINE = {
  id: 'uuid',
  invoice_id: 'uuid',
  position: 'whole',
  key: 'text',
  kind: 'text',
  description: 'text',
  subscription_id: 'uuid',
  item_id: 'uuid',
  charge_id: 'uuid',
  price_id: 'uuid',
  plan_version_id: 'uuid',
  meter_id: 'uuid',
  quantity: 'decimal',
  unit: 'text',
  gross_minor: 'whole',
  discounts: 'json',
  amount_minor: 'whole',
  net_minor: 'whole',
  tax_minor: 'whole',
  tax_rate_id: 'text',
  tax_code: 'text',
  currency: 'text',
  period_start: 'time',
  period_end: 'time',
  billing_start: 'time',
  billing_end: 'time',
  billable_at: 'time',
  quantity_cutoff_at: 'time',
  collect_at: 'time',
  explanation: 'json',
} as const;

export type LineRow = RowOf<typeof LINE>;

export const lineSet = setInsert('invoice_lines', LINE);

export const linePatterns = patternInsert('invoice_lines', LINE, {
  id: 'made',
  invoice_id: 'name',
  key: 'around',
  subscription_id: 'name',
  item_id: 'name',
  discounts: 'around',
});

type BilledRow = {
  key: string;
  subscriptionId: string;
  itemId: string;
  kind: LineKind;
  start: Instant;
  end: Instant;
  billingStart: Instant;
  billingEnd: Instant;
  quantity: string;
  grossMinor: bigint;
  discounts: DiscountJson[];
  creditedMinor: bigint;
  amountMinor: bigint;
  billableAt: Instant;
  isWaived: boolean;
};

type DiscountJson = {
  discount_id: string;
  period_index: number;
  amount_minor: string;
};

function discountOf(json: DiscountJson): BilledLine['discounts'][number] {
  return {
    discountId: json.discount_id,
    periodIndex: json.period_index,
    amountMinor: BigInt(json.amount_minor),
  };
}

/** A figure as the database writes it. */
export function decimalOf(text: string): Decimal12 {
  const value = parseDecimal12(text);
  invariant(value.ok, 'A stored figure is a decimal.');
  return value.value;
}

/** Every line of these subscriptions that counts as billed: those of invoices that are not void, and waived ones. */
export async function billedLines(ctx: QueryCtx, subscriptionIds: readonly string[]): Promise<BilledLine[]> {
  const rows = await ctx.sql.rows<BilledRow>(
    `select key, subscription_id as "subscriptionId", coalesce(item_id, charge_id) as "itemId", kind,
       period_start as start, period_end as "end", billing_start as "billingStart", billing_end as "billingEnd",
       quantity::text as quantity, gross_minor as "grossMinor", discounts, credited_minor as "creditedMinor", amount_minor as "amountMinor",
       billable_at as "billableAt", waived_at is not null as "isWaived"
     from invoice_lines where tenant_id = $1 and subscription_id = any ($2::uuid[]) and voided_at is null`,
    [ctx.tenant.id, subscriptionIds],
  );
  return rows.map(({ start, end, billingStart, billingEnd, quantity, discounts, ...line }) => ({
    ...line,
    servicePeriod: { start, end },
    billingPeriod: { start: billingStart, end: billingEnd },
    quantity: decimalOf(quantity),
    discounts: discounts.map(discountOf),
  }));
}

/** Moves the payment state. Writes only over the status that the decision rests on; false if it was another. */
export async function movePaymentState(
  ctx: CommandCtx,
  change: { invoiceId: string; fromStatus: string; status: string; paidDeltaMinor: bigint },
): Promise<boolean> {
  const changed = await ctx.sql.run(
    `update invoices set status = $4, paid_minor = paid_minor + $5,
       paid_at = case when $4 = 'paid' then $6::timestamptz else paid_at end
     where tenant_id = $1 and id = $2 and status = $3`,
    [ctx.tenant.id, change.invoiceId, change.fromStatus, change.status, change.paidDeltaMinor, iso(ctx.now)],
  );
  return changed === 1;
}

/** The database refuses credit beyond what is left to pay. */
export async function payByCredit(
  ctx: CommandCtx,
  change: { invoiceId: string; fromStatus: string; status: string; amountMinor: bigint },
): Promise<boolean> {
  const changed = await ctx.sql.run(
    `update invoices set status = $4, credit_paid_minor = credit_paid_minor + $5,
       paid_at = case when $4 = 'paid' then $6::timestamptz else paid_at end
     where tenant_id = $1 and id = $2 and status = $3`,
    [ctx.tenant.id, change.invoiceId, change.fromStatus, change.status, change.amountMinor, iso(ctx.now)],
  );
  return changed === 1;
}

export async function setRetry(
  ctx: CommandCtx,
  invoiceId: string,
  at: Instant | null,
  failureCount: number,
): Promise<void> {
  await ctx.sql.run(
    'update invoices set retry_at = $3, failure_count = $4 where tenant_id = $1 and id = $2',
    [ctx.tenant.id, invoiceId, isoOrNull(at), failureCount],
  );
}

export async function addRefunded(ctx: CommandCtx, invoiceId: string, deltaMinor: bigint): Promise<void> {
  await ctx.sql.run(
    'update invoices set refunded_minor = refunded_minor + $3 where tenant_id = $1 and id = $2',
    [ctx.tenant.id, invoiceId, deltaMinor],
  );
}

/** Voids the invoice. The periods that its lines had billed are let go; those of some lines stay billed, as waived. */
export async function markVoid(
  ctx: CommandCtx,
  invoiceId: string,
  waivedKeys: readonly string[],
): Promise<void> {
  await ctx.sql.run(
    `update invoices set status = 'void', voided_at = $3, retry_at = null where tenant_id = $1 and id = $2`,
    [ctx.tenant.id, invoiceId, iso(ctx.now)],
  );
  await ctx.sql.run(
    `update invoice_lines set waived_at = case when key = any ($4::text[]) then $3::timestamptz end,
       voided_at = case when key = any ($4::text[]) then null else $3::timestamptz end
     where tenant_id = $1 and invoice_id = $2`,
    [ctx.tenant.id, invoiceId, iso(ctx.now), waivedKeys],
  );
}

/** Keeps the first rendered file; false if another was kept before. */
export async function keepPdf(ctx: CommandCtx, invoiceId: string, fileId: string): Promise<boolean> {
  const changed = await ctx.sql.run(
    'update invoices set pdf_file_id = $3 where tenant_id = $1 and id = $2 and pdf_file_id is null',
    [ctx.tenant.id, invoiceId, fileId],
  );
  return changed === 1;
}
