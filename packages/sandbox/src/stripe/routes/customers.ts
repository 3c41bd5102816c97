import type { CustomerRecord, Shipping } from '../../state/records.ts';
import { searchRecords } from '../billing/search.ts';
import { billingPart } from '../billing-part.ts';
import { type Call, get, post, type Route, remove } from '../call.ts';
import { changedAttributes } from '../changed.ts';
import { invalid } from '../error.ts';
import { attachMethod, resolvePaymentMethod } from '../methods.ts';
import { renderCustomer } from '../objects/customer.ts';
import type { Params } from '../params.ts';
import { listRecords, recordOfPath } from '../records-of.ts';
import { render } from '../render.ts';

const TAX_EXEMPT = ['none', 'exempt', 'reverse'] as const;

/** Reads a shipping address, `undefined` when it was not sent. */
export function readShipping(params: Params): Shipping | null | undefined {
  const sent = params.has('shipping');
  const level = params.level('shipping');
  const address = level.address();
  const name = level.text('name') ?? null;
  const phone = level.text('phone') ?? null;
  if (!sent) return undefined;
  return address === undefined || address === null ? null : { address, name, phone };
}

function readFields(params: Params, before: CustomerRecord): CustomerRecord {
  const text = (key: 'email' | 'name' | 'phone' | 'description') => {
    const value = params.text(key);
    return value === undefined ? before[key] : value;
  };
  const address = params.address();
  const shipping = readShipping(params);
  return {
    ...before,
    email: text('email'),
    name: text('name'),
    phone: text('phone'),
    description: text('description'),
    metadata: params.metadata(before.metadata),
    address: address === undefined ? before.address : address,
    shipping: shipping === undefined ? before.shipping : shipping,
    preferredLocales: params.texts('preferred_locales') ?? before.preferredLocales,
    taxExempt: params.choice('tax_exempt', TAX_EXEMPT) ?? before.taxExempt,
  };
}

function withDefaultMethod({ draft, params }: Call, customer: CustomerRecord): CustomerRecord {
  const sent = params.level('invoice_settings').text('default_payment_method');
  if (sent === undefined) return customer;
  if (sent === null) return { ...customer, defaultPaymentMethod: null };
  const method = resolvePaymentMethod(draft, sent);
  if (method.customer !== customer.id) {
    throw invalid(
      `The customer does not have a payment method with the ID ${sent}. The payment method must be attached to the customer.`,
      {
        code: 'resource_missing',
        param: 'invoice_settings[default_payment_method]',
      },
    );
  }
  return { ...customer, defaultPaymentMethod: method.id };
}

function create(call: Call): object {
  const { draft, params } = call;
  let customer: CustomerRecord = readFields(params, {
    id: draft.id('cus_', 14),
    created: draft.now,
    email: null,
    name: null,
    phone: null,
    description: null,
    metadata: {},
    address: null,
    shipping: null,
    defaultPaymentMethod: null,
    preferredLocales: [],
    taxExempt: 'none',
    deleted: false,
  });
  draft.put('customer', customer);
  draft.emit('customer.created', 'customer', customer);
  const method = params.text('payment_method') ?? null;
  if (method !== null) attachMethod(draft, resolvePaymentMethod(draft, method), customer.id);
  customer = draft.put('customer', withDefaultMethod(call, customer));
  return render('customer', customer, draft);
}

function update(call: Call): object {
  const { draft, params } = call;
  const before = recordOfPath(call, 'customer');
  if (before.deleted)
    throw invalid(`No such customer: '${before.id}'`, { code: 'resource_missing', param: 'id' });
  const after = draft.put('customer', withDefaultMethod(call, readFields(params, before)));
  const changed = changedAttributes(renderCustomer(before), renderCustomer(after));
  draft.emit('customer.updated', 'customer', after, changed);
  return render('customer', after, draft);
}

function destroy(call: Call): object {
  const { draft } = call;
  const customer = recordOfPath(call, 'customer');
  for (const method of draft.all('payment_method')) {
    if (method.customer === customer.id) draft.put('payment_method', { ...method, customer: null });
  }
  billingPart()?.forgetCustomer(draft, customer.id);
  draft.emit('customer.deleted', 'customer', customer);
  const deleted = draft.put('customer', { ...customer, deleted: true });
  return render('customer', deleted, draft);
}

function list(call: Call): object {
  const email = call.params.text('email') ?? null;
  return listRecords(
    call,
    'customer',
    '/v1/customers',
    (customer) => !customer.deleted && (email === null || customer.email === email),
  );
}

/** Routes of customers. */
export const customerRoutes: readonly Route[] = [
  post('/v1/customers', create),
  get('/v1/customers', list),
  get('/v1/customers/search', (call) => searchRecords(call, 'customer', '/v1/customers/search')),
  get('/v1/customers/:id', (call) => render('customer', recordOfPath(call, 'customer'), call.draft)),
  post('/v1/customers/:id', update),
  remove('/v1/customers/:id', destroy),
];
