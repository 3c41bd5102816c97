import type { InvoiceItemRecord, InvoiceLine, InvoiceRecord } from '../../state/billing-records.ts';
import type { Draft } from '../../state/draft.ts';
import type { CustomerRecord } from '../../state/records.ts';
import { changedAttributes } from '../changed.ts';
import { invalid, missing } from '../error.ts';
import { render } from '../render.ts';
import { lineOfItem } from './lines.ts';
import { withDiscountsAndTaxes } from './totals.ts';

/** Stripe leaves a draft open for about an hour before it is final. */
export const DRAFT_SECONDS = 3_600;

/** What an invoice is made from. */
export type InvoiceInput = Pick<InvoiceRecord, 'customer' | 'currency' | 'billingReason'> &
  Partial<InvoiceRecord>;

/** The customer of an id, who must exist. */
export function customerOf(draft: Draft, id: string): CustomerRecord {
  const customer = draft.get('customer', id);
  if (customer === undefined || customer.deleted) throw missing('customer', id, 'customer');
  return customer;
}

/** What billing keeps of a customer. */
export function billingOf(customer: CustomerRecord): NonNullable<CustomerRecord['billing']> {
  return customer.billing ?? { balance: 0, currency: null, nextInvoice: 1 };
}

/** A draft invoice that is not written yet. */
export function newInvoice(draft: Draft, input: InvoiceInput): InvoiceRecord {
  const customer = customerOf(draft, input.customer);
  const base: InvoiceRecord = {
    id: draft.id('in_'),
    created: draft.now,
    subscription: null,
    subscriptionMetadata: {},
    prorationDate: null,
    collectionMethod: 'charge_automatically',
    daysUntilDue: null,
    status: 'draft',
    number: null,
    lines: [],
    discounts: [],
    taxRates: [],
    periodStart: draft.now,
    periodEnd: draft.now,
    autoAdvance: true,
    finalizesAt: null,
    dueDate: null,
    overdueSent: false,
    attempts: 0,
    nextAttemptAt: null,
    amountPaid: 0,
    paidOutside: 0,
    startingBalance: billingOf(customer).balance,
    endingBalance: null,
    finalizedAt: null,
    paidAt: null,
    voidedAt: null,
    uncollectibleAt: null,
    description: null,
    footer: null,
    metadata: {},
    customerAddress: customer.address,
    customerEmail: customer.email,
    customerName: customer.name,
    customerPhone: customer.phone,
    customerShipping: customer.shipping,
    customerTaxExempt: customer.taxExempt,
    defaultPaymentMethod: null,
    payment: null,
    creditedBefore: 0,
    creditedAfter: 0,
    ...input,
  };
  return priced(draft, base);
}

/** The invoice with discounts and taxes computed anew. */
export function priced(draft: Draft, invoice: InvoiceRecord): InvoiceRecord {
  const exempt = invoice.customerTaxExempt !== 'none';
  const rates = exempt ? [] : invoice.taxRates;
  const lines = exempt ? invoice.lines.map((line) => ({ ...line, taxRates: [] })) : invoice.lines;
  return { ...invoice, lines: withDiscountsAndTaxes(draft, lines, invoice.discounts, rates) };
}

/** Invoice items that wait for an invoice of a customer, and of a subscription where it is one of its own. */
export function pendingItems(
  draft: Draft,
  customer: string,
  currency: string,
  subscription: string | null,
): InvoiceItemRecord[] {
  return draft
    .all('invoiceitem')
    .filter(
      (item) =>
        item.invoice === null &&
        item.customer === customer &&
        item.currency === currency &&
        (item.subscription === null || item.subscription === subscription),
    );
}

/** Takes invoice items onto an invoice that is about to be written, and answers their lines. */
export function takeItems(draft: Draft, items: readonly InvoiceItemRecord[], invoice: string): InvoiceLine[] {
  return items.map((item) => {
    draft.put('invoiceitem', { ...item, invoice });
    return lineOfItem(draft, item);
  });
}

/** Writes a new invoice and tells of it. */
export function openDraft(draft: Draft, invoice: InvoiceRecord): InvoiceRecord {
  draft.put('invoice', invoice);
  const customer = customerOf(draft, invoice.customer);
  const billing = billingOf(customer);
  if (billing.currency === null) {
    draft.put('customer', { ...customer, billing: { ...billing, currency: invoice.currency } });
  }
  draft.emit('invoice.created', 'invoice', invoice);
  return invoice;
}

/** Writes a changed invoice and tells what changed. */
export function updateInvoice(
  draft: Draft,
  before: InvoiceRecord,
  after: InvoiceRecord,
  type = 'invoice.updated',
): InvoiceRecord {
  const shown = render('invoice', before, draft);
  draft.put('invoice', after);
  const changed = changedAttributes(shown, render('invoice', after, draft));
  draft.emit(type, 'invoice', after, type === 'invoice.updated' ? changed : undefined);
  return after;
}

/** Refuses what an invoice's status does not allow. */
export function requireStatus(
  invoice: InvoiceRecord,
  allowed: readonly InvoiceRecord['status'][],
  verb: string,
): void {
  if (allowed.includes(invoice.status)) return;
  throw invalid(`You cannot ${verb} an invoice with a status of ${invoice.status}.`, {
    code: invoice.status === 'draft' ? 'invoice_not_editable' : 'status_transition_invalid',
  });
}
