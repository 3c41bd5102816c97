import type { SetupIntentRecord } from '../../state/records.ts';
import { type Call, get, post, type Route } from '../call.ts';
import { ApiError, invalid } from '../error.ts';
import { readMandateData, readMethodChoice, readUrl } from '../intent-params.ts';
import { requireCustomer, requireOwner, resolvePaymentMethod } from '../methods.ts';
import { listRecords, recordOfPath } from '../records-of.ts';
import { render } from '../render.ts';
import { attemptSetup, declinedSetupError } from '../set-up.ts';

const USAGES = ['on_session', 'off_session'] as const;
const REASONS = ['abandoned', 'duplicate', 'requested_by_customer'] as const;

function create(call: Call): object {
  const { draft, params } = call;
  const customer = params.text('customer') ?? null;
  if (customer !== null) requireCustomer(draft, customer);
  const choice = readMethodChoice(params);
  const confirm = params.flag('confirm') ?? false;
  const ref = params.text('payment_method') ?? null;
  const method = ref === null ? null : resolvePaymentMethod(draft, ref);
  if (method !== null) requireOwner(method, customer);
  const id = draft.id('seti_');
  const intent: SetupIntentRecord = draft.put('setup_intent', {
    id,
    created: draft.now,
    status: method === null ? 'requires_payment_method' : 'requires_confirmation',
    clientSecret: `${id}${draft.id('_secret_', 30)}`,
    customer,
    paymentMethod: method?.id ?? null,
    description: params.text('description') ?? null,
    metadata: params.metadata(),
    usage: params.choice('usage', USAGES) ?? 'off_session',
    paymentMethodTypes: choice.types,
    automatic: choice.automatic,
    lastFault: null,
    returnUrl: null,
    cancellationReason: null,
    session: null,
  });
  draft.emit('setup_intent.created', 'setup_intent', intent);
  return confirm ? confirmIntent(call, intent) : render('setup_intent', intent, draft);
}

function confirmIntent({ draft, params }: Call, before: SetupIntentRecord): object {
  if (before.status === 'succeeded' || before.status === 'canceled') {
    throw unexpectedState(before, 'confirm', render('setup_intent', before, draft));
  }
  const ref = params.text('payment_method') ?? before.paymentMethod;
  if (ref === null) {
    throw invalid('You cannot confirm this SetupIntent because it is missing a payment method.', {
      code: 'setup_intent_unexpected_state',
    });
  }
  const method = resolvePaymentMethod(draft, ref);
  readMandateData(params);
  requireOwner(method, before.customer);
  const intent = { ...before, returnUrl: readUrl(params, 'return_url') ?? before.returnUrl };
  const after = attemptSetup(draft, intent, method, false);
  if (after.lastFault !== null) throw declinedSetupError(draft, after, after.lastFault);
  return render('setup_intent', after, draft);
}

function cancel(call: Call): object {
  const { draft, params } = call;
  const intent = recordOfPath(call, 'setup_intent');
  if (intent.status === 'succeeded' || intent.status === 'canceled') {
    throw unexpectedState(intent, 'cancel', render('setup_intent', intent, draft));
  }
  const canceled = draft.put('setup_intent', {
    ...intent,
    status: 'canceled',
    cancellationReason: params.choice('cancellation_reason', REASONS) ?? null,
  });
  draft.emit('setup_intent.canceled', 'setup_intent', canceled);
  return render('setup_intent', canceled, draft);
}

function unexpectedState(intent: SetupIntentRecord, verb: string, rendered: object): ApiError {
  return new ApiError(400, {
    type: 'invalid_request_error',
    code: 'setup_intent_unexpected_state',
    message: `You cannot ${verb} this SetupIntent because it has a status of ${intent.status}.`,
    setup_intent: rendered,
  });
}

function list(call: Call): object {
  const customer = call.params.text('customer') ?? null;
  const method = call.params.text('payment_method') ?? null;
  return listRecords(
    call,
    'setup_intent',
    '/v1/setup_intents',
    (intent) =>
      (customer === null || intent.customer === customer) &&
      (method === null || intent.paymentMethod === method),
  );
}

/** Routes of setup intents. */
export const setupIntentRoutes: readonly Route[] = [
  post('/v1/setup_intents', create),
  get('/v1/setup_intents', list),
  get('/v1/setup_intents/:id', (call) => {
    call.params.text('client_secret');
    return render('setup_intent', recordOfPath(call, 'setup_intent'), call.draft);
  }),
  post('/v1/setup_intents/:id/confirm', (call) => confirmIntent(call, recordOfPath(call, 'setup_intent'))),
  post('/v1/setup_intents/:id/cancel', cancel),
];
