import type { CreditNoteRecord, LineTax } from '../../../state/billing-records.ts';
import type { Draft } from '../../../state/draft.ts';
import { listAnswer } from '../../list.ts';
import { renderTax } from './line.ts';

function renderLines(note: CreditNoteRecord): object[] {
  return note.lines.map((line) => ({
    id: line.id,
    object: 'credit_note_line_item',
    amount: line.amount,
    description: line.description,
    discount_amount: (line.discounts ?? []).reduce((sum, { amount }) => sum + amount, 0),
    discount_amounts: (line.discounts ?? []).map(({ amount, discount }) => ({ amount, discount })),
    ...(line.invoiceLine === null ? {} : { invoice_line_item: line.invoiceLine }),
    livemode: false,
    metadata: null,
    pretax_credit_amounts: [],
    quantity: line.quantity,
    tax_rates: [],
    taxes: line.taxes === undefined || line.taxes.length === 0 ? null : line.taxes.map(renderTax),
    type: line.invoiceLine === null ? 'custom_line_item' : 'invoice_line_item',
    unit_amount: null,
    unit_amount_decimal: null,
  }));
}

/** Taxes of the whole note by their rate. */
function byRate(taxes: readonly LineTax[]): LineTax[] {
  const sums = new Map<string, LineTax>();
  for (const tax of taxes) {
    const known = sums.get(tax.taxRate);
    sums.set(
      tax.taxRate,
      known === undefined
        ? tax
        : { ...tax, amount: known.amount + tax.amount, taxable: known.taxable + tax.taxable },
    );
  }
  return [...sums.values()];
}

/** A credit note as Stripe's API shows it. */
export function renderCreditNote(note: CreditNoteRecord, draft: Draft): object {
  const { amount, refund } = note;
  const after = amount - note.prePayment;
  const taxes = note.lines.flatMap((line) => line.taxes ?? []);
  const sum = (isInclusive: boolean) =>
    taxes.reduce((all, tax) => all + (tax.inclusive === isInclusive ? tax.amount : 0), 0);
  const [beside, within] = [sum(false), sum(true)];
  const discounts = note.lines.flatMap((line) => line.discounts ?? []);
  const less = discounts.reduce((all, one) => all + one.amount, 0);
  return {
    id: note.id,
    object: 'credit_note',
    amount,
    amount_shipping: 0,
    created: note.created,
    currency: note.currency,
    customer: note.customer,
    customer_account: null,
    customer_balance_transaction: null,
    discount_amount: less,
    discount_amounts: discounts.map(({ amount: off, discount }) => ({ amount: off, discount })),
    effective_at: note.created,
    invoice: note.invoice,
    lines: listAnswer(`/v1/credit_notes/${note.id}/lines`, renderLines(note), false),
    livemode: false,
    memo: note.memo,
    metadata: note.metadata,
    number: note.number,
    out_of_band_amount: note.outOfBand === 0 ? null : note.outOfBand,
    pdf: `${draft.baseUrl}/i/${note.invoice}`,
    post_payment_amount: after,
    pre_payment_amount: note.prePayment,
    pretax_credit_amounts: [],
    reason: note.reason,
    refunds:
      refund === null
        ? []
        : [
            {
              amount_refunded: refund.amount,
              payment_record_refund: null,
              refund: refund.id,
              type: 'refund',
            },
          ],
    shipping_cost: null,
    status: note.status,
    subtotal: amount - beside + less,
    subtotal_excluding_tax: amount - beside - within + less,
    total: amount,
    total_excluding_tax: amount - beside - within,
    total_taxes: byRate(taxes).map(renderTax),
    type: after === 0 ? 'pre_payment' : note.prePayment === 0 ? 'post_payment' : 'mixed',
    voided_at: note.voidedAt,
  };
}
