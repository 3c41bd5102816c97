import type { InvoiceItemRecord, InvoiceRecord } from '../../../state/billing-records.ts';
import type { Draft } from '../../../state/draft.ts';
import { type Call, get, post, type Route, remove } from '../../call.ts';
import { invalid, missing } from '../../error.ts';
import { listRecords, recordOfPath } from '../../records-of.ts';
import { render } from '../../render.ts';
import { ONE } from '../decimal.ts';
import { billingOf, customerOf, priced, requireStatus } from '../invoices.ts';
import { lineOfItem, wordsFor } from '../lines.ts';
import { amountsIn, costOf } from '../price-amount.ts';
import { readItemPrice, readTaxRates } from '../subscription-params.ts';

/** The draft invoice that an item is put onto at once, if any. */
function invoiceOf(draft: Draft, id: string | null): InvoiceRecord | null {
  if (id === null) return null;
  const invoice = draft.get('invoice', id);
  if (invoice === undefined) throw missing('invoice', id, 'invoice');
  requireStatus(invoice, ['draft'], 'add items to');
  return invoice;
}

function readAmount(call: Call, currency: string) {
  const { draft, params } = call;
  const quantity = params.integer('quantity') ?? 1;
  const priceLevel = params.level('pricing').text('price') ?? params.text('price');
  if (priceLevel == null && !params.has('price_data')) {
    const amount = params.integer('amount') ?? params.integer('unit_amount');
    if (amount === undefined) {
      throw invalid('Missing required param: amount.', { code: 'parameter_missing', param: 'amount' });
    }
    return {
      amount: amount * quantity,
      price: null,
      product: null,
      quantity,
      unitAmount: String(amount),
      words: null,
    };
  }
  const level = params.level('pricing').has('price') ? params.level('pricing') : params;
  const price = readItemPrice(draft, level, false);
  const amounts = amountsIn(price, currency);
  if (amounts === undefined) {
    throw invalid(`The price specified only supports \`${price.currency}\`.`, { param: 'price' });
  }
  return {
    amount: costOf(price, currency, BigInt(quantity) * ONE),
    price: price.id,
    product: price.product,
    quantity,
    unitAmount: amounts.unitAmount,
    words: wordsFor(draft, price, currency, String(quantity)),
  };
}

function create(call: Call): object {
  const { draft, params } = call;
  const invoice = invoiceOf(draft, params.text('invoice') ?? null);
  const customer = customerOf(
    draft,
    params.text('customer') ?? invoice?.customer ?? params.required('customer'),
  );
  const sent = params.text('currency')?.toLowerCase();
  const currency = sent ?? invoice?.currency ?? billingOf(customer).currency ?? 'usd';
  const subscription = params.text('subscription') ?? null;
  if (subscription !== null && draft.get('subscription', subscription) === undefined) {
    throw missing('subscription', subscription, 'subscription');
  }
  const { words, ...amounts } = readAmount(call, currency);
  const period = params.level('period');
  const item: InvoiceItemRecord = {
    id: draft.id('ii_'),
    created: draft.now,
    customer: customer.id,
    currency,
    ...amounts,
    description: params.text('description') ?? words,
    periodStart: period.integer('start') ?? draft.now,
    periodEnd: period.integer('end') ?? draft.now,
    proration: false,
    credited: null,
    subscription,
    subscriptionItem: null,
    invoice: invoice?.id ?? null,
    discountable: params.flag('discountable') ?? amounts.amount >= 0,
    taxRates: readTaxRates(draft, params, 'tax_rates') ?? [],
    metadata: params.metadata(),
  };
  draft.put('invoiceitem', item);
  draft.emit('invoiceitem.created', 'invoiceitem', item);
  if (invoice !== null) {
    draft.put('invoice', priced(draft, { ...invoice, lines: [...invoice.lines, lineOfItem(draft, item)] }));
  }
  return render('invoiceitem', item, draft);
}

function update(call: Call): object {
  const { draft, params } = call;
  const before = recordOfPath(call, 'invoiceitem');
  const invoice = invoiceOf(draft, before.invoice);
  const description = params.text('description');
  const after = draft.put('invoiceitem', {
    ...before,
    amount: params.integer('amount') ?? before.amount,
    description: description === undefined ? before.description : description,
    discountable: params.flag('discountable') ?? before.discountable,
    metadata: params.metadata(before.metadata),
  });
  if (invoice !== null) {
    const lines = invoice.lines.map((line) =>
      line.invoiceItem === after.id ? { ...lineOfItem(draft, after), id: line.id } : line,
    );
    draft.put('invoice', priced(draft, { ...invoice, lines }));
  }
  return render('invoiceitem', after, draft);
}

function destroy(call: Call): object {
  const { draft } = call;
  const item = recordOfPath(call, 'invoiceitem');
  const invoice = invoiceOf(draft, item.invoice);
  if (invoice !== null) {
    const lines = invoice.lines.filter((line) => line.invoiceItem !== item.id);
    draft.put('invoice', priced(draft, { ...invoice, lines }));
  }
  draft.emit('invoiceitem.deleted', 'invoiceitem', item);
  draft.remove('invoiceitem', item.id);
  return { id: item.id, object: 'invoiceitem', deleted: true };
}

function list(call: Call): object {
  const customer = call.params.text('customer') ?? null;
  const invoice = call.params.text('invoice') ?? null;
  const pending = call.params.flag('pending');
  return listRecords(
    call,
    'invoiceitem',
    '/v1/invoiceitems',
    (item) =>
      (customer === null || item.customer === customer) &&
      (invoice === null || item.invoice === invoice) &&
      (pending === undefined || (item.invoice === null) === pending),
  );
}

/** Routes of invoice items. */
export const invoiceItemRoutes: readonly Route[] = [
  post('/v1/invoiceitems', create),
  get('/v1/invoiceitems', list),
  get('/v1/invoiceitems/:id', (call) => render('invoiceitem', recordOfPath(call, 'invoiceitem'), call.draft)),
  post('/v1/invoiceitems/:id', update),
  remove('/v1/invoiceitems/:id', destroy),
];
