import type { InvoiceRecord } from '../../../state/billing-records.ts';
import { type Call, get, post, type Route, remove } from '../../call.ts';
import { ApiError, invalid, missing } from '../../error.ts';
import { listAnswer, pageOf } from '../../list.ts';
import { resolvePaymentMethod } from '../../methods.ts';
import { declinedError } from '../../pay.ts';
import { listRecords, recordOfPath } from '../../records-of.ts';
import { render } from '../../render.ts';
import {
  attemptAutomatically,
  finalizeInvoice,
  finalizeTime,
  giveUp,
  intentOf,
  markPaid,
  methodOf,
  payInvoice,
  voidInvoice,
} from '../collect.ts';
import { readDiscounts } from '../discounts.ts';
import {
  billingOf,
  customerOf,
  newInvoice,
  openDraft,
  pendingItems,
  priced,
  requireStatus,
  takeItems,
  updateInvoice,
} from '../invoices.ts';
import { renderInvoicePayment } from '../objects/invoice.ts';
import { renderLine } from '../objects/line.ts';
import { searchRecords } from '../search.ts';
import { readTaxRates } from '../subscription-params.ts';
import { preview } from './previews.ts';

const COLLECTIONS = ['charge_automatically', 'send_invoice'] as const;

function create(call: Call): object {
  const { draft, params } = call;
  const subscriptionId = params.text('subscription') ?? null;
  const subscription = subscriptionId === null ? null : draft.get('subscription', subscriptionId);
  if (subscription === undefined) throw missing('subscription', String(subscriptionId), 'subscription');
  const customer = customerOf(
    draft,
    params.text('customer') ?? subscription?.customer ?? params.required('customer'),
  );
  const sent = params.text('currency')?.toLowerCase();
  const currency = sent ?? subscription?.currency ?? billingOf(customer).currency ?? 'usd';
  const takes =
    params.choice('pending_invoice_items_behavior', ['include', 'exclude']) ??
    (subscription === null ? 'exclude' : 'include');
  const items = takes === 'include' ? pendingItems(draft, customer.id, currency, subscriptionId) : [];
  if (subscription !== null && items.length === 0) {
    throw invalid('Nothing to invoice for subscription', { code: 'invoice_no_subscription_line_items' });
  }
  const id = draft.id('in_');
  const collectionMethod = params.choice('collection_method', COLLECTIONS) ?? 'charge_automatically';
  const autoAdvance = params.flag('auto_advance') ?? false;
  params.level('automatic_tax').flag('enabled');
  const bearer = { customer: customer.id, currency, subscription: null, invoice: id };
  const invoice = newInvoice(draft, {
    id,
    customer: customer.id,
    currency,
    billingReason: subscription === null ? 'manual' : 'subscription_update',
    subscription: subscriptionId,
    subscriptionMetadata: subscription?.metadata ?? {},
    collectionMethod,
    daysUntilDue: params.integer('days_until_due') ?? null,
    dueDate: params.integer('due_date') ?? null,
    autoAdvance,
    finalizesAt: autoAdvance ? (params.integer('automatically_finalizes_at') ?? finalizeTime(draft)) : null,
    taxRates: readTaxRates(draft, params, 'default_tax_rates') ?? [],
    discounts: readDiscounts(draft, params, bearer) ?? [],
    description: params.text('description') ?? null,
    footer: params.text('footer') ?? null,
    number: params.text('number') ?? null,
    metadata: params.metadata(),
    defaultPaymentMethod: params.text('default_payment_method') ?? null,
    lines: takeItems(draft, items, id),
  });
  return render('invoice', openDraft(draft, invoice), draft);
}

function update(call: Call): object {
  const { draft, params } = call;
  const before = recordOfPath(call, 'invoice');
  const fixed = ['default_tax_rates', 'discounts', 'number'].some((key) => params.has(key));
  if (fixed) requireStatus(before, ['draft'], 'change the amounts of');
  const text = (key: 'description' | 'footer') => {
    const value = params.text(key);
    return value === undefined ? before[key] : value;
  };
  const bearer = {
    customer: before.customer,
    currency: before.currency,
    subscription: null,
    invoice: before.id,
  };
  const autoAdvance = params.flag('auto_advance') ?? before.autoAdvance;
  const finalizesAt = params.integer('automatically_finalizes_at') ?? before.finalizesAt;
  const after: InvoiceRecord = {
    ...before,
    autoAdvance,
    finalizesAt: before.status === 'draft' && autoAdvance ? (finalizesAt ?? finalizeTime(draft)) : null,
    collectionMethod: params.choice('collection_method', COLLECTIONS) ?? before.collectionMethod,
    daysUntilDue: params.integer('days_until_due') ?? before.daysUntilDue,
    dueDate: params.integer('due_date') ?? before.dueDate,
    defaultPaymentMethod: params.text('default_payment_method') ?? before.defaultPaymentMethod,
    taxRates: readTaxRates(draft, params, 'default_tax_rates') ?? before.taxRates,
    discounts: readDiscounts(draft, params, bearer) ?? before.discounts,
    description: text('description'),
    footer: text('footer'),
    number: params.text('number') ?? before.number,
    metadata: params.metadata(before.metadata),
  };
  const computed = before.status === 'draft' ? priced(draft, after) : after;
  return render('invoice', updateInvoice(draft, before, computed), draft);
}

function destroy(call: Call): object {
  const { draft } = call;
  const invoice = recordOfPath(call, 'invoice');
  requireStatus(invoice, ['draft'], 'delete');
  if (invoice.subscription !== null) throw invalid('You cannot delete an invoice of a subscription.');
  for (const item of draft.all('invoiceitem')) {
    if (item.invoice === invoice.id) draft.put('invoiceitem', { ...item, invoice: null });
  }
  draft.emit('invoice.deleted', 'invoice', invoice);
  draft.remove('invoice', invoice.id);
  return { id: invoice.id, object: 'invoice', deleted: true };
}

