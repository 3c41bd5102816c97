import type { LineKind } from '@billhook/core/invoicing/line';
import type { TaxJurisdiction, TaxRate } from '@billhook/core/invoicing/tax';
import type { JsonObject } from '@billhook/core/kernel/json';
import type { Instant } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../../platform/context.ts';
import { isoOrNull } from '../../../platform/sql.ts';
import type { StoredDiscount } from '../stored-explanation.ts';

export type StoredInvoice = {
  id: string;
  customerId: string;
  subscriptionId: string | null;
  status: 'open' | 'paid' | 'void' | 'uncollectible' | 'skipped';
  /** Who computed it. One of Stripe is neither collected nor changed here. */
  authority: 'billhook' | 'stripe';
  /** Where the customer sees and pays an invoice of Stripe. */
  hostedUrl: string | null;
  collection: 'automatic' | 'manual';
  /** Empty for a skipped one, which has no document. */
  number: string;
  currency: string;
  subtotalMinor: bigint;
  taxMinor: bigint;
  totalMinor: bigint;
  taxMode: 'exclusive' | 'inclusive';
  creditAppliedMinor: bigint;
  creditGrantedMinor: bigint;
  paidMinor: bigint;
  /** Paid by credit that was granted after the issue. */
  creditPaidMinor: bigint;
  refundedMinor: bigint;
  /** What credit notes took back of the total. */
  creditedMinor: bigint;
  /** The part of that which was still due and is not any more; also in `creditPaidMinor`. */
  noteReducedMinor: bigint;
  dueMinor: bigint;
  failureCount: number;
  retryAt: Instant | null;
  taxes: StoredTax[];
  seller: JsonObject;
  buyer: JsonObject;
  issuedAt: Instant;
  dueAt: Instant;
  paidAt: Instant | null;
  voidedAt: Instant | null;
  contentSha256: Uint8Array;
  pdfFileId: string | null;
  /** The voided invoice that this one takes the place of. */
  replacesInvoiceId: string | null;
  /** The invoice that it raises, and why; both null on what is no debit note. */
  raisesInvoiceId: string | null;
  raiseReason: string | null;
  /** When its years of retention were over and who bought was taken out of it; null before. */
  takenAwayAt: Instant | null;
};

export type StoredTax = {
  rate_id: string;
  name: string;
  percent: string;
  /** Of EN 16931; left out by invoices of Stripe. */
  category?: TaxRate['category'];
  /** The words of the law where nothing is charged. */
  exemption?: string;
  /** Who levies it, where a provider of taxes said so. */
  jurisdiction?: TaxJurisdiction;
  net_minor: string;
  tax_minor: string;
};

export type StoredLine = {
  id: string;
  invoiceId: string;
  position: number;
  key: string;
  /** `mirrored`: Stripe computed it. */
  kind: LineKind | 'mirrored';
  description: string;
  subscriptionId: string;
  /** Null for a one-off charge. */
  itemId: string | null;
  /** Null for a charge that was named by hand. */
  priceId: string | null;
  planVersionId: string;
  meterId: string | null;
  /** Decimal text of the column, with all its places. */
  quantity: string;
  unit: string;
  grossMinor: bigint;
  discounts: StoredDiscount[];
  amountMinor: bigint;
  /** What credit notes took back of the amount, of its sign. */
  creditedMinor: bigint;
  netMinor: bigint;
  taxMinor: bigint;
  taxRateId: string | null;
  taxCode: string;
  currency: string;
  periodStart: Instant;
  periodEnd: Instant;
  explanation: JsonObject;
};

const INVOICE = `id, customer_id as "customerId", subscription_id as "subscriptionId", status, authority,
  hosted_url as "hostedUrl", collection,
  coalesce(number, '') as number, currency, subtotal_minor as "subtotalMinor", tax_minor as "taxMinor",
  total_minor as "totalMinor", tax_mode as "taxMode", credit_applied_minor as "creditAppliedMinor",
  credit_granted_minor as "creditGrantedMinor", paid_minor as "paidMinor",
  credit_paid_minor as "creditPaidMinor", refunded_minor as "refundedMinor",
  credited_minor as "creditedMinor", note_reduced_minor as "noteReducedMinor",
  due_minor as "dueMinor", failure_count as "failureCount", retry_at as "retryAt", taxes, seller, buyer,
  issued_at as "issuedAt", due_at as "dueAt", paid_at as "paidAt", voided_at as "voidedAt",
  content_sha256 as "contentSha256", pdf_file_id as "pdfFileId", replaces_invoice_id as "replacesInvoiceId",
  raises_invoice_id as "raisesInvoiceId", raise_reason as "raiseReason", taken_away_at as "takenAwayAt"`;

/** What a line says of itself stands in its document (`i`), which is taken apart once. */
const LINE = `l.id, invoice_id as "invoiceId", position, key, kind, description, subscription_id as "subscriptionId",
  item_id as "itemId", price_id as "priceId", plan_version_id as "planVersionId", meter_id as "meterId",
  quantity::text as quantity, unit, gross_minor as "grossMinor", discounts, amount_minor as "amountMinor",
  credited_minor as "creditedMinor", net_minor as "netMinor", tax_minor as "taxMinor",
  tax_rate_id as "taxRateId", tax_code as "taxCode", currency, period_start as "periodStart", period_end as "periodEnd",
  coalesce(l.explanation, i.lines -> (l.position - 1) -> 'explanation') as explanation`;

