import type { InvoiceRecord, SubscriptionRecord } from '../state/billing-records.ts';
import type { Draft } from '../state/draft.ts';
import { advanceDraft } from '../stripe/billing/collect.ts';
import { updateInvoice } from '../stripe/billing/invoices.ts';
import { previewChange } from '../stripe/billing/preview.ts';
import { renew } from '../stripe/billing/renew.ts';
import { endSubscription } from '../stripe/billing/subscription-state.ts';
import { newCustomer, paidCard } from './steps.ts';
import type { RequestValues, Trigger, TriggerApi } from './trigger.ts';

/** A monthly price, or one of another kind. */
export function newPrice(api: TriggerApi, more: RequestValues = {}): string {
  const { id } = api.post('/v1/prices', {
    currency: api.options.currency ?? 'eur',
    unit_amount: api.options.amount ?? 2_000,
    recurring: { interval: 'month' },
    product_data: { name: 'Plus' },
    ...more,
  });
  return id;
}

/** A subscription that is paid with a card of a test token. */
export function newSubscription(
  api: TriggerApi,
  more: RequestValues = {},
  token = 'pm_card_visa',
): { id: string; customer: string; invoice: string } {
  const { customer, method } = paidCard(api, token);
  const made = api.post('/v1/subscriptions', {
    customer,
    items: [{ price: newPrice(api) }],
    default_payment_method: method,
    ...more,
  });
  return { id: made.id, customer, invoice: String(made.latest_invoice) };
}

/** Does something with a subscription as it stands now. */
export function withSubscription(
  api: TriggerApi,
  id: string,
  deed: (draft: Draft, subscription: SubscriptionRecord) => void,
): void {
  api.act((draft) => {
    const subscription = draft.get('subscription', id);
    if (subscription !== undefined) deed(draft, subscription);
  });
}

/** Does something with an invoice as it stands now. */
export function withInvoice(
  api: TriggerApi,
  id: string,
  deed: (draft: Draft, invoice: InvoiceRecord) => void,
): void {
  api.act((draft) => {
    const invoice = draft.get('invoice', id);
    if (invoice !== undefined) deed(draft, invoice);
  });
}

/** Lets the period of a subscription be over now, instead of after its month. The new invoice is a draft. */
export function renewNow(api: TriggerApi, id: string): string {
  let invoice = '';
  withSubscription(api, id, (draft, subscription) => {
    renew(draft, { ...subscription, anchor: draft.now, periodEnd: draft.now });
    invoice = draft.get('subscription', id)?.latestInvoice ?? '';
  });
  return invoice;
}

/** A renewal that is final and was tried, with a card that is declined once it is kept, or one that pays. */
export function renewalWith(api: TriggerApi, token: string): string {
  const { id, customer } = newSubscription(api);
  const { id: method } = api.post(`/v1/payment_methods/${token}/attach`, { customer });
  api.post(`/v1/subscriptions/${id}`, { default_payment_method: method });
  const invoice = renewNow(api, id);
  withInvoice(api, invoice, advanceDraft);
  return invoice;
}

/** An invoice by hand with one item on it. */
export function handInvoice(api: TriggerApi, more: RequestValues = {}): string {
  const { customer, method } = paidCard(api, 'pm_card_visa');
  const currency = api.options.currency ?? 'eur';
  const { id } = api.post('/v1/invoices', { customer, currency, default_payment_method: method, ...more });
  api.post('/v1/invoiceitems', {
    customer,
    invoice: id,
    currency,
    amount: api.options.amount ?? 2_000,
    description: 'Work',
  });
  return id;
}

/** An invoice by hand that is final and not paid. */
export function openInvoice(api: TriggerApi): string {
  const id = handInvoice(api);
  api.post(`/v1/invoices/${id}/finalize`);
  return id;
}

/** What a month's time would bring about by itself. */
export const TIME: Readonly<Record<string, Trigger>> = {
  'customer.subscription.trial_will_end': (api) =>
    withSubscription(api, newSubscription(api, { trial_period_days: 14 }).id, (draft, subscription) => {
      const told = draft.put('subscription', { ...subscription, trialNoticeSent: true });
      draft.emit('customer.subscription.trial_will_end', 'subscription', told);
    }),
  'invoice.upcoming': (api) =>
    withSubscription(api, newSubscription(api).id, (draft, subscription) =>
      draft.emit('invoice.upcoming', 'invoice', previewChange(draft, subscription, null, false)),
    ),
  'invoice.overdue': (api) => {
    const id = handInvoice(api, { collection_method: 'send_invoice', days_until_due: 1 });
    api.post(`/v1/invoices/${id}/finalize`);
    withInvoice(api, id, (draft, invoice) => {
      updateInvoice(draft, invoice, { ...invoice, overdueSent: true }, 'invoice.overdue');
    });
  },
  'customer.subscription.deleted': (api) =>
    withSubscription(api, newSubscription(api).id, (draft, subscription) => {
      endSubscription(draft, subscription, 'canceled', 'cancellation_requested');
    }),
  'invoice.payment_failed': (api) => void renewalWith(api, 'pm_card_chargeCustomerFail'),
  'invoice.payment_action_required': (api) => {
    const made = newSubscription(api, { payment_behavior: 'default_incomplete' });
    const { id: method } = api.post('/v1/payment_methods/pm_card_authenticationRequired/attach', {
      customer: made.customer,
    });
    api.post(`/v1/invoices/${made.invoice}/pay`, { payment_method: method, off_session: false });
  },
};

/** Something that hangs on a customer of its own. */
export function withCustomer(api: TriggerApi, deed: (customer: string) => void): void {
  deed(newCustomer(api));
}