function finalize(call: Call): object {
  const { draft, params } = call;
  const before = recordOfPath(call, 'invoice');
  const advance = params.flag('auto_advance') ?? before.autoAdvance;
  const open = finalizeInvoice(draft, { ...before, autoAdvance: advance });
  if (open.status !== 'open' || !advance || open.collectionMethod !== 'charge_automatically') {
    return render('invoice', open, draft);
  }
  return render('invoice', attemptAutomatically(draft, open), draft);
}

function pay(call: Call): object {
  const { draft, params } = call;
  let invoice = recordOfPath(call, 'invoice');
  if (invoice.status === 'paid') {
    throw invalid('Invoice is already paid', { code: 'invoice_already_paid' });
  }
  requireStatus(invoice, ['draft', 'open', 'uncollectible'], 'pay');
  if (invoice.status === 'draft') invoice = finalizeInvoice(draft, invoice);
  if (params.flag('paid_out_of_band') === true) {
    return render('invoice', markPaid(draft, invoice, { outside: true }), draft);
  }
  if (invoice.status === 'paid') return render('invoice', invoice, draft);
  const ref = params.text('payment_method') ?? null;
  const method = ref === null ? methodOf(draft, invoice) : resolvePaymentMethod(draft, ref);
  if (method === undefined) {
    throw invalid(
      'This customer has no attached payment source or default payment method. Please consider adding a default payment method.',
      { code: 'resource_missing' },
    );
  }
  params.flag('forgive');
  const after = payInvoice(draft, invoice, method, params.flag('off_session') ?? true);
  const intent = intentOf(draft, after);
  if (after.status === 'paid' || intent === undefined) return render('invoice', after, draft);
  if (intent.lastFault !== null) throw declinedError(draft, intent, intent.lastFault);
  // A bank takes days to say whether it paid.
  if (intent.status !== 'requires_action') return render('invoice', after, draft);
  throw new ApiError(
    402,
    {
      type: 'card_error',
      code: 'invoice_payment_intent_requires_action',
      message:
        'Payment for this invoice requires additional user action before it can be completed successfully.',
      payment_intent: render('payment_intent', intent, draft),
    },
    true,
  );
}

function send(call: Call): object {
  const { draft } = call;
  const before = recordOfPath(call, 'invoice');
  requireStatus(before, ['draft', 'open'], 'send');
  const open = before.status === 'draft' ? finalizeInvoice(draft, before) : before;
  draft.emit('invoice.sent', 'invoice', open);
  return render('invoice', open, draft);
}

function list(call: Call): object {
  const { params } = call;
  const text = (key: string) => params.text(key) ?? null;
  const [customer, subscription, status] = [text('customer'), text('subscription'), text('status')];
  const collection = text('collection_method');
  return listRecords(
    call,
    'invoice',
    '/v1/invoices',
    (one) =>
      (customer === null || one.customer === customer) &&
      (subscription === null || one.subscription === subscription) &&
      (status === null || one.status === status) &&
      (collection === null || one.collectionMethod === collection),
  );
}

function listLines(call: Call): object {
  const invoice = recordOfPath(call, 'invoice');
  // Lines come in the order of the invoice, so they are handed over the other way round.
  const lines = [...invoice.lines].reverse().map((line) => ({ ...line, created: invoice.created }));
  const page = pageOf(lines, call.params, 'line_item');
  return listAnswer(
    `/v1/invoices/${invoice.id}/lines`,
    page.data.map((line) => renderLine(line, invoice.id, invoice.currency)),
    page.hasMore,
  );
}

function listPayments(call: Call): object {
  const { params } = call;
  const invoice = params.text('invoice') ?? null;
  const status = params.text('status') ?? null;
  const payment = params.level('payment');
  payment.choice('type', ['payment_intent', 'payment_record']);
  const intent = payment.text('payment_intent') ?? null;
  return listRecords(
    call,
    'invoice_payment',
    '/v1/invoice_payments',
    (one) =>
      (invoice === null || one.invoice === invoice) &&
      (status === null || one.status === status) &&
      (intent === null || one.paymentIntent === intent),
  );
}

/** Routes of invoices and their payments. */
export const invoiceRoutes: readonly Route[] = [
  post('/v1/invoices', create),
  get('/v1/invoices', list),
  post('/v1/invoices/create_preview', preview),
  get('/v1/invoices/search', (call) => searchRecords(call, 'invoice', '/v1/invoices/search')),
  get('/v1/invoices/:id', (call) => render('invoice', recordOfPath(call, 'invoice'), call.draft)),
  post('/v1/invoices/:id', update),
  remove('/v1/invoices/:id', destroy),
  get('/v1/invoices/:id/lines', listLines),
  post('/v1/invoices/:id/finalize', finalize),
  post('/v1/invoices/:id/pay', pay),
  post('/v1/invoices/:id/send', send),
  post('/v1/invoices/:id/void', (call) =>
    render('invoice', voidInvoice(call.draft, recordOfPath(call, 'invoice')), call.draft),
  ),
  post('/v1/invoices/:id/mark_uncollectible', (call) =>
    render('invoice', giveUp(call.draft, recordOfPath(call, 'invoice')), call.draft),
  ),
  get('/v1/invoice_payments', listPayments),
  get('/v1/invoice_payments/:id', (call) => renderInvoicePayment(recordOfPath(call, 'invoice_payment'))),
];
