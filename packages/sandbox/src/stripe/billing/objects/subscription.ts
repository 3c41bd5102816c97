import type { SubscriptionItem, SubscriptionRecord } from '../../../state/billing-records.ts';
import type { Draft } from '../../../state/draft.ts';
import { listAnswer } from '../../list.ts';
import { priceOf } from '../lines.ts';
import { renderTaxRate } from './coupon.ts';
import { renderPlan, renderPrice } from './price.ts';

/** An item of a subscription as Stripe's API shows it. */
export function renderItem(item: SubscriptionItem, subscription: SubscriptionRecord, draft: Draft): object {
  const price = priceOf(draft, item.price);
  const rates = item.taxRates.flatMap((id) => draft.get('tax_rate', id) ?? []);
  return {
    id: item.id,
    object: 'subscription_item',
    billing_thresholds: null,
    created: item.created,
    current_period_end: subscription.periodEnd,
    current_period_start: subscription.periodStart,
    current_trial: null,
    discounts: [],
    metadata: item.metadata,
    plan: renderPlan(price),
    price: renderPrice(price),
    ...(item.quantity === null ? {} : { quantity: item.quantity }),
    subscription: subscription.id,
    tax_rates: rates.map(renderTaxRate),
  };
}

function renderEnding(subscription: SubscriptionRecord): object {
  const { cancellation, pauseCollection } = subscription;
  return {
    cancel_at: subscription.cancelAt,
    cancel_at_period_end: subscription.cancelAtPeriodEnd,
    canceled_at: subscription.canceledAt,
    cancellation_details: {
      comment: cancellation.comment,
      feedback: cancellation.feedback,
      feedback_option: null,
      reason: cancellation.reason,
    },
    ended_at: subscription.endedAt,
    pause_collection:
      pauseCollection === null
        ? null
        : { behavior: pauseCollection.behavior, resumes_at: pauseCollection.resumesAt },
    trial_end: subscription.trialEnd,
    trial_settings: {
      end_behavior: { billing_cycle_anchor: null, missing_payment_method: subscription.trialEndBehavior },
    },
    trial_start: subscription.trialStart,
  };
}

/** Why a subscription is paused; the field is there only while it is. */
function renderPaused({ status, paused }: SubscriptionRecord): object {
  if (status !== 'paused' || paused == null) return {};
  const subscription = { type: paused.by };
  return { status_details: { paused: { subscription, transitioned_at: paused.at, type: 'subscription' } } };
}

/** Fields that stand for what the sandbox does not do. */
const CONSTANT = {
  application: null,
  application_fee_percent: null,
  automatic_tax: { disabled_reason: null, enabled: false, liability: null },
  billing_cycle_anchor_config: null,
  billing_schedules: [],
  billing_thresholds: null,
  customer_account: null,
  default_source: null,
  invoice_settings: {
    account_tax_ids: null,
    custom_fields: null,
    description: null,
    footer: null,
    issuer: { type: 'self' },
  },
  livemode: false,
  managed_payments: null,
  next_pending_invoice_item_invoice: null,
  on_behalf_of: null,
  pending_invoice_item_interval: null,
  pending_update: null,
  test_clock: null,
  transfer_data: null,
} as const;

/** A subscription as Stripe's API shows it. */
export function renderSubscription(subscription: SubscriptionRecord, draft: Draft): object {
  const { id, items } = subscription;
  const rates = subscription.taxRates.flatMap((rate) => draft.get('tax_rate', rate) ?? []);
  return {
    id,
    object: 'subscription',
    ...CONSTANT,
    ...renderEnding(subscription),
    billing_cycle_anchor: subscription.anchor,
    billing_mode:
      subscription.billingMode === 'classic'
        ? { flexible: null, type: 'classic' }
        : { flexible: { proration_discounts: 'included' }, type: 'flexible' },
    collection_method: subscription.collectionMethod,
    created: subscription.created,
    currency: subscription.currency,
    customer: subscription.customer,
    days_until_due: subscription.daysUntilDue,
    default_payment_method: subscription.defaultPaymentMethod,
    default_tax_rates: rates.map(renderTaxRate),
    description: subscription.description,
    discounts: subscription.discounts,
    items: listAnswer(
      `/v1/subscription_items?subscription=${id}`,
      items.map((item) => renderItem(item, subscription, draft)),
      false,
    ),
    latest_invoice: subscription.latestInvoice,
    metadata: subscription.metadata,
    payment_settings: {
      payment_method_options: null,
      payment_method_types: subscription.methodTypes,
      save_default_payment_method: subscription.saveDefaultMethod ? 'on_subscription' : 'off',
    },
    pending_setup_intent: subscription.pendingSetupIntent,
    schedule: subscription.schedule ?? null,
    start_date: subscription.startDate,
    status: subscription.status,
    ...renderPaused(subscription),
  };
}
