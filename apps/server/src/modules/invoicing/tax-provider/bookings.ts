import type { CreditNote } from '@billhook/core/invoicing/documents/credit-note';
import type { IssuedInvoice } from '@billhook/core/invoicing/invoice';
import { quoteReference } from '@billhook/core/tax/tax-quote';
import { addMs, type Instant, MS_PER_HOUR, MS_PER_MINUTE } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';
import type { TakenBack } from './port.ts';

/** Books the sales of issued invoices whose tax was quoted; their answers are used up by it. */
export async function bookSales(ctx: CommandCtx, invoices: readonly IssuedInvoice[]): Promise<void> {
  for (const { id, customerId, quote, status } of invoices) {
    if (quote === undefined || status === 'skipped') continue;
    await ctx.sql.run(
      `update tax_quotes set invoice_id = $4
       where tenant_id = $1 and customer_id = $2 and calculation_id = $3 and invoice_id is null`,
      [ctx.tenant.id, customerId, quote.calculationId, id],
    );
    await insertBooking(ctx, { kind: 'sale', customerId, invoiceId: id, calculationId: quote.calculationId });
  }
}

/**
 * Books what a credit note takes back of a sale, or that it was voided; nothing where the sale was never booked. It goes to
 * the provider after the sale.
 */
export async function bookReversal(
  ctx: CommandCtx,
  invoiceId: string,
  note: CreditNote | null,
): Promise<void> {
  const sale = await ctx.sql.row<{ customerId: string; calculationId: string }>(
    `select customer_id as "customerId", calculation_id as "calculationId" from tax_bookings
     where tenant_id = $1 and invoice_id = $2 and kind = 'sale'`,
    [ctx.tenant.id, invoiceId],
  );
  if (sale === undefined) return;
  if (note === null) return insertBooking(ctx, { kind: 'void', invoiceId, ...sale });
  const lines = await takenBack(ctx, invoiceId, note);
  if (lines.length > 0)
    await insertBooking(ctx, { kind: 'note', invoiceId, ...sale, creditNoteId: note.id, lines });
}

/** The lines of a note by tax code, never more than earlier notes have left of what was sold under it. */
async function takenBack(ctx: QueryCtx, invoiceId: string, note: CreditNote): Promise<TakenBack[]> {
  const codes = await ctx.sql.rows<{ position: number; taxCode: string }>(
    'select position, tax_code as "taxCode" from invoice_lines where tenant_id = $1 and invoice_id = $2',
    [ctx.tenant.id, invoiceId],
  );
  const referenceOf = new Map(codes.map((line) => [line.position, quoteReference(line)]));
  const sums = new Map<string, TakenBack>();
  for (const { position, amountMinor, taxMinor } of note.lines) {
    const reference = referenceOf.get(position) ?? quoteReference({ taxCode: '' });
    const sum = sums.get(reference) ?? { reference, amountMinor: 0n, taxMinor: 0n };
    sums.set(reference, {
      reference,
      amountMinor: sum.amountMinor + amountMinor,
      taxMinor: sum.taxMinor + taxMinor,
    });
  }
  const left = await leftOf(ctx, invoiceId);
  return [...sums.values()].flatMap(({ reference, amountMinor, taxMinor }) => {
    const most = left.get(reference);
    const back = {
      reference,
      amountMinor: least(amountMinor, most?.amountMinor ?? 0n),
      taxMinor: least(taxMinor, most?.taxMinor ?? 0n),
    };
    return back.amountMinor > 0n || back.taxMinor > 0n ? [back] : [];
  });
}

const least = (left: bigint, right: bigint) =>
  (left < right ? left : right) < 0n ? 0n : left < right ? left : right;

type LineJson = { reference: string; amountMinor: string; taxMinor: string };

async function leftOf(ctx: QueryCtx, invoiceId: string): Promise<ReadonlyMap<string, TakenBack>> {
  const quote = await ctx.sql.row<{
    lines: { reference: string; amount_minor: string; tax_minor: string }[];
  }>(`select answer -> 'lines' as lines from tax_quotes where tenant_id = $1 and invoice_id = $2`, [
    ctx.tenant.id,
    invoiceId,
  ]);
  const left = new Map(
    (quote?.lines ?? []).map(({ reference, amount_minor, tax_minor }): [string, TakenBack] => [
      reference,
      { reference, amountMinor: BigInt(amount_minor), taxMinor: BigInt(tax_minor) },
    ]),
  );
  const earlier = await ctx.sql.rows<{ lines: LineJson[] }>(
    `select lines from tax_bookings where tenant_id = $1 and invoice_id = $2 and kind = 'note'`,
    [ctx.tenant.id, invoiceId],
  );
  for (const line of earlier.flatMap(({ lines }) => lines)) {
    const of = left.get(line.reference);
    if (of === undefined) continue;
    of.amountMinor -= BigInt(line.amountMinor);
    of.taxMinor -= BigInt(line.taxMinor);
  }
  return left;
}

type NewBooking = {
  kind: 'sale' | 'note' | 'void';
  customerId: string;
  invoiceId: string;
  calculationId: string;
  creditNoteId?: string;
  lines?: readonly TakenBack[];
};

