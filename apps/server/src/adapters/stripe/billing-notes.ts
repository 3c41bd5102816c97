import type { CreditNoteAtStripe, CreditNoteLineAtStripe } from '@billhook/core/mirror/credit-note-at-stripe';
import type { InvoiceTaxAtStripe } from '@billhook/core/mirror/invoice-at-stripe';
import { instant } from '@billhook/core/time/instant';
import type Stripe from 'stripe';
import type { ProviderBilling } from '../../modules/payments/provider-billing.ts';
import type { Call } from './clients.ts';
import { found } from './found.ts';
import { idOf } from './objects.ts';
import { type TaxAmount, taxesAtStripe, taxRatesOf } from './tax-rates.ts';

const PAGE = { limit: 100 } as const;

/** Credit notes of invoices that Stripe computed. */
export function notes(call: Call): Pick<ProviderBilling, 'listCreditNotes' | 'retrieveNotedInvoiceId'> {
  return {
    listCreditNotes: (invoice) =>
      call(async (stripe) => {
        const read: CreditNoteAtStripe[] = [];
        for await (const note of stripe.creditNotes.list({ ...PAGE, invoice })) {
          const rates = await taxRatesOf(stripe, note.total_taxes);
          read.push(noteAtStripe(note, await linesOf(stripe, note), taxesAtStripe(note.total_taxes, rates)));
        }
        // Stripe lists the newest first.
        return read.reverse();
      }),
    retrieveNotedInvoiceId: (id) =>
      found(() => call(async (stripe) => idOf((await stripe.creditNotes.retrieve(id)).invoice))),
  };
}

/** A note carries its first lines; long ones are asked for. */
async function linesOf(stripe: Stripe, note: Stripe.CreditNote): Promise<Stripe.CreditNoteLineItem[]> {
  if (!note.lines.has_more) return note.lines.data;
  return stripe.creditNotes.listLineItems(note.id, PAGE).autoPagingToArray({ limit: 10_000 });
}

function noteAtStripe(
  note: Stripe.CreditNote,
  lines: readonly Stripe.CreditNoteLineItem[],
  taxes: readonly InvoiceTaxAtStripe[],
): CreditNoteAtStripe {
  const refunded = (isThrough: boolean) =>
    note.refunds
      .filter(({ payment_record_refund: outside }) => (outside === null) === isThrough)
      .reduce((sum, { amount_refunded: amount }) => sum + BigInt(amount), 0n);
  return {
    id: note.id,
    number: note.number,
    isVoid: note.status === 'void',
    voidedAt: note.voided_at === null ? null : instant(note.voided_at * 1000),
    issuedAt: instant((note.effective_at ?? note.created) * 1000),
    reason: reasonOf(note),
    totalMinor: BigInt(note.total),
    reducedMinor: BigInt(note.pre_payment_amount),
    refundedMinor: refunded(true),
    outsideMinor: BigInt(note.out_of_band_amount ?? 0) + refunded(false),
    lines: lines.map(lineAtStripe),
    taxes,
  };
}

function lineAtStripe(line: Stripe.CreditNoteLineItem): CreditNoteLineAtStripe {
  const taxes: readonly TaxAmount[] = line.taxes ?? [];
  return {
    id: line.id,
    description: line.description ?? '',
    invoiceLineId: line.invoice_line_item ?? null,
    amountMinor: BigInt(line.amount),
    discountMinor: BigInt(line.discount_amount),
    taxMinor: taxes.reduce((sum, { amount }) => sum + BigInt(amount), 0n),
    isTaxIncluded: taxes.some(({ tax_behavior }) => tax_behavior === 'inclusive'),
  };
}

const REASONS: Readonly<Record<string, string>> = {
  duplicate: 'Billed twice',
  fraudulent: 'Fraudulent',
  order_change: 'The order changed',
  product_unsatisfactory: 'Not as it should be',
};

function reasonOf({ memo, reason }: Stripe.CreditNote): string {
  const words = memo === null || memo.trim() === '' ? REASONS[reason ?? ''] : memo;
  return (words ?? 'Credited at Stripe').replaceAll(/\s+/g, ' ').slice(0, 500);
}
