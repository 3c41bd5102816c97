import { newSetupIntent } from '../../checkout/complete.ts';
import { expireSession } from '../../checkout/expire.ts';
import type { Draft } from '../../state/draft.ts';
import type { LineItem, SessionRecord, SetupIntentRecord } from '../../state/records.ts';
import { billingPart, requireBilling } from '../billing-part.ts';
import { type Call, get, post, type Route } from '../call.ts';
import { invalid, missing } from '../error.ts';
import { lineItemsOf } from '../expand.ts';
import { checkAmount, readCurrency, readMethodTypes, readUrl } from '../intent-params.ts';
import { requireCustomer } from '../methods.ts';
import { lineAmount } from '../objects/checkout-session.ts';
import type { Params } from '../params.ts';
import { listRecords, recordOfPath } from '../records-of.ts';
import { render } from '../render.ts';

const USAGES = ['on_session', 'off_session'] as const;
const DEFAULT_LIFE_SECONDS = 24 * 3_600;
const MIN_LIFE_SECONDS = 30 * 60;

/** A line with a price of the catalogue; there is none while nothing of billing was used. */
function readListed(draft: Draft, level: Params): LineItem & { currency: string } {
  const billing = billingPart();
  if (billing === null) throw missing('price', level.required('price'), level.name('price'));
  return billing.readListedLine(draft, level, false);
}

function readLineItems({ draft, params }: Call): { items: LineItem[]; currency: string | null } {
  const levels = params.levels('line_items');
  let currency: string | null = null;
  const items = levels.map((level) => {
    if (level.has('price')) {
      const { currency: listed, ...line } = readListed(draft, level);
      if (currency !== null && listed !== currency)
        throw invalid('All line items must have the same currency.');
      currency = listed;
      return line;
    }
    const price = level.level('price_data');
    const own = readCurrency(price);
    if (currency !== null && own !== currency) throw invalid('All line items must have the same currency.');
    currency = own;
    const unitAmount = price.integer('unit_amount');
    if (unitAmount === undefined || unitAmount < 0) {
      throw invalid('Invalid non-negative integer', { param: price.name('unit_amount') });
    }
    const product = price.level('product_data');
    product.texts('images');
    product.metadata();
    price.choice('tax_behavior', ['unspecified', 'inclusive', 'exclusive']);
    const quantity = level.integer('quantity') ?? 1;
    if (quantity < 1) throw invalid('Invalid positive integer', { param: level.name('quantity') });
    return {
      id: draft.id('li_'),
      priceId: draft.id('price_'),
      productId: price.text('product') ?? draft.id('prod_', 14),
      name: price.has('product') ? (product.text('name') ?? 'Product') : product.required('name'),
      description: product.text('description') ?? null,
      quantity,
      unitAmount,
    };
  });
  return { items, currency };
}

function readIntentData(params: Params): SessionRecord['intentData'] {
  const mode = params.text('mode');
  const payment = params.level('payment_intent_data');
  const setup = params.level('setup_intent_data');
  const level = mode === 'setup' ? setup : payment;
  return {
    description: level.text('description') ?? null,
    metadata: level.metadata(),
    receiptEmail: payment.text('receipt_email') ?? null,
    setupFutureUsage: payment.choice('setup_future_usage', USAGES) ?? null,
    statementDescriptor: payment.text('statement_descriptor') ?? null,
    statementDescriptorSuffix: payment.text('statement_descriptor_suffix') ?? null,
  };
}

function readExpiry({ draft, params }: Call): number {
  const expiresAt = params.integer('expires_at') ?? draft.now + DEFAULT_LIFE_SECONDS;
  const life = expiresAt - draft.now;
  if (life >= MIN_LIFE_SECONDS && life <= DEFAULT_LIFE_SECONDS) return expiresAt;
  throw invalid(
    'The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.',
    {
      param: 'expires_at',
    },
  );
}

function readAmounts(call: Call, mode: SessionRecord['mode']) {
  if (mode === 'subscription') return requireBilling().readSubscriptionSession(call);
  const { items, currency } = readLineItems(call);
  if (mode === 'setup') {
    if (items.length > 0)
      throw invalid('`line_items` are not allowed in `setup` mode.', { param: 'line_items' });
    return {
      lineItems: [],
      currency: call.params.has('currency') ? readCurrency(call.params) : null,
      amountTotal: null,
    };
  }
  if (currency === null) {
    throw invalid('You must provide `line_items` in `payment` mode.', {
      code: 'parameter_missing',
      param: 'line_items',
    });
  }
  const amountTotal = items.reduce((sum, item) => sum + lineAmount(item), 0);
  checkAmount(amountTotal, currency, call.draft.settings.enforceMinimumAmount);
  return { lineItems: items, currency, amountTotal };
}

