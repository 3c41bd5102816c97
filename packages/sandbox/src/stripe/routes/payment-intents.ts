import type { PaymentIntentRecord } from '../../state/records.ts';
import { type Call, get, post, type Route } from '../call.ts';
import { ApiError, invalid } from '../error.ts';
import { checkAmount, readCurrency, readMandateData, readMethodChoice, readUrl } from '../intent-params.ts';
import { requireCustomer, requireOwner, resolvePaymentMethod } from '../methods.ts';
import { attemptPayment, declinedError } from '../pay.ts';
import { listRecords, recordOfPath } from '../records-of.ts';
import { render } from '../render.ts';
import { readShipping } from './customers.ts';

const USAGES = ['on_session', 'off_session'] as const;
const REASONS = ['duplicate', 'fraudulent', 'requested_by_customer', 'abandoned'] as const;

function readFields(call: Call): PaymentIntentRecord {
  const { draft, params } = call;
  const amount = params.integer('amount');
  if (amount === undefined)
    throw invalid('Missing required param: amount.', { code: 'parameter_missing', param: 'amount' });
  const currency = readCurrency(params);
  checkAmount(amount, currency, draft.settings.enforceMinimumAmount);
  params.choice('capture_method', ['automatic', 'automatic_async']);
  params.choice('confirmation_method', ['automatic']);
  const choice = readMethodChoice(params);
  const id = draft.id('pi_');
  const customer = params.text('customer') ?? null;
  if (customer !== null) requireCustomer(draft, customer);
  return {
    id,
    created: draft.now,
    amount,
    currency,
    status: 'requires_payment_method',
    clientSecret: `${id}${draft.id('_secret_', 25)}`,
    customer,
    paymentMethod: null,
    description: params.text('description') ?? null,
    metadata: params.metadata(),
    receiptEmail: params.text('receipt_email') ?? null,
    setupFutureUsage: params.choice('setup_future_usage', USAGES) ?? null,
    statementDescriptor: params.text('statement_descriptor') ?? null,
    statementDescriptorSuffix: params.text('statement_descriptor_suffix') ?? null,
    shipping: readShipping(params) ?? null,
    transferGroup: params.text('transfer_group') ?? null,
    paymentMethodTypes: choice.types,
    automatic: choice.automatic,
    latestCharge: null,
    lastFault: null,
    returnUrl: null,
    canceledAt: null,
    cancellationReason: null,
    session: null,
  };
}

function create(call: Call): object {
  const { draft, params } = call;
  const fields = readFields(call);
  const confirm = params.flag('confirm') ?? false;
  const ref = params.text('payment_method') ?? null;
  const method = ref === null ? null : resolvePaymentMethod(draft, ref);
  if (method !== null) requireOwner(method, fields.customer);
  if (!confirm && params.has('off_session')) {
    throw invalid('off_session can only be set when confirm=true.', { param: 'off_session' });
  }
  const intent = draft.put('payment_intent', {
    ...fields,
    paymentMethod: method?.id ?? null,
    status: method === null ? 'requires_payment_method' : 'requires_confirmation',
  });
  draft.emit('payment_intent.created', 'payment_intent', intent);
  return confirm ? confirmIntent(call, intent) : render('payment_intent', intent, draft);
}

function confirmIntent({ draft, params }: Call, before: PaymentIntentRecord): object {
  if (before.status === 'succeeded' || before.status === 'canceled') {
    throw unexpectedState(before, 'confirm', render('payment_intent', before, draft));
  }
  const offSession = params.flag('off_session') ?? false;
  const ref = params.text('payment_method') ?? before.paymentMethod;
  if (ref === null) {
    throw invalid(
      'You cannot confirm this PaymentIntent because it is missing a payment method. Provide one with the `payment_method` parameter.',
      { code: 'payment_intent_unexpected_state' },
    );
  }
  const method = resolvePaymentMethod(draft, ref);
  readMandateData(params);
  requireOwner(method, before.customer);
  const intent = {
    ...before,
    returnUrl: readUrl(params, 'return_url') ?? before.returnUrl,
    receiptEmail: params.text('receipt_email') ?? before.receiptEmail,
    setupFutureUsage: params.choice('setup_future_usage', USAGES) ?? before.setupFutureUsage,
  };
  const after = attemptPayment(draft, intent, method, { offSession, authenticated: false });
  if (after.lastFault !== null) throw declinedError(draft, after, after.lastFault);
  const refusesAction = params.flag('error_on_requires_action') ?? false;
  if (refusesAction && after.status === 'requires_action') {
    throw new ApiError(402, {
      type: 'card_error',
      code: 'authentication_required',
      decline_code: 'authentication_not_handled',
      message:
        'This payment required an authentication action to complete, but `error_on_requires_action` was set.',
    });
  }
  return render('payment_intent', after, draft);
}

