import type { InvoiceRecord } from '../../state/billing-records.ts';
import type { Draft } from '../../state/draft.ts';
import type { PaymentIntentRecord, PaymentMethodRecord } from '../../state/records.ts';
import { ApiError, invalid } from '../error.ts';
import { attemptPayment } from '../pay.ts';
import { followInvoice } from './follow-invoice.ts';
import { billingOf, customerOf, DRAFT_SECONDS, requireStatus, updateInvoice } from './invoices.ts';
import { amountDue, amountRemaining, dueOf, totalsOf } from './totals.ts';

const DAY_SECONDS = 86_400;

/** Days from one automatic attempt to the next; after the last the subscription meets its end. */
const RETRY_DAYS: readonly number[] = [3, 5, 7];

/** Makes a draft final: it gets its number, takes what the customer has as balance, and asks for the rest. */
export function finalizeInvoice(draft: Draft, before: InvoiceRecord): InvoiceRecord {
  requireStatus(before, ['draft'], 'finalize');
  const customer = customerOf(draft, before.customer);
  const billing = billingOf(customer);
  const { total } = totalsOf(before.lines);
  const { due, after: endingBalance } = dueOf(total, billing.balance);
  const prefix = customer.id.slice(-8).toUpperCase();
  const sends = before.collectionMethod === 'send_invoice';
  draft.put('customer', {
    ...customer,
    billing: { ...billing, balance: endingBalance, nextInvoice: billing.nextInvoice + 1 },
  });
  const open: InvoiceRecord = {
    ...before,
    status: 'open',
    number: before.number ?? `${prefix}-${String(billing.nextInvoice).padStart(4, '0')}`,
    startingBalance: billing.balance,
    endingBalance,
    finalizesAt: null,
    finalizedAt: draft.now,
    dueDate: sends ? (before.dueDate ?? draft.now + (before.daysUntilDue ?? 30) * DAY_SECONDS) : null,
  };
  const payment = due === 0 ? null : openPayment(draft, open, due);
  const after = { ...open, payment };
  updateInvoice(draft, before, after, 'invoice.finalized');
  return due === 0 ? markPaid(draft, after, { outside: false }) : after;
}

/** Makes the intent that collects an invoice, and the payment that ties the two together. */
function openPayment(draft: Draft, invoice: InvoiceRecord, amount: number): string {
  const id = draft.id('pi_');
  const intent = draft.put('payment_intent', {
    id,
    created: draft.now,
    amount,
    currency: invoice.currency,
    status: 'requires_payment_method',
    clientSecret: `${id}${draft.id('_secret_', 25)}`,
    customer: invoice.customer,
    paymentMethod: null,
    description:
      invoice.billingReason === 'subscription_create' ? 'Subscription creation' : 'Subscription update',
    metadata: {},
    receiptEmail: null,
    setupFutureUsage: invoice.subscription === null ? null : 'off_session',
    statementDescriptor: null,
    statementDescriptorSuffix: null,
    shipping: null,
    transferGroup: null,
    paymentMethodTypes: ['card'],
    automatic: null,
    latestCharge: null,
    lastFault: null,
    returnUrl: null,
    canceledAt: null,
    cancellationReason: null,
    session: null,
    invoice: invoice.id,
  });
  draft.emit('payment_intent.created', 'payment_intent', intent);
  const payment = draft.put('invoice_payment', {
    id: draft.id('inpay_'),
    created: draft.now,
    invoice: invoice.id,
    paymentIntent: id,
    currency: invoice.currency,
    amountRequested: amount,
    amountPaid: null,
    status: 'open',
    paidAt: null,
    canceledAt: null,
  });
  return payment.id;
}

/** The intent that collects an invoice. */
export function intentOf(draft: Draft, invoice: InvoiceRecord): PaymentIntentRecord | undefined {
  const payment = invoice.payment === null ? undefined : draft.get('invoice_payment', invoice.payment);
  return payment === undefined ? undefined : draft.get('payment_intent', payment.paymentIntent);
}