async function insertBooking(ctx: CommandCtx, booking: NewBooking): Promise<void> {
  const lines = (booking.lines ?? []).map(({ reference, amountMinor, taxMinor }): LineJson => {
    return { reference, amountMinor: `${amountMinor}`, taxMinor: `${taxMinor}` };
  });
  await ctx.sql.run(
    `insert into tax_bookings (tenant_id, id, customer_id, invoice_id, credit_note_id, kind, calculation_id, lines, status,
       due_at, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, 'due', $9, $9)`,
    [
      ctx.tenant.id,
      ctx.newId(),
      booking.customerId,
      booking.invoiceId,
      booking.creditNoteId ?? null,
      booking.kind,
      booking.calculationId,
      JSON.stringify(lines),
      iso(ctx.now),
    ],
  );
}

/** A booking that is about to be sent. Its id is the key of the call, the same for every attempt. */
export type ClaimedBooking = {
  id: string;
  attemptId: string;
  kind: NewBooking['kind'];
  customerId: string;
  invoiceId: string;
  reference: string;
  calculationId: string;
  /** Of the sale that it takes back; null for a sale. */
  saleTransactionId: string | null;
  lines: TakenBack[];
  tries: number;
};

/** What was claimed and whose process ended in the call is sent again after this long. */
const LEASE_MS = 2 * MS_PER_MINUTE;

/** Claims bookings that are due, with an attempt for each; what takes back a sale waits until the sale is booked. */
export async function claimBookings(ctx: CommandCtx, limit: number): Promise<ClaimedBooking[]> {
  const rows = await ctx.sql.rows<
    Omit<ClaimedBooking, 'attemptId' | 'lines' | 'reference'> & {
      lines: LineJson[];
      creditNoteId: string | null;
    }
  >(
    `with c as materialized (
       select d.tenant_id, d.id, s.transaction_id as sale from tax_bookings d
           left join tax_bookings s on s.tenant_id = d.tenant_id and s.invoice_id = d.invoice_id and s.kind = 'sale'
           where d.tenant_id = $1 and d.status = 'due' and d.due_at <= $2 and (d.kind = 'sale' or s.status = 'done')
           order by d.due_at, d.id limit $4 for update of d skip locked)
     update tax_bookings b set due_at = $3, tries = b.tries + 1 from c
     where b.tenant_id = $1 and b.id = any (array(select id from c)) and b.id = c.id
     returning b.id, b.kind, b.customer_id as "customerId", b.invoice_id as "invoiceId", b.lines, b.tries,
       b.calculation_id as "calculationId", b.credit_note_id as "creditNoteId",
       case when b.kind <> 'sale' then c.sale end as "saleTransactionId"`,
    [ctx.tenant.id, iso(ctx.now), iso(addMs(ctx.now, LEASE_MS)), limit],
  );
  const claimed = rows.map(({ lines, creditNoteId, ...row }): ClaimedBooking => {
    const reference =
      row.kind === 'note'
        ? (creditNoteId ?? row.id)
        : row.kind === 'void'
          ? `${row.invoiceId}/void`
          : row.invoiceId;
    const back = lines.map((line) => {
      return {
        reference: line.reference,
        amountMinor: BigInt(line.amountMinor),
        taxMinor: BigInt(line.taxMinor),
      };
    });
    return { ...row, lines: back, reference, attemptId: ctx.newId() };
  });
  for (const { id, attemptId } of claimed) {
    await ctx.sql.run(
      'insert into tax_attempts (tenant_id, id, booking_id, started_at) values ($1, $2, $3, $4)',
      [ctx.tenant.id, attemptId, id, iso(ctx.now)],
    );
  }
  return claimed;
}

/** Nothing that was sold is given up before the provider's calculation ends, so it is tried for weeks. */
const RETRY_AT_MOST_MS = 6 * MS_PER_HOUR;

export type BookingOutcome =
  | { kind: 'done'; transactionId: string }
  | { kind: 'refused' | 'busy' | 'unknown'; message: string };

/** Writes what came of an attempt; a refusal is final, whatever else is tried again. */
export async function endAttempt(
  ctx: CommandCtx,
  booking: ClaimedBooking,
  outcome: BookingOutcome,
): Promise<void> {
  const fault = outcome.kind === 'done' ? null : outcome.message.slice(0, 500) || 'no reason given';
  await ctx.sql.run(
    'update tax_attempts set ended_at = $3, outcome = $4, fault = $5 where tenant_id = $1 and id = $2',
    [ctx.tenant.id, booking.attemptId, iso(ctx.now), outcome.kind, fault],
  );
  const status = outcome.kind === 'done' ? 'done' : outcome.kind === 'refused' ? 'failed' : 'due';
  const waitMs = Math.min(RETRY_AT_MOST_MS, MS_PER_MINUTE * 2 ** Math.min(booking.tries - 1, 12));
  await ctx.sql.run(
    `update tax_bookings set status = $3, transaction_id = $4, fault = $5, due_at = $6
     where tenant_id = $1 and id = $2 and status = 'due'`,
    [
      ctx.tenant.id,
      booking.id,
      status,
      outcome.kind === 'done' ? outcome.transactionId : null,
      fault,
      iso(addMs(ctx.now, waitMs)),
    ],
  );
}

export async function nextBookingAt(ctx: QueryCtx): Promise<Instant | null> {
  const row = await ctx.sql.row<{ at: Instant | null }>(
    `select min(d.due_at) as at from tax_bookings d
     left join tax_bookings s on s.tenant_id = d.tenant_id and s.invoice_id = d.invoice_id and s.kind = 'sale'
     where d.tenant_id = $1 and d.status = 'due' and (d.kind = 'sale' or s.status = 'done')`,
    [ctx.tenant.id],
  );
  return row?.at ?? null;
}
