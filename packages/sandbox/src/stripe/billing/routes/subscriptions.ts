import type { SubscriptionRecord } from '../../../state/billing-records.ts';
import type { Draft } from '../../../state/draft.ts';
import { type Call, get, post, type Route, remove } from '../../call.ts';
import { invalid, missing } from '../../error.ts';
import { readMethodTypes } from '../../intent-params.ts';
import { resolvePaymentMethod } from '../../methods.ts';
import type { Params } from '../../params.ts';
import { listRecords, recordOfPath } from '../../records-of.ts';
import { render } from '../../render.ts';
import type { Change } from '../change.ts';
import { readDiscounts } from '../discounts.ts';
import { billingOf, customerOf } from '../invoices.ts';
import { pauseSubscription, resumeSubscription } from '../pause.ts';
import { searchRecords } from '../search.ts';
import { type SubscriptionInput, startSubscription } from '../subscribe.ts';
import {
  readAddedItems,
  readItemChanges,
  readItems,
  readSubscriptionCurrency,
  readTaxRates,
} from '../subscription-params.ts';
import { updateSubscription } from '../subscription-state.ts';
import { cancelNow, changeSubscription, requirePaid } from '../update.ts';

const DAY_SECONDS = 86_400;
const COLLECTIONS = ['charge_automatically', 'send_invoice'] as const;
const BEHAVIORS = ['allow_incomplete', 'default_incomplete', 'error_if_incomplete'] as const;
const PRORATIONS = ['create_prorations', 'always_invoice', 'none'] as const;

/** Reads the end of a trial, null for none. */
export function readTrialEnd(draft: Draft, params: Params): number | null {
  const days = params.integer('trial_period_days');
  const text = params.text('trial_end') ?? null;
  if (days !== undefined && text !== null) {
    throw invalid('You may only specify one of trial_end and trial_period_days.', { param: 'trial_end' });
  }
  if (days !== undefined) return days <= 0 ? null : draft.now + days * DAY_SECONDS;
  if (text === null || text === 'now') return null;
  const end = params.integer('trial_end') ?? 0;
  if (end > draft.now) return end;
  throw invalid('Invalid timestamp: must be an integer Unix timestamp in the future.', {
    param: 'trial_end',
  });
}

/** Reads what happens when a trial ends and nothing can be charged. */
export function readTrialEndBehavior(params: Params): SubscriptionRecord['trialEndBehavior'] | undefined {
  const end = params.level('trial_settings').level('end_behavior');
  return end.choice('missing_payment_method', ['create_invoice', 'cancel', 'pause']) ?? undefined;
}

function readMethod(draft: Draft, params: Params, customer: string): string | null | undefined {
  const sent = params.text('default_payment_method');
  if (sent === undefined || sent === null) return sent;
  const method = resolvePaymentMethod(draft, sent);
  if (method.customer === customer) return method.id;
  throw invalid(`The customer does not have a payment method with the ID ${sent}.`, {
    code: 'resource_missing',
    param: 'default_payment_method',
  });
}

function readCancelAt(draft: Draft, params: Params, periodEnd: number): number | null | undefined {
  const text = params.text('cancel_at');
  if (text === undefined || text === null) return text;
  if (text === 'min_period_end' || text === 'max_period_end') return periodEnd;
  const at = params.integer('cancel_at') ?? 0;
  if (at > draft.now) return at;
  throw invalid('`cancel_at` must be in the future.', { param: 'cancel_at' });
}

function readPaymentSettings(params: Params) {
  const level = params.level('payment_settings');
  return {
    save: level.choice('save_default_payment_method', ['off', 'on_subscription']) ?? undefined,
    types: readMethodTypes(level),
  };
}