/** Undefined where the tenant has no such document. */
export function findInvoice(ctx: QueryCtx, id: string): Promise<StoredInvoice | undefined> {
  return ctx.sql.row<StoredInvoice>(
    `select ${INVOICE} from invoices where tenant_id = $1 and id = $2 and status <> 'skipped'`,
    [ctx.tenant.id, id],
  );
}

/** As `findInvoice`, locked until the end of the transaction. Lock the customer first. */
export function lockInvoice(ctx: QueryCtx, id: string): Promise<StoredInvoice | undefined> {
  return ctx.sql.row<StoredInvoice>(
    `select ${INVOICE} from invoices where tenant_id = $1 and id = $2 and status <> 'skipped' for update`,
    [ctx.tenant.id, id],
  );
}

/** What a customer still owes, oldest first, each with the subscriptions that it bills. */
export function unpaidOf(
  ctx: QueryCtx,
  customerId: string,
  currency: string,
): Promise<
  (Pick<StoredInvoice, 'id' | 'status' | 'dueMinor' | 'failureCount'> & { subscriptionIds: string[] })[]
> {
  return ctx.sql.rows(
    `select i.id, i.status, i.due_minor as "dueMinor", i.failure_count as "failureCount",
       array(select distinct l.subscription_id from invoice_lines l
             where l.tenant_id = i.tenant_id and l.invoice_id = i.id) as "subscriptionIds"
     from invoices i
     where i.tenant_id = $1 and i.customer_id = $2 and i.currency = $3 and i.authority = 'billhook' and i.status in ('open', 'uncollectible')
       and i.due_minor > 0
     order by i.issued_at, i.sequence, i.id`,
    [ctx.tenant.id, customerId, currency],
  );
}

export function findInvoices(ctx: QueryCtx, ids: readonly string[]): Promise<StoredInvoice[]> {
  return ctx.sql.rows<StoredInvoice>(
    `select ${INVOICE} from invoices where tenant_id = $1 and id = any ($2::uuid[]) order by id`,
    [ctx.tenant.id, ids],
  );
}

export function linesOf(ctx: QueryCtx, invoiceIds: readonly string[]): Promise<StoredLine[]> {
  return ctx.sql.rows<StoredLine>(
    `with i as materialized (
       select id, app.frozen_text(d)::jsonb -> 'lines' as lines from invoices d where tenant_id = $1 and id = any ($2::uuid[])
     )
     select ${LINE} from invoice_lines l join i on i.id = l.invoice_id
     where l.tenant_id = $1 and l.invoice_id = any ($2::uuid[]) order by l.invoice_id, l.position`,
    [ctx.tenant.id, invoiceIds],
  );
}

export function findLine(ctx: QueryCtx, id: string): Promise<StoredLine | undefined> {
  return ctx.sql.row<StoredLine>(
    `select ${LINE} from invoice_lines l, lateral (
       select app.frozen_text(d)::jsonb -> 'lines' as lines from invoices d where d.tenant_id = $1 and d.id = l.invoice_id
     ) i where l.tenant_id = $1 and l.id = $2`,
    [ctx.tenant.id, id],
  );
}

export type InvoiceFilter = {
  limit: number;
  customerId?: string | null;
  subscriptionId?: string | null;
  status?: string | null;
  /** Invoices or debit notes alone. */
  kind?: 'invoice' | 'debit_note' | null;
  /** Part of the number or of the buyer's name. */
  search?: string | null;
  issuedFrom?: Instant | null;
  issuedBefore?: Instant | null;
  /** The last invoice of the page before. */
  startingAfter?: string | null;
};

/** Newest first. Skipped ones are no documents and are left out. */
export function listInvoices(ctx: QueryCtx, filter: InvoiceFilter): Promise<StoredInvoice[]> {
  const search = filter.search ? `%${filter.search.replaceAll(/[\\%_]/g, (match) => `\\${match}`)}%` : null;
  return ctx.sql.rows<StoredInvoice>(
    `select ${INVOICE} from invoices i
     where tenant_id = $1 and status <> 'skipped'
       and ($2::uuid is null or customer_id = $2)
       and ($3::uuid is null or subscription_id = $3)
       and ($4::text is null or status = $4)
       and ($5::text is null or number ilike $5 or buyer ->> 'name' ilike $5)
       and ($6::timestamptz is null or issued_at >= $6)
       and ($7::timestamptz is null or issued_at < $7)
       and ($8::uuid is null or (issued_at, id) < (select issued_at, id from invoices where tenant_id = $1 and id = $8))
       and ($10::text is null or (raises_invoice_id is not null) = ($10 = 'debit_note'))
     order by issued_at desc, id desc limit $9`,
    [
      ctx.tenant.id,
      filter.customerId ?? null,
      filter.subscriptionId ?? null,
      filter.status ?? null,
      search,
      isoOrNull(filter.issuedFrom),
      isoOrNull(filter.issuedBefore),
      filter.startingAfter ?? null,
      filter.limit,
      filter.kind ?? null,
    ],
  );
}

/** Those of these subscriptions whose collection has failed on another invoice that is still open. */
export async function failingElsewhere(
  ctx: QueryCtx,
  invoiceId: string,
  subscriptionIds: readonly string[],
): Promise<string[]> {
  const rows = await ctx.sql.rows<{ id: string }>(
    `select distinct l.subscription_id as id from invoices i
     join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id
     where i.tenant_id = $1 and i.id <> $2 and i.status = 'open' and i.failure_count > 0
       and l.subscription_id = any ($3::uuid[])`,
    [ctx.tenant.id, invoiceId, subscriptionIds],
  );
  return rows.map(({ id }) => id);
}
