import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';

export type DocumentKind = 'pro_forma' | 'statement' | 'dunning_letter';

export type StoredDocument = {
  id: string;
  customerId: string;
  kind: DocumentKind;
  level: 1 | 2 | 3 | null;
  number: string;
  currency: string;
  totalMinor: bigint;
  issuedAt: Instant;
  canonical: string;
  contentSha256: Uint8Array;
  pdfFileId: string | null;
  sentTimes: number;
  sentAt: Instant | null;
  sentTo: string | null;
};

const DOCUMENT = `id, customer_id as "customerId", kind, level, number, currency, total_minor as "totalMinor",
  issued_at as "issuedAt", canonical, content_sha256 as "contentSha256", pdf_file_id as "pdfFileId",
  sent_times as "sentTimes", sent_at as "sentAt", sent_to as "sentTo"`;

export function findDocument(ctx: QueryCtx, id: string): Promise<StoredDocument | undefined> {
  return ctx.sql.row<StoredDocument>(
    `select ${DOCUMENT} from customer_documents where tenant_id = $1 and id = $2`,
    [ctx.tenant.id, id],
  );
}

export type DocumentFilter = {
  limit: number;
  customerId: string | null;
  kind: DocumentKind | null;
  /** The last document of the page before. */
  startingAfter: string | null;
};

/** Newest first. */
export function listDocuments(ctx: QueryCtx, filter: DocumentFilter): Promise<StoredDocument[]> {
  const { customerId, kind, startingAfter, limit } = filter;
  return ctx.sql.rows<StoredDocument>(
    `select ${DOCUMENT} from customer_documents
     where tenant_id = $1 and ($2::uuid is null or customer_id = $2) and ($3::text is null or kind = $3)
       and ($4::uuid is null or (issued_at, id) <
         (select issued_at, id from customer_documents where tenant_id = $1 and id = $4))
     order by issued_at desc, id desc limit $5`,
    [ctx.tenant.id, customerId, kind, startingAfter, limit],
  );
}

type NewDocument = Omit<StoredDocument, 'pdfFileId' | 'contentSha256' | 'sentTimes' | 'sentAt' | 'sentTo'> & {
  series: string;
  year: number;
  sequence: bigint;
  contentSha256: string;
};

export async function insertDocument(ctx: CommandCtx, row: NewDocument): Promise<void> {
  await ctx.sql.run(
    `insert into customer_documents (tenant_id, id, customer_id, kind, level, series, year, sequence, number, currency,
       total_minor, issued_at, canonical, content_sha256)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, decode($14, 'hex'))`,
    [
      ctx.tenant.id,
      row.id,
      row.customerId,
      row.kind,
      row.level,
      row.series,
      row.year,
      `${row.sequence}`,
      row.number,
      row.currency,
      `${row.totalMinor}`,
      iso(row.issuedAt),
      row.canonical,
      row.contentSha256,
    ],
  );
}

/** Keeps the first rendered file; false if another was kept before. */
export async function keepDocumentPdf(ctx: CommandCtx, id: string, fileId: string): Promise<boolean> {
  const changed = await ctx.sql.run(
    'update customer_documents set pdf_file_id = $3 where tenant_id = $1 and id = $2 and pdf_file_id is null',
    [ctx.tenant.id, id, fileId],
  );
  return changed === 1;
}

/** Notes that it is on its way to somebody; how often it was sent by then. */
export async function noteSent(ctx: CommandCtx, id: string, recipient: string): Promise<number> {
  const row = await ctx.sql.row<{ times: number }>(
    `update customer_documents set sent_times = sent_times + 1, sent_at = $3, sent_to = $4
     where tenant_id = $1 and id = $2 returning sent_times as times`,
    [ctx.tenant.id, id, iso(ctx.now), recipient],
  );
  return row?.times ?? 0;
}

export type OpenInvoice = { number: string; issuedAt: Instant; dueAt: Instant; dueMinor: bigint };

/** What a customer has not paid in a currency, oldest first, whoever computed it. */
export function openInvoices(ctx: QueryCtx, customerId: string, currency: string): Promise<OpenInvoice[]> {
  return ctx.sql.rows<OpenInvoice>(
    `select number, issued_at as "issuedAt", due_at as "dueAt", due_minor as "dueMinor" from invoices
     where tenant_id = $1 and customer_id = $2 and currency = $3 and status in ('open', 'uncollectible')
       and due_minor > 0 order by due_at, issued_at, id`,
    [ctx.tenant.id, customerId, currency],
  );
}

/** The level of the last letter since which something has stayed unpaid; null where there is none. */
export async function lastLevel(
  ctx: QueryCtx,
  customerId: string,
  currency: string,
  oldestDueAt: Instant,
): Promise<number | null> {
  const row = await ctx.sql.row<{ level: number }>(
    `select level from customer_documents where tenant_id = $1 and customer_id = $2 and currency = $3
       and kind = 'dunning_letter' and issued_at > $4 order by issued_at desc, id desc limit 1`,
    [ctx.tenant.id, customerId, currency, iso(oldestDueAt)],
  );
  return row?.level ?? null;
}
