import type { CreditNoteLine, CreditNoteRecord, InvoiceRecord } from '../../state/billing-records.ts';
import type { Draft } from '../../state/draft.ts';
import type { ChargeRecord } from '../../state/records.ts';
import { invalid } from '../error.ts';
import { makeRefund } from '../refund.ts';
import { intentOf, markPaid } from './collect.ts';
import { billingOf, customerOf, updateInvoice } from './invoices.ts';
import { amountDue, amountRemaining, totalsOf } from './totals.ts';

/** What a credit note takes off, and where it goes. Amounts are minor units. */
export interface CreditInput {
  readonly amount: number;
  readonly lines: readonly CreditNoteLine[];
  readonly memo: string | null;
  readonly reason: string | null;
  readonly metadata: CreditNoteRecord['metadata'];
  readonly refundAmount: number;
  readonly refundId: string | null;
  readonly creditAmount: number;
  readonly outOfBand: number;
}

/** What was credited of an invoice so far. */
export function creditedOf(draft: Draft, invoice: string): number {
  return draft
    .all('credit_note')
    .filter((note) => note.invoice === invoice && note.status === 'issued')
    .reduce((sum, note) => sum + note.amount, 0);
}

function chargeOf(draft: Draft, invoice: InvoiceRecord): ChargeRecord {
  const latest = intentOf(draft, invoice)?.latestCharge ?? null;
  const charge = latest === null ? undefined : draft.get('charge', latest);
  if (charge?.status === 'succeeded') return charge;
  throw invalid('This invoice has no payment that could be refunded.', { param: 'refund_amount' });
}

function refundFor(draft: Draft, invoice: InvoiceRecord, input: CreditInput): CreditNoteRecord['refund'] {
  if (input.refundId !== null) {
    const refund = draft.get('refund', input.refundId);
    if (refund === undefined) throw invalid(`No such refund: '${input.refundId}'`, { param: 'refunds' });
    return { id: refund.id, amount: refund.amount };
  }
  if (input.refundAmount === 0) return null;
  const charge = chargeOf(draft, invoice);
  if (input.refundAmount > charge.amount - charge.amountRefunded) {
    throw invalid('The refund is more than what is left of the payment.', { param: 'refund_amount' });
  }
  const made = makeRefund(draft, charge, { amount: input.refundAmount, reason: null, metadata: {} });
  return { id: made.id, amount: made.amount };
}

/** Works out a credit note: what is unpaid is taken off first, the rest must say where it goes. */
export function layOutCredit(draft: Draft, invoice: InvoiceRecord, input: CreditInput): CreditNoteRecord {
  if (invoice.status !== 'open' && invoice.status !== 'paid') {
    throw invalid(`You cannot create a credit note for an invoice with a status of ${invoice.status}.`);
  }
  const left = totalsOf(invoice.lines).total - creditedOf(draft, invoice.id);
  if (input.amount < 1 || input.amount > left) {
    throw invalid(`The credit must be from 1 to ${left}, what is left of the invoice.`, { param: 'amount' });
  }
  const prePayment = Math.min(input.amount, amountRemaining(invoice));
  const linked = input.refundId === null ? undefined : draft.get('refund', input.refundId);
  const named = input.refundAmount + (linked?.amount ?? 0) + input.creditAmount + input.outOfBand;
  if (named !== input.amount - prePayment) {
    throw invalid(
      'The sum of credit amount, refund amount and out of band amount must equal what the note takes off what was paid.',
      { param: 'credit_amount' },
    );
  }
  const count = draft.all('credit_note').filter((note) => note.invoice === invoice.id).length;
  return {
    id: draft.id('cn_'),
    created: draft.now,
    number: `${invoice.number ?? invoice.id}-CN-${String(count + 1).padStart(2, '0')}`,
    invoice: invoice.id,
    customer: invoice.customer,
    currency: invoice.currency,
    amount: input.amount,
    lines: input.lines,
    memo: input.memo,
    reason: input.reason,
    metadata: input.metadata,
    status: 'issued',
    voidedAt: null,
    prePayment,
    refund: null,
    toBalance: input.creditAmount,
    outOfBand: input.outOfBand,
  };
}

/** Issues a credit note: an invoice that nothing is left of is paid, money goes back, a balance is kept. */
export function issueCredit(draft: Draft, invoice: InvoiceRecord, input: CreditInput): CreditNoteRecord {
  const laidOut = layOutCredit(draft, invoice, input);
  const note = draft.put('credit_note', { ...laidOut, refund: refundFor(draft, invoice, input) });
  if (note.toBalance > 0) moveBalance(draft, invoice.customer, -note.toBalance);
  draft.emit('credit_note.created', 'credit_note', note);
  const after: InvoiceRecord = {
    ...invoice,
    creditedBefore: invoice.creditedBefore + note.prePayment,
    creditedAfter: invoice.creditedAfter + note.amount - note.prePayment,
  };
  updateInvoice(draft, invoice, after);
  if (note.prePayment === 0) return note;
  lowerPayment(draft, after);
  if (amountDue(after) === 0) markPaid(draft, after, { outside: true });
  return note;
}

/** The payment that is still open asks for less. */
function lowerPayment(draft: Draft, invoice: InvoiceRecord): void {
  const intent = intentOf(draft, invoice);
  const due = amountDue(invoice);
  if (intent === undefined || due === 0) return;
  if (intent.status === 'processing') throw invalid('The payment of this invoice is being processed.');
  draft.put('payment_intent', { ...intent, amount: due });
  const payment = invoice.payment === null ? undefined : draft.get('invoice_payment', invoice.payment);
  if (payment !== undefined) draft.put('invoice_payment', { ...payment, amountRequested: due });
}

function moveBalance(draft: Draft, id: string, by: number): void {
  const customer = customerOf(draft, id);
  const billing = billingOf(customer);
  draft.put('customer', { ...customer, billing: { ...billing, balance: billing.balance + by } });
}

/** Takes a credit note back while its invoice is open. */
export function voidCredit(draft: Draft, note: CreditNoteRecord): CreditNoteRecord {
  const invoice = draft.get('invoice', note.invoice);
  if (note.status === 'void' || invoice?.status !== 'open') {
    throw invalid('You can only void a credit note of an open invoice.');
  }
  const voided = draft.put('credit_note', { ...note, status: 'void', voidedAt: draft.now });
  const after = { ...invoice, creditedBefore: invoice.creditedBefore - note.prePayment };
  updateInvoice(draft, invoice, after);
  lowerPayment(draft, after);
  draft.emit('credit_note.voided', 'credit_note', voided);
  return voided;
}
