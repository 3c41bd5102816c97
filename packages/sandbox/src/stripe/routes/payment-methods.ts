import type { BillingDetails, PaymentMethodRecord } from '../../state/records.ts';
import { type Call, get, post, type Route } from '../call.ts';
import { cardByNumber, cardByToken, isExpired, rememberCard, type TestCard, tokenExpiry } from '../cards.ts';
import { rememberIban } from '../debit.ts';
import { ApiError, invalid } from '../error.ts';
import {
  attachMethod,
  NO_BILLING,
  newPaymentMethod,
  requireCustomer,
  resolvePaymentMethod,
} from '../methods.ts';
import type { Params } from '../params.ts';
import { listRecords, recordOfPath } from '../records-of.ts';
import { render } from '../render.ts';

const TYPES = ['card', 'sepa_debit'] as const;

function readBilling(params: Params, before: BillingDetails): BillingDetails {
  const level = params.level('billing_details');
  const text = (key: 'email' | 'name' | 'phone') => {
    const value = level.text(key);
    return value === undefined ? before[key] : value;
  };
  return {
    address: level.address() ?? before.address,
    email: text('email'),
    name: text('name'),
    phone: text('phone'),
  };
}

function testCardOf(number: string): TestCard {
  const test = cardByNumber(number.replaceAll(/[ -]/g, ''));
  if (test !== undefined) return test;
  throw new ApiError(402, {
    type: 'card_error',
    code: 'card_declined',
    decline_code: 'test_mode_live_card',
    message: 'Your card was declined. Your request was in test mode, but used a non test card.',
  });
}

function create({ draft, params }: Call): object {
  const type = params.choice('type', TYPES);
  if (type === 'sepa_debit') return createDebit({ draft, params, id: '' });
  if (type !== 'card') {
    throw invalid('Missing required param: type.', { code: 'parameter_missing', param: 'type' });
  }
  const level = params.level('card');
  const token = level.text('token') ?? null;
  const billing = readBilling(params, NO_BILLING);
  const metadata = params.metadata();
  let test: TestCard | undefined;
  let expiry = tokenExpiry(draft.nowMs);
  let cvc = false;
  if (token === null) {
    test = testCardOf(level.required('number'));
    expiry = { month: level.integer('exp_month') ?? 0, year: level.integer('exp_year') ?? 0 };
    cvc = typeof level.text('cvc') === 'string';
    requireExpiry(expiry, draft.nowMs);
  } else {
    test = cardByToken(token);
    if (test === undefined)
      throw invalid(`No such token: '${token}'`, { code: 'resource_missing', param: 'card[token]' });
  }
  const method = newPaymentMethod(draft, rememberCard(test, expiry, cvc ? 'pass' : null), billing);
  return render('payment_method', draft.put('payment_method', { ...method, metadata }), draft);
}

function createDebit({ draft, params }: Call): object {
  const billing = readBilling(params, NO_BILLING);
  if (billing.name === null || billing.email === null) {
    throw invalid('A debit needs the name and the e-mail address of the account holder.', {
      code: 'parameter_missing',
      param: 'billing_details',
    });
  }
  const debit = rememberIban(params.level('sepa_debit').required('iban'));
  const method = newPaymentMethod(draft, debit, billing);
  const kept = draft.put('payment_method', { ...method, metadata: params.metadata() });
  return render('payment_method', kept, draft);
}

function requireExpiry({ month, year }: { month: number; year: number }, nowMs: number): void {
  if (month < 1 || month > 12) {
    throw new ApiError(402, {
      type: 'card_error',
      code: 'invalid_expiry_month',
      message: "Your card's expiration month is invalid.",
      param: 'exp_month',
    });
  }
  if (year < 1970 || year > 2100 || isExpired({ expMonth: month, expYear: year }, nowMs)) {
    throw new ApiError(402, {
      type: 'card_error',
      code: 'invalid_expiry_year',
      message: "Your card's expiration year is invalid.",
      param: 'exp_year',
    });
  }
}

function update(call: Call): object {
  const { draft, params } = call;
  const before = recordOfPath(call, 'payment_method', 'PaymentMethod');
  const level = params.level('card');
  const month = level.integer('exp_month');
  const year = level.integer('exp_year');
  const card = before.card && {
    ...before.card,
    expMonth: month ?? before.card.expMonth,
    expYear: year ?? before.card.expYear,
  };
  const after = draft.put('payment_method', {
    ...before,
    card,
    billing: readBilling(params, before.billing),
    metadata: params.metadata(before.metadata),
  });
  draft.emit('payment_method.updated', 'payment_method', after);
  return render('payment_method', after, draft);
}

function attach({ draft, params, id }: Call): object {
  const method = resolvePaymentMethod(draft, id, 404);
  return render('payment_method', attachMethod(draft, method, params.required('customer')), draft);
}

function detach(call: Call): object {
  const { draft } = call;
  const method = recordOfPath(call, 'payment_method', 'PaymentMethod');
  if (method.customer === null) {
    throw invalid(
      'The payment method you provided is not attached to a customer so detachment is impossible.',
    );
  }
  const customer = draft.get('customer', method.customer);
  if (customer?.defaultPaymentMethod === method.id) {
    draft.put('customer', { ...customer, defaultPaymentMethod: null });
  }
  const detached = draft.put('payment_method', { ...method, customer: null, detached: true });
  draft.emit('payment_method.detached', 'payment_method', detached, { customer: method.customer });
  return render('payment_method', detached, draft);
}

function ofCustomer(customer: string, type: (typeof TYPES)[number] | null) {
  return (method: PaymentMethodRecord) =>
    method.customer === customer && (type === null || (type === 'card') === (method.card !== null));
}

function list(call: Call): object {
  const type = call.params.choice('type', TYPES) ?? null;
  const customer = call.params.text('customer') ?? null;
  if (customer === null) return listRecords(call, 'payment_method', '/v1/payment_methods', () => false);
  requireCustomer(call.draft, customer);
  return listRecords(call, 'payment_method', '/v1/payment_methods', ofCustomer(customer, type));
}

function listOfCustomer(call: Call): object {
  const type = call.params.choice('type', TYPES) ?? null;
  const customer = recordOfPath(call, 'customer');
  return listRecords(
    call,
    'payment_method',
    `/v1/customers/${customer.id}/payment_methods`,
    ofCustomer(customer.id, type),
  );
}

/** Routes of payment methods. */
export const paymentMethodRoutes: readonly Route[] = [
  post('/v1/payment_methods', create),
  get('/v1/payment_methods', list),
  get('/v1/payment_methods/:id', (call) =>
    render('payment_method', recordOfPath(call, 'payment_method', 'PaymentMethod'), call.draft),
  ),
  post('/v1/payment_methods/:id', update),
  post('/v1/payment_methods/:id/attach', attach),
  post('/v1/payment_methods/:id/detach', detach),
  get('/v1/customers/:id/payment_methods', listOfCustomer),
];
