import type { CreditNote, CreditNoteLine } from '@billhook/core/invoicing/documents/credit-note';
import type { JsonObject } from '@billhook/core/kernel/json';
import { currencyCode } from '@billhook/core/money/currency';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import type { StoredInvoice } from './queries/read.ts';

export type StoredNote = {
  id: string;
  invoiceId: string;
  invoiceNumber: string;
  invoiceKind: 'invoice' | 'debit_note';
  customerId: string;
  /** Who issued it. One of Stripe has Stripe's number, and may be taken back while its invoice is open. */
  authority: 'billhook' | 'stripe';
  voidedAt: Instant | null;
  number: string;
  currency: string;
  netMinor: bigint;
  taxMinor: bigint;
  totalMinor: bigint;
  reducedMinor: bigint;
  grantedMinor: bigint;
  refundedMinor: bigint;
  taxes: { rate_id: string; name: string; percent: string; tax_minor: string; exemption?: string }[];
  reason: string;
  seller: JsonObject;
  buyer: JsonObject;
  issuedAt: Instant;
  contentSha256: Uint8Array;
  pdfFileId: string | null;
  takenAwayAt: Instant | null;
};

export type StoredNoteLine = {
  creditNoteId: string;
  position: number;
  lineId: string | null;
  key: string | null;
  description: string;
  creditMinor: bigint;
  discountMinor: bigint;
  amountMinor: bigint;
  netMinor: bigint;
  taxMinor: bigint;
};

const NOTE = `n.id, n.invoice_id as "invoiceId", i.number as "invoiceNumber",
  case when i.raises_invoice_id is null then 'invoice' else 'debit_note' end as "invoiceKind", n.customer_id as "customerId", n.authority,
  n.voided_at as "voidedAt", n.number,
  n.currency, n.net_minor as "netMinor", n.tax_minor as "taxMinor", n.total_minor as "totalMinor",
  n.reduced_minor as "reducedMinor", n.granted_minor as "grantedMinor", n.refunded_minor as "refundedMinor", n.taxes,
  n.reason, n.seller, n.buyer, n.issued_at as "issuedAt", n.content_sha256 as "contentSha256",
  n.pdf_file_id as "pdfFileId", n.taken_away_at as "takenAwayAt"`;
const FROM = `from credit_notes n join invoices i on i.tenant_id = n.tenant_id and i.id = n.invoice_id`;

export function findNote(ctx: QueryCtx, id: string): Promise<StoredNote | undefined> {
  return ctx.sql.row<StoredNote>(`select ${NOTE} ${FROM} where n.tenant_id = $1 and n.id = $2`, [
    ctx.tenant.id,
    id,
  ]);
}

export type NoteFilter = {
  limit: number;
  customerId?: string | null;
  invoiceId?: string | null;
  /** The last note of the page before. */
  startingAfter?: string | null;
};

/** Newest first. */
export function listNotes(ctx: QueryCtx, filter: NoteFilter): Promise<StoredNote[]> {
  return ctx.sql.rows<StoredNote>(
    `select ${NOTE} ${FROM}
     where n.tenant_id = $1 and ($2::uuid is null or n.customer_id = $2) and ($3::uuid is null or n.invoice_id = $3)
       and ($4::uuid is null or (n.issued_at, n.id) < (select issued_at, id from credit_notes where tenant_id = $1 and id = $4))
     order by n.issued_at desc, n.id desc limit $5`,
    [
      ctx.tenant.id,
      filter.customerId ?? null,
      filter.invoiceId ?? null,
      filter.startingAfter ?? null,
      filter.limit,
    ],
  );
}

export function linesOfNotes(ctx: QueryCtx, noteIds: readonly string[]): Promise<StoredNoteLine[]> {
  return ctx.sql.rows<StoredNoteLine>(
    `select credit_note_id as "creditNoteId", position, line_id as "lineId", key, description,
       credit_minor as "creditMinor", discount_minor as "discountMinor", amount_minor as "amountMinor",
       net_minor as "netMinor", tax_minor as "taxMinor"
     from credit_note_lines where tenant_id = $1 and credit_note_id = any ($2::uuid[])
     order by credit_note_id, position`,
    [ctx.tenant.id, noteIds],
  );
}

/** The notes of an invoice as core takes them, oldest first. Rates are those of the invoice and not needed again. */
export async function earlierNotes(ctx: QueryCtx, invoice: StoredInvoice): Promise<CreditNote[]> {
  const notes = (await listNotes(ctx, { limit: 10_000, invoiceId: invoice.id })).reverse();
  const lines = Map.groupBy(
    await linesOfNotes(
      ctx,
      notes.map(({ id }) => id),
    ),
    ({ creditNoteId }) => creditNoteId,
  );
  return notes.map(
    (note): CreditNote => ({
      id: note.id,
      invoiceId: note.invoiceId,
      customerId: note.customerId,
      currency: currencyCode(note.currency),
      issuedAt: note.issuedAt,
      reason: note.reason,
      taxMode: invoice.taxMode,
      lines: (lines.get(note.id) ?? []).map((line): CreditNoteLine => ({ ...line, taxes: [] })),
      taxes: [],
      totals: {
        netMinor: note.netMinor,
        taxMinor: note.taxMinor,
        totalMinor: note.totalMinor,
        invoiceReducedMinor: note.reducedMinor,
        creditGrantedMinor: note.grantedMinor,
      },
    }),
  );
}