function create(call: Call): object {
  const { draft, params } = call;
  const customer = customerOf(draft, params.required('customer'));
  const items = readItems(draft, params);
  const known = billingOf(customer).currency;
  const currency = readSubscriptionCurrency(draft, params.text('currency') ?? null, items, known);
  const id = draft.id('sub_');
  const behavior = params.choice('payment_behavior', BEHAVIORS) ?? 'allow_incomplete';
  const settings = readPaymentSettings(params);
  const collectionMethod = params.choice('collection_method', COLLECTIONS) ?? 'charge_automatically';
  const daysUntilDue = params.integer('days_until_due') ?? null;
  if ((collectionMethod === 'send_invoice') !== (daysUntilDue !== null)) {
    throw invalid('`days_until_due` goes with `collection_method=send_invoice`.', {
      param: 'days_until_due',
    });
  }
  params.flag('off_session');
  params.level('automatic_tax').flag('enabled');
  const mode = params.level('billing_mode').choice('type', ['classic', 'flexible']) ?? 'flexible';
  const cancelAt = readCancelAt(draft, params, 0) ?? null;
  const bearer = { customer: customer.id, currency, subscription: id, invoice: null };
  const input: SubscriptionInput = {
    id,
    customer: customer.id,
    currency,
    items,
    trialEnd: readTrialEnd(draft, params),
    trialEndBehavior: readTrialEndBehavior(params) ?? 'create_invoice',
    cancelAt: cancelAt === 0 ? null : cancelAt,
    cancelAtPeriodEnd: (params.flag('cancel_at_period_end') ?? false) || cancelAt === 0,
    collectionMethod,
    daysUntilDue,
    defaultPaymentMethod: readMethod(draft, params, customer.id) ?? null,
    saveDefaultMethod: settings.save === 'on_subscription',
    methodTypes: settings.types ?? null,
    taxRates: readTaxRates(draft, params, 'default_tax_rates') ?? [],
    description: params.text('description') ?? null,
    discounts: readDiscounts(draft, params, bearer) ?? [],
    billingMode: mode,
    metadata: params.metadata(),
    anchor: params.integer('billing_cycle_anchor') ?? null,
    prorates: params.choice('proration_behavior', PRORATIONS) !== 'none',
    added: readAddedItems(draft, params, { customer: customer.id, currency, subscription: id }),
  };
  const made = startSubscription(draft, input, behavior === 'default_incomplete' ? 'wait' : 'attempt');
  if (behavior === 'error_if_incomplete') requirePaid(draft, made.latestInvoice);
  return render('subscription', made, draft);
}

/** The subscription of a path that has not ended. */
function livingOf(call: Call): SubscriptionRecord {
  const subscription = recordOfPath(call, 'subscription');
  if (subscription.endedAt === null) return subscription;
  throw missing('subscription', subscription.id, 'id', 404);
}

/** Reads what changes about a subscription as far as money depends on it. */
export function readChange(draft: Draft, params: Params, before: SubscriptionRecord): Change {
  const trial = params.text('trial_end') ?? null;
  const anchor = params.has('billing_cycle_anchor') ? readAnchor(params) : 'unchanged';
  const at = params.integer('proration_date') ?? draft.now;
  const within = at >= before.periodStart && at <= before.periodEnd;
  if (params.has('proration_date') && !within) {
    throw invalid('`proration_date` must lie within the current period.', { param: 'proration_date' });
  }
  return {
    items: readItemChanges(draft, params, before.items),
    trialEnd: trial === 'now' ? 'now' : (readTrialEnd(draft, params) ?? undefined),
    resetAnchor: anchor === 'now',
    behavior: params.choice('proration_behavior', PRORATIONS) ?? 'create_prorations',
    at,
  };
}

/** Reads `billing_cycle_anchor`, an object in this version of the API and a text in those before. */
function readAnchor(params: Params): string {
  const choices = ['now', 'unchanged'] as const;
  if (params.isText('billing_cycle_anchor'))
    return params.choice('billing_cycle_anchor', choices) ?? 'unchanged';
  return params.level('billing_cycle_anchor').choice('type', choices) ?? 'unchanged';
}

function readPause(params: Params, before: SubscriptionRecord): SubscriptionRecord['pauseCollection'] {
  if (!params.has('pause_collection')) return before.pauseCollection;
  if (params.isText('pause_collection')) {
    params.text('pause_collection');
    return null;
  }
  const level = params.level('pause_collection');
  level.required('behavior');
  const behavior = level.choice('behavior', ['keep_as_draft', 'mark_uncollectible', 'void']) ?? 'void';
  return { behavior, resumesAt: level.integer('resumes_at') ?? null };
}

function readCancellation(draft: Draft, params: Params, before: SubscriptionRecord) {
  const details = params.level('cancellation_details');
  const comment = details.text('comment');
  const feedback = details.text('feedback');
  const flag = params.flag('cancel_at_period_end');
  const at = readCancelAt(draft, params, before.periodEnd);
  const atPeriodEnd = flag ?? (at === undefined ? before.cancelAtPeriodEnd : false);
  const cancelAt =
    at !== undefined ? at : flag === true ? before.periodEnd : flag === false ? null : before.cancelAt;
  const asked = atPeriodEnd || cancelAt !== null;
  return {
    cancelAtPeriodEnd: atPeriodEnd,
    cancelAt,
    canceledAt: asked ? (before.canceledAt ?? draft.now) : null,
    cancellation: {
      comment: comment === undefined ? before.cancellation.comment : comment,
      feedback: feedback === undefined ? before.cancellation.feedback : feedback,
      reason: asked ? 'cancellation_requested' : null,
    },
  };
}