function readSession(call: Call): SessionRecord {
  const { draft, params } = call;
  const mode = params.choice('mode', ['payment', 'setup', 'subscription']);
  if (mode === undefined || mode === null) {
    throw invalid('You must provide one of the following modes: payment, setup, subscription.', {
      code: 'parameter_missing',
      param: 'mode',
    });
  }
  const customer = params.text('customer') ?? null;
  if (customer !== null) requireCustomer(draft, customer);
  params.choice('ui_mode', ['hosted_page', 'hosted']);
  params.choice('payment_method_collection', ['always']);
  params.level('automatic_tax').flag('enabled');
  params.text('currency');
  const successUrl = readUrl(params, 'success_url');
  if (successUrl === null)
    throw invalid('Missing required param: success_url.', {
      code: 'parameter_missing',
      param: 'success_url',
    });
  const customerCreation = params.choice('customer_creation', ['always', 'if_required']) ?? null;
  return {
    id: draft.id('cs_test_', 58),
    created: draft.now,
    mode,
    status: 'open',
    ...readAmounts(call, mode),
    customer,
    customerCreation:
      mode === 'setup' || customer !== null
        ? null
        : mode === 'subscription'
          ? 'always'
          : (customerCreation ?? 'if_required'),
    customerEmail: params.text('customer_email') ?? null,
    customerDetails: null,
    clientReferenceId: params.text('client_reference_id') ?? null,
    metadata: params.metadata(),
    intentData: readIntentData(params),
    paymentMethodTypes: readMethodTypes(params) ?? ['card'],
    paymentIntent: null,
    setupIntent: null,
    successUrl,
    cancelUrl: readUrl(params, 'cancel_url'),
    locale: params.text('locale') ?? null,
    submitType: params.choice('submit_type', ['auto', 'book', 'donate', 'pay', 'subscribe']) ?? null,
    billingAddressCollection: params.choice('billing_address_collection', ['auto', 'required']) ?? null,
    expiresAt: readExpiry(call),
  };
}

function create(call: Call): object {
  const { draft } = call;
  let session = readSession(call);
  if (session.mode === 'setup') {
    const intent: SetupIntentRecord = newSetupIntent(draft, session);
    session = { ...session, setupIntent: intent.id };
  }
  draft.put('checkout_session', session);
  return render('checkout_session', session, draft);
}

function expire(call: Call): object {
  const { draft } = call;
  const session = recordOfPath(call, 'checkout_session', 'checkout.session');
  if (session.status !== 'open') {
    throw invalid(
      `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of "${session.status}".`,
    );
  }
  return render('checkout_session', expireSession(draft, session), draft);
}

function list(call: Call): object {
  const customer = call.params.text('customer') ?? null;
  const intent = call.params.text('payment_intent') ?? null;
  const subscription = call.params.text('subscription') ?? null;
  const status = call.params.choice('status', ['open', 'complete', 'expired']) ?? null;
  return listRecords(
    call,
    'checkout_session',
    '/v1/checkout/sessions',
    (session) =>
      (customer === null || session.customer === customer) &&
      (intent === null || session.paymentIntent === intent) &&
      (subscription === null || session.subscribes?.subscription === subscription) &&
      (status === null || session.status === status),
  );
}

/** Routes of checkout sessions. */
export const checkoutSessionRoutes: readonly Route[] = [
  post('/v1/checkout/sessions', create),
  get('/v1/checkout/sessions', list),
  get('/v1/checkout/sessions/:id', (call) =>
    render('checkout_session', recordOfPath(call, 'checkout_session', 'checkout.session'), call.draft),
  ),
  get('/v1/checkout/sessions/:id/line_items', (call) => {
    call.params.integer('limit');
    return lineItemsOf(recordOfPath(call, 'checkout_session', 'checkout.session').id, call.draft);
  }),
  post('/v1/checkout/sessions/:id/expire', expire),
];