export async function insertNote(ctx: CommandCtx, row: JsonObject): Promise<void> {
  await ctx.sql.run(
    `insert into credit_notes (tenant_id, id, invoice_id, customer_id, series, year, sequence, number, currency,
       net_minor, tax_minor, total_minor, reduced_minor, granted_minor, refunded_minor, taxes, reason, seller, buyer,
       issued_at, canonical, content_sha256)
     select $1, r.id, r.invoice_id, r.customer_id, r.series, r.year, r.sequence, r.number, r.currency, r.net_minor,
       r.tax_minor, r.total_minor, r.reduced_minor, r.granted_minor, r.refunded_minor, r.taxes, r.reason, r.seller,
       r.buyer, r.issued_at, r.canonical, decode(r.content_sha256, 'hex')
     from jsonb_to_record($2::jsonb) as r (id uuid, invoice_id uuid, customer_id uuid, series text, year integer,
       sequence bigint, number text, currency text, net_minor bigint, tax_minor bigint, total_minor bigint,
       reduced_minor bigint, granted_minor bigint, refunded_minor bigint, taxes jsonb, reason text, seller jsonb,
       buyer jsonb, issued_at timestamptz, canonical text, content_sha256 text)`,
    [ctx.tenant.id, JSON.stringify(row)],
  );
}

/** Writes the lines of a note, and raises what is credited of the invoice and of its lines. */
export async function insertNoteLines(ctx: CommandCtx, note: CreditNote): Promise<void> {
  await ctx.sql.run(
    `insert into credit_note_lines (tenant_id, credit_note_id, position, line_id, key, description, credit_minor,
       discount_minor, amount_minor, net_minor, tax_minor)
     select $1, $2, r.position, l.id, r.key, r.description, r.credit_minor, r.discount_minor, r.amount_minor,
       r.net_minor, r.tax_minor
     from jsonb_to_recordset($4::jsonb) as r (position integer, key text, description text, credit_minor bigint,
       discount_minor bigint, amount_minor bigint, net_minor bigint, tax_minor bigint)
     left join invoice_lines l on l.tenant_id = $1 and l.invoice_id = $3 and l.position = r.position`,
    [ctx.tenant.id, note.id, note.invoiceId, JSON.stringify(note.lines.map(noteLineJson))],
  );
  await ctx.sql.run(
    `update invoice_lines l set credited_minor = l.credited_minor + n.amount_minor
     from credit_note_lines n
     where n.tenant_id = $1 and n.credit_note_id = $2 and l.tenant_id = $1 and l.id = n.line_id`,
    [ctx.tenant.id, note.id],
  );
}

export function noteLineJson(line: CreditNoteLine): JsonObject {
  return {
    position: line.position,
    key: line.key,
    description: line.description,
    credit_minor: `${line.creditMinor}`,
    discount_minor: `${line.discountMinor}`,
    amount_minor: `${line.amountMinor}`,
    net_minor: `${line.netMinor}`,
    tax_minor: `${line.taxMinor}`,
  };
}

/** Moves the sums of an invoice that was credited. */
export async function markCredited(
  ctx: CommandCtx,
  change: { invoiceId: string; totalMinor: bigint; reducedMinor: bigint },
): Promise<void> {
  await ctx.sql.run(
    `update invoices set credited_minor = credited_minor + $3, note_reduced_minor = note_reduced_minor + $4
     where tenant_id = $1 and id = $2`,
    [ctx.tenant.id, change.invoiceId, change.totalMinor, change.reducedMinor],
  );
}

/** Keeps the first rendered file; false if another was kept before. */
export async function keepNotePdf(ctx: CommandCtx, noteId: string, fileId: string): Promise<boolean> {
  const changed = await ctx.sql.run(
    'update credit_notes set pdf_file_id = $3 where tenant_id = $1 and id = $2 and pdf_file_id is null',
    [ctx.tenant.id, noteId, fileId],
  );
  return changed === 1;
}

/** What credit notes of an invoice made into credit of the customer. */
export async function grantedByNotes(ctx: QueryCtx, invoiceId: string): Promise<bigint> {
  const row = await ctx.sql.row<{ minor: bigint }>(
    `select coalesce(sum(granted_minor), 0)::bigint as minor from credit_notes where tenant_id = $1 and invoice_id = $2`,
    [ctx.tenant.id, invoiceId],
  );
  return row?.minor ?? 0n;
}
