import type { CoreEvent } from '../decision/event.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import { currencyCode } from '../money/currency.ts';
import type { Instant } from '../time/instant.ts';
import type { CreditNoteAtStripe } from './credit-note-at-stripe.ts';
import type { MirroredNoteDecision, MirroredNoteLine, NotedInvoice } from './mirrored-note.ts';
import { mirroredNotePosting, mirroredNoteVoidedPosting } from './note-postings.ts';
import type { NotedSums } from './noted-sums.ts';

/**
 * Writes a credit note of Stripe to its mirrored invoice: what is still to pay is lowered, and sales and tax are taken back
 * once. What it refunded is refunded by its refunds alone, which have news of their own; whichever comes first, the books
 * end in the same. Refusals: `mirror.note_totals`, `mirror.note_exceeds`.
 */
export function decideMirroredNote(
  invoice: NotedInvoice,
  facts: CreditNoteAtStripe,
  noteId: string,
): Result<MirroredNoteDecision> {
  const lines = facts.lines.map((line): MirroredNoteLine => {
    const afterDiscount = line.amountMinor - line.discountMinor;
    return {
      line,
      netMinor: line.isTaxIncluded ? afterDiscount - line.taxMinor : afterDiscount,
      taxMinor: line.taxMinor,
    };
  });
  const netMinor = lines.reduce((sum, line) => sum + line.netMinor, 0n);
  const taxMinor = lines.reduce((sum, line) => sum + line.taxMinor, 0n);
  const { totalMinor, reducedMinor, refundedMinor, outsideMinor } = facts;
  const givenMinor = totalMinor - reducedMinor;
  if (netMinor + taxMinor !== totalMinor || totalMinor <= 0n || refundedMinor + outsideMinor > givenMinor) {
    return refuse(
      'mirror.note_totals',
      'The lines of the credit note at Stripe do not add up to its total.',
      {
        lines_minor: `${netMinor + taxMinor}`,
        total_minor: `${totalMinor}`,
      },
    );
  }
  const isOpen = invoice.status === 'open' || invoice.status === 'uncollectible';
  if (
    reducedMinor > (isOpen ? invoice.dueMinor : 0n) ||
    invoice.creditedMinor + totalMinor > invoice.totalMinor
  ) {
    return refuse('mirror.note_exceeds', 'The credit note at Stripe is over more than is left here.', {
      due_minor: `${invoice.dueMinor}`,
      reduced_minor: `${reducedMinor}`,
    });
  }
  const sums: NotedSums = { netMinor, taxMinor, totalMinor, reducedMinor, refundedMinor, outsideMinor };
  const isSettled = reducedMinor > 0n && reducedMinor === invoice.dueMinor;
  const status = isSettled ? 'paid' : invoice.status;
  const { id: subjectId, customerId, currency } = invoice;
  const note = { type: 'credit_note.issued', subjectId: noteId, customerId } as const;
  const events: CoreEvent[] = [
    { ...note, data: { currency, invoice_id: subjectId, total_minor: `${totalMinor}` } },
  ];
  if (isSettled) {
    const data = { currency, total_minor: `${invoice.totalMinor}` };
    events.push({ type: 'invoice.paid', subjectId, customerId, data });
  }
  return ok({
    create: { noteId, facts, sums, lines },
    credit: { fromStatus: invoice.status, status, amountMinor: reducedMinor },
    postings: mirroredNotePosting(bookedOf(invoice, noteId, sums), facts.issuedAt),
    events,
  });
}

/** Takes a credit note back that Stripe took back: what it took off is to be paid again. */
export function voidMirroredNote(
  invoice: NotedInvoice,
  note: { readonly id: string; readonly sums: NotedSums },
  at: Instant,
): MirroredNoteDecision {
  const { id: invoice_id, customerId, currency, status } = invoice;
  const { totalMinor, reducedMinor, refundedMinor } = note.sums;
  // What is left is split as if this note had never been among them.
  const others = { ...invoice, refundedByNotesMinor: invoice.refundedByNotesMinor - refundedMinor };
  return {
    create: null,
    credit: { fromStatus: status, status, amountMinor: -reducedMinor },
    postings: mirroredNoteVoidedPosting(bookedOf(others, note.id, note.sums), at),
    events: [
      {
        type: 'credit_note.voided',
        subjectId: note.id,
        customerId,
        data: { currency, invoice_id, total_minor: `${totalMinor}` },
      },
    ],
  };
}

function bookedOf(invoice: NotedInvoice, id: string, sums: NotedSums) {
  const { customerId, netMinor, taxMinor, refundedByNotesMinor, refundedMinor } = invoice;
  const currency = currencyCode(invoice.currency);
  return {
    id,
    customerId,
    currency,
    sums,
    invoice: { netMinor, taxMinor },
    refundedByNotesMinor,
    refundedMinor,
  };
}
