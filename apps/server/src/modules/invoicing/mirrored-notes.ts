import { createHash } from 'node:crypto';
import type { InvoiceStatus } from '@billhook/core/invoicing/invoice';
import { canonicalJson } from '@billhook/core/kernel/canonical-json';
import type { MirroredNote } from '@billhook/core/mirror/mirrored-note';
import type { NotedSums } from '@billhook/core/mirror/noted-sums';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import { insertLines, lineJson, moveLines } from './mirrored-note-lines.ts';
import type { StoredInvoice } from './queries/read.ts';

/** A credit note of Stripe that is written here. */
export type StoredMirroredNote = {
  id: string;
  stripeId: string;
  isVoid: boolean;
  /** What it refunds is owed until it is given. One that was written before that was so took its refund for made. */
  owesRefund: boolean;
  sums: NotedSums;
};

type Row = Omit<StoredMirroredNote, 'sums'> & NotedSums;

/** The notes of a mirrored invoice, with what each is at Stripe. */
export async function mirroredNotesOf(ctx: QueryCtx, invoiceId: string): Promise<StoredMirroredNote[]> {
  const rows = await ctx.sql.rows<Row>(
    `select n.id, n.canonical::jsonb ->> 'provider_note_id' as "stripeId", n.voided_at is not null as "isVoid",
       n.canonical::jsonb ->> 'format' <> 'billhook-mirrored-credit-note/1' as "owesRefund",
       n.net_minor as "netMinor", n.tax_minor as "taxMinor", n.total_minor as "totalMinor",
       n.reduced_minor as "reducedMinor", n.refunded_minor - n.outside_minor as "refundedMinor",
       n.outside_minor as "outsideMinor"
     from credit_notes n where n.tenant_id = $1 and n.invoice_id = $2 and n.authority = 'stripe' order by n.issued_at, n.id`,
    [ctx.tenant.id, invoiceId],
  );
  return rows.map(({ id, stripeId, isVoid, owesRefund, ...sums }) => ({
    id,
    stripeId,
    isVoid,
    owesRefund,
    sums,
  }));
}

/** Σ of what the mirrored credit notes of an invoice that stand promised to refund: owed until it is given. */
export async function promisedByNotes(ctx: QueryCtx, invoiceId: string): Promise<bigint> {
  return promisedBy(await mirroredNotesOf(ctx, invoiceId));
}

export function promisedBy(notes: readonly StoredMirroredNote[]): bigint {
  const standing = notes.filter(({ isVoid, owesRefund }) => !isVoid && owesRefund);
  return standing.reduce((sum, { sums }) => sum + sums.refundedMinor, 0n);
}

/** Writes a credit note that Stripe issued as it stands there, frozen and hashed like one of ours, in no series of ours. */
export async function insertMirroredNote(
  ctx: CommandCtx,
  invoice: StoredInvoice,
  note: MirroredNote,
): Promise<void> {
  const { facts, sums, noteId } = note;
  const taxes = facts.taxes.map((tax, index) => ({
    rate_id: `stripe:${index}`,
    name: tax.name,
    percent: tax.percent ?? '0',
    net_minor: `${tax.netMinor}`,
    tax_minor: `${tax.taxMinor}`,
  }));
  const canonical = canonicalJson({
    format: 'billhook-mirrored-credit-note/2',
    computed_by: 'stripe',
    provider_note_id: facts.id,
    id: noteId,
    invoice_id: invoice.id,
    invoice_number: invoice.number,
    customer_id: invoice.customerId,
    number: facts.number,
    currency: invoice.currency,
    reason: facts.reason,
    seller: invoice.seller,
    buyer: invoice.buyer,
    issued_at: iso(facts.issuedAt),
    taxes,
    net_minor: `${sums.netMinor}`,
    tax_minor: `${sums.taxMinor}`,
    total_minor: `${sums.totalMinor}`,
    lines: note.lines.map(lineJson),
  });
  await ctx.sql.run(
    `insert into credit_notes (tenant_id, id, invoice_id, customer_id, authority, number, currency, net_minor, tax_minor,
       total_minor, reduced_minor, granted_minor, refunded_minor, outside_minor, taxes, reason, seller, buyer, issued_at,
       canonical, content_sha256)
     values ($1, $2, $3, $4, 'stripe', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
    [
      ctx.tenant.id,
      noteId,
      invoice.id,
      invoice.customerId,
      facts.number,
      invoice.currency,
      `${sums.netMinor}`,
      `${sums.taxMinor}`,
      `${sums.totalMinor}`,
      `${sums.reducedMinor}`,
      `${sums.totalMinor - sums.reducedMinor}`,
      `${sums.refundedMinor + sums.outsideMinor}`,
      `${sums.outsideMinor}`,
      JSON.stringify(taxes),
      facts.reason,
      JSON.stringify(invoice.seller),
      JSON.stringify(invoice.buyer),
      iso(facts.issuedAt),
      canonical,
      createHash('sha256').update(canonical, 'utf8').digest(),
    ],
  );
  await insertLines(ctx, invoice.id, note);
}

/** Stripe took a note back. */
export async function voidMirroredNoteRow(ctx: CommandCtx, noteId: string, at: Instant): Promise<void> {
  await ctx.sql.run(
    `update credit_notes set voided_at = $3 where tenant_id = $1 and id = $2 and voided_at is null and authority = 'stripe'`,
    [ctx.tenant.id, noteId, iso(at)],
  );
  await moveLines(ctx, noteId, -1);
}

/** Moves what is still to pay of a mirrored invoice, and what is credited of it. False if its status is another one by now. */
export async function creditMirroredInvoice(
  ctx: CommandCtx,
  invoiceId: string,
  change: { fromStatus: InvoiceStatus; status: InvoiceStatus; amountMinor: bigint; totalMinor: bigint },
): Promise<boolean> {
  const changed = await ctx.sql.run(
    `update invoices set status = $4, credit_paid_minor = credit_paid_minor + $5,
       note_reduced_minor = note_reduced_minor + $5, credited_minor = credited_minor + $6,
       paid_at = case when $4 = 'paid' then coalesce(paid_at, $7::timestamptz) else paid_at end,
       retry_at = case when $4 = 'paid' then null else retry_at end
     where tenant_id = $1 and id = $2 and status = $3 and authority = 'stripe'`,
    [
      ctx.tenant.id,
      invoiceId,
      change.fromStatus,
      change.status,
      `${change.amountMinor}`,
      `${change.totalMinor}`,
      iso(ctx.now),
    ],
  );
  return changed === 1;
}