function update(call: Call): object {
  const { draft, params } = call;
  const before = recordOfPath(call, 'payment_intent');
  const sets = (['amount', 'currency', 'customer', 'payment_method'] as const).some((key) => params.has(key));
  if (sets && (before.status === 'succeeded' || before.status === 'canceled')) {
    throw unexpectedState(before, 'update', render('payment_intent', before, draft));
  }
  const amount = params.integer('amount') ?? before.amount;
  const currency = params.has('currency') ? readCurrency(params) : before.currency;
  checkAmount(amount, currency, draft.settings.enforceMinimumAmount);
  const customer = params.text('customer') ?? before.customer;
  if (customer !== null) requireCustomer(draft, customer);
  const ref = params.text('payment_method') ?? null;
  const method = ref === null ? null : resolvePaymentMethod(draft, ref);
  if (method !== null) requireOwner(method, customer);
  const description = params.text('description');
  const receiptEmail = params.text('receipt_email');
  const after = draft.put('payment_intent', {
    ...before,
    amount,
    currency,
    customer,
    description: description === undefined ? before.description : description,
    receiptEmail: receiptEmail === undefined ? before.receiptEmail : receiptEmail,
    metadata: params.metadata(before.metadata),
    setupFutureUsage: params.choice('setup_future_usage', USAGES) ?? before.setupFutureUsage,
    ...(method === null ? {} : { paymentMethod: method.id, status: 'requires_confirmation' as const }),
  });
  return render('payment_intent', after, draft);
}

function cancel(call: Call): object {
  const { draft, params } = call;
  const intent = recordOfPath(call, 'payment_intent');
  if (intent.status === 'succeeded' || intent.status === 'canceled') {
    throw unexpectedState(intent, 'cancel', render('payment_intent', intent, draft));
  }
  if (intent.session !== null && draft.get('checkout_session', intent.session)?.status === 'open') {
    throw invalid(
      'You cannot cancel a PaymentIntent of an open Checkout Session. Expire the session instead.',
    );
  }
  const canceled = draft.put('payment_intent', {
    ...intent,
    status: 'canceled',
    canceledAt: draft.now,
    cancellationReason: params.choice('cancellation_reason', REASONS) ?? null,
  });
  draft.emit('payment_intent.canceled', 'payment_intent', canceled);
  return render('payment_intent', canceled, draft);
}

function unexpectedState(intent: PaymentIntentRecord, verb: string, rendered: object): ApiError {
  return new ApiError(400, {
    type: 'invalid_request_error',
    code: 'payment_intent_unexpected_state',
    message: `You cannot ${verb} this PaymentIntent because it has a status of ${intent.status}.`,
    payment_intent: rendered,
  });
}

function list(call: Call): object {
  const customer = call.params.text('customer') ?? null;
  return listRecords(
    call,
    'payment_intent',
    '/v1/payment_intents',
    (intent) => customer === null || intent.customer === customer,
  );
}

function retrieve(call: Call): object {
  const intent = recordOfPath(call, 'payment_intent');
  const secret = call.params.text('client_secret') ?? null;
  if (secret !== null && secret !== intent.clientSecret) {
    throw invalid('The client_secret provided does not match the client_secret on the PaymentIntent.');
  }
  return render('payment_intent', intent, call.draft);
}

/** Routes of payment intents. */
export const paymentIntentRoutes: readonly Route[] = [
  post('/v1/payment_intents', create),
  get('/v1/payment_intents', list),
  get('/v1/payment_intents/:id', retrieve),
  post('/v1/payment_intents/:id', update),
  post('/v1/payment_intents/:id/confirm', (call) =>
    confirmIntent(call, recordOfPath(call, 'payment_intent')),
  ),
  post('/v1/payment_intents/:id/cancel', cancel),
];