function update(call: Call): object {
  const { draft, params } = call;
  const before = livingOf(call);
  const description = params.text('description');
  const method = readMethod(draft, params, before.customer);
  const settings = readPaymentSettings(params);
  params.flag('off_session');
  params.level('automatic_tax').flag('enabled');
  const bearer = {
    customer: before.customer,
    currency: before.currency,
    subscription: before.id,
    invoice: null,
  };
  const change = readChange(draft, params, before);
  readSubscriptionCurrency(draft, before.currency, change.items, null);
  readAddedItems(draft, params, bearer);
  const fields: Partial<SubscriptionRecord> = {
    description: description === undefined ? before.description : description,
    defaultPaymentMethod: method === undefined ? before.defaultPaymentMethod : method,
    saveDefaultMethod: settings.save === undefined ? before.saveDefaultMethod : settings.save !== 'off',
    methodTypes: settings.types ?? before.methodTypes,
    taxRates: readTaxRates(draft, params, 'default_tax_rates') ?? before.taxRates,
    discounts: readDiscounts(draft, params, bearer) ?? before.discounts,
    collectionMethod: params.choice('collection_method', COLLECTIONS) ?? before.collectionMethod,
    daysUntilDue: params.integer('days_until_due') ?? before.daysUntilDue,
    trialEndBehavior: readTrialEndBehavior(params) ?? before.trialEndBehavior,
    pauseCollection: readPause(params, before),
    metadata: params.metadata(before.metadata),
    ...readCancellation(draft, params, before),
  };
  const behavior = params.choice('payment_behavior', BEHAVIORS) ?? 'allow_incomplete';
  const after = changeSubscription(draft, before, change, fields, behavior);
  return render('subscription', after, draft);
}

function cancel(call: Call): object {
  const { draft, params } = call;
  const before = livingOf(call);
  const details = params.level('cancellation_details');
  const after = cancelNow(
    draft,
    before,
    { invoiceNow: params.flag('invoice_now') ?? false, prorate: params.flag('prorate') ?? false },
    { comment: details.text('comment') ?? null, feedback: details.text('feedback') ?? null },
  );
  return render('subscription', after, draft);
}

/** Takes the discounts off a subscription; what they gave stays given. */
function deleteDiscount(call: Call): object {
  const before = livingOf(call);
  const [discount] = before.discounts;
  if (discount === undefined) throw missing('discount', before.id, 'id', 404);
  updateSubscription(call.draft, before, { ...before, discounts: [] });
  return { id: discount, object: 'discount', deleted: true };
}

function list(call: Call): object {
  const { params } = call;
  const text = (key: string) => params.text(key) ?? null;
  const [customer, price, collection] = [text('customer'), text('price'), text('collection_method')];
  const status = text('status');
  return listRecords(
    call,
    'subscription',
    '/v1/subscriptions',
    (one) =>
      (customer === null || one.customer === customer) &&
      (price === null || one.items.some((item) => item.price === price)) &&
      (collection === null || one.collectionMethod === collection) &&
      (status === null
        ? one.status !== 'canceled'
        : status === 'all' || (status === 'ended' ? one.endedAt !== null : one.status === status)),
  );
}

/** Routes of subscriptions. */
export const subscriptionRoutes: readonly Route[] = [
  post('/v1/subscriptions', create),
  get('/v1/subscriptions', list),
  get('/v1/subscriptions/search', (call) => searchRecords(call, 'subscription', '/v1/subscriptions/search')),
  get('/v1/subscriptions/:id', (call) =>
    render('subscription', recordOfPath(call, 'subscription'), call.draft),
  ),
  post('/v1/subscriptions/:id', update),
  remove('/v1/subscriptions/:id', cancel),
  remove('/v1/subscriptions/:id/discount', deleteDiscount),
  post('/v1/subscriptions/:id/pause', (call) => pauseSubscription(call, livingOf(call))),
  post('/v1/subscriptions/:id/resume', (call) => resumeSubscription(call, livingOf(call))),
];
