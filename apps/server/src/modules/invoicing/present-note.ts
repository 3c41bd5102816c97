import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { QueryCtx } from '../../platform/context.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';
import { type Customer, getCustomers } from '../customers/api.ts';
import { linesOfNotes, type StoredNote, type StoredNoteLine } from './credit-notes.ts';
import { fractionOf } from './present.ts';

/** Credit notes as lists show them, set-wise. */
export async function presentNotes(ctx: QueryCtx, notes: readonly StoredNote[]) {
  const customers = await getCustomers(
    ctx,
    notes.map((note) => note.customerId),
  );
  return notes.map((note) => presentSummary(note, customers.get(note.customerId)));
}

export async function presentNote(ctx: QueryCtx, note: StoredNote) {
  const customers = await getCustomers(ctx, [note.customerId]);
  return {
    ...presentSummary(note, customers.get(note.customerId)),
    lines: (await linesOfNotes(ctx, [note.id])).map(presentLine),
    taxes: note.taxes.map(({ name, percent, tax_minor }) => ({
      name,
      rate: fractionOf(percent),
      tax: tax_minor,
    })),
    content_sha256: Buffer.from(note.contentSha256).toString('hex'),
  };
}

function presentSummary(note: StoredNote, customer: Customer | undefined) {
  const { name } = note.buyer;
  return {
    id: encodeTypeId('cn', note.id),
    object: 'credit_note' as const,
    authority: note.authority,
    status: note.voidedAt === null ? ('issued' as const) : ('void' as const),
    number: note.number,
    invoice: encodeTypeId('inv', note.invoiceId),
    invoice_number: note.invoiceNumber,
    customer: encodeTypeId('cus', note.customerId),
    customer_name: customer?.name ?? (typeof name === 'string' ? name : ''),
    currency: note.currency,
    subtotal: `${note.netMinor}`,
    tax: `${note.taxMinor}`,
    total: `${note.totalMinor}`,
    reduced_due: `${note.reducedMinor}`,
    credited_balance: `${note.grantedMinor - note.refundedMinor}`,
    refunded: `${note.refundedMinor}`,
    reason: note.reason,
    issued_at: iso(note.issuedAt),
    voided_at: isoOrNull(note.voidedAt),
    created_at: iso(note.issuedAt),
  };
}

function presentLine(line: StoredNoteLine) {
  return {
    line: line.lineId === null ? null : encodeTypeId('il', line.lineId),
    position: line.position,
    description: line.description,
    gross: `${line.creditMinor}`,
    discount: `${line.discountMinor}`,
    amount: `${line.amountMinor}`,
    net: `${line.netMinor}`,
    tax: `${line.taxMinor}`,
  };
}