/** The method that an invoice is paid with: its own, that of its subscription, then that of its customer. */
export function methodOf(draft: Draft, invoice: InvoiceRecord): PaymentMethodRecord | undefined {
  const subscription =
    invoice.subscription === null ? undefined : draft.get('subscription', invoice.subscription);
  const ids = [
    invoice.defaultPaymentMethod,
    subscription?.defaultPaymentMethod ?? null,
    customerOf(draft, invoice.customer).defaultPaymentMethod,
  ];
  // One that was taken away since cannot be charged; the next in line is.
  return ids
    .flatMap((id) => (id === null ? [] : (draft.get('payment_method', id) ?? [])))
    .find((method) => method.customer === invoice.customer);
}

/** Refuses to touch a payment that a bank has not answered yet. */
function requireSettled(intent: PaymentIntentRecord): void {
  if (intent.status !== 'processing') return;
  throw invalid('The payment of this invoice is being processed. Wait until it succeeds or fails.', {
    code: 'invoice_payment_intent_processing',
  });
}

/** Tries to take what an open invoice asks for. What comes of it reaches the invoice through its intent's events. */
export function payInvoice(
  draft: Draft,
  invoice: InvoiceRecord,
  method: PaymentMethodRecord | undefined,
  offSession: boolean,
): InvoiceRecord {
  const intent = intentOf(draft, invoice);
  if (intent === undefined) throw new Error('an open invoice that asks for money has no payment');
  requireSettled(intent);
  if (method === undefined) {
    noteFailure(draft, invoice);
  } else {
    attemptPayment(draft, intent, method, { offSession, authenticated: false });
  }
  return draft.get('invoice', invoice.id) ?? invoice;
}

/** Tries by itself, at once or after the days of the schedule. */
export function attemptAutomatically(draft: Draft, before: InvoiceRecord): InvoiceRecord {
  const counted = draft.put('invoice', { ...before, attempts: before.attempts + 1, nextAttemptAt: null });
  try {
    return payInvoice(draft, counted, methodOf(draft, counted), true);
  } catch (cause) {
    // A method that may not be used by itself, such as an account without a mandate, is a failed payment.
    if (!(cause instanceof ApiError)) throw cause;
    noteFailure(draft, counted);
    return draft.get('invoice', before.id) ?? counted;
  }
}

/** Notes that a payment of an invoice failed: it is tried again after the days of the schedule, while any are left. */
export function noteFailure(draft: Draft, before: InvoiceRecord): void {
  const subscription =
    before.subscription === null ? undefined : draft.get('subscription', before.subscription);
  const days = before.attempts === 0 ? undefined : RETRY_DAYS[before.attempts - 1];
  const retries =
    before.autoAdvance && before.nextAttemptAt === null && subscription?.status !== 'incomplete';
  const after =
    retries && days !== undefined ? { ...before, nextAttemptAt: draft.now + days * DAY_SECONDS } : before;
  draft.put('invoice', after);
  draft.emit('invoice.payment_failed', 'invoice', after);
  followInvoice(draft, after, 'failed');
}

/** What happens to a draft when its hour is over: it is final, and asks for its money. */
export function advanceDraft(draft: Draft, invoice: InvoiceRecord): InvoiceRecord {
  const open = finalizeInvoice(draft, { ...invoice, finalizesAt: null });
  const paused =
    invoice.subscription === null
      ? null
      : (draft.get('subscription', invoice.subscription)?.pauseCollection ?? null);
  if (open.status === 'open' && paused?.behavior === 'void') return voidInvoice(draft, open);
  if (open.status === 'open' && paused?.behavior === 'mark_uncollectible') return giveUp(draft, open);
  if (open.status !== 'open') return open;
  if (open.collectionMethod === 'charge_automatically') return attemptAutomatically(draft, open);
  draft.emit('invoice.sent', 'invoice', open);
  return open;
}

/** When a draft made now becomes final by itself. */
export function finalizeTime(draft: Draft): number {
  return draft.now + DRAFT_SECONDS;
}

/** Marks an invoice paid, by its payment or outside of Stripe. */
export function markPaid(
  draft: Draft,
  before: InvoiceRecord,
  { outside }: { readonly outside: boolean },
): InvoiceRecord {
  const remaining = amountRemaining(before);
  const paid: InvoiceRecord = {
    ...before,
    status: 'paid',
    paidAt: draft.now,
    amountPaid: amountDue(before),
    paidOutside: outside ? remaining : 0,
    nextAttemptAt: null,
    autoAdvance: false,
  };
  settlePayment(draft, paid, outside);
  updateInvoice(draft, before, paid, 'invoice.paid');
  draft.emit('invoice.payment_succeeded', 'invoice', paid);
  followInvoice(draft, paid, 'paid');
  return paid;
}

function settlePayment(draft: Draft, invoice: InvoiceRecord, outside: boolean): void {
  const payment = invoice.payment === null ? undefined : draft.get('invoice_payment', invoice.payment);
  if (payment === undefined || payment.status !== 'open') return;
  if (outside) {
    closePayment(draft, invoice);
    return;
  }
  const paid = draft.put('invoice_payment', {
    ...payment,
    status: 'paid',
    amountPaid: payment.amountRequested,
    paidAt: draft.now,
  });
  draft.emit('invoice_payment.paid', 'invoice_payment', paid);
}

/** Cancels what would still collect an invoice. */
function closePayment(draft: Draft, invoice: InvoiceRecord): void {
  const payment = invoice.payment === null ? undefined : draft.get('invoice_payment', invoice.payment);
  if (payment === undefined || payment.status !== 'open') return;
  draft.put('invoice_payment', { ...payment, status: 'canceled', canceledAt: draft.now });
  const intent = draft.get('payment_intent', payment.paymentIntent);
  if (intent === undefined || intent.status === 'succeeded' || intent.status === 'canceled') return;
  requireSettled(intent);
  const canceled = draft.put('payment_intent', {
    ...intent,
    status: 'canceled',
    canceledAt: draft.now,
    cancellationReason: 'void_invoice',
  });
  draft.emit('payment_intent.canceled', 'payment_intent', canceled);
}

/** Takes an invoice back: nothing is owed by it any more. */
export function voidInvoice(draft: Draft, before: InvoiceRecord): InvoiceRecord {
  requireStatus(before, ['open', 'uncollectible'], 'void');
  closePayment(draft, before);
  const after: InvoiceRecord = {
    ...before,
    status: 'void',
    voidedAt: draft.now,
    nextAttemptAt: null,
    autoAdvance: false,
  };
  giveBackBalance(draft, before);
  updateInvoice(draft, before, after, 'invoice.voided');
  followInvoice(draft, after, 'closed');
  return after;
}

/** Undoes what a void invoice did to its customer's balance. */
function giveBackBalance(draft: Draft, invoice: InvoiceRecord): void {
  const moved = (invoice.endingBalance ?? invoice.startingBalance) - invoice.startingBalance;
  if (moved === 0) return;
  const customer = customerOf(draft, invoice.customer);
  const billing = billingOf(customer);
  draft.put('customer', { ...customer, billing: { ...billing, balance: billing.balance - moved } });
}

/** Marks an invoice as one that will hardly be paid; it may still be. */
export function giveUp(draft: Draft, before: InvoiceRecord): InvoiceRecord {
  requireStatus(before, ['open'], 'mark uncollectible');
  const after: InvoiceRecord = {
    ...before,
    status: 'uncollectible',
    uncollectibleAt: draft.now,
    nextAttemptAt: null,
    autoAdvance: false,
  };
  updateInvoice(draft, before, after, 'invoice.marked_uncollectible');
  followInvoice(draft, after, 'closed');
  return after;
}
