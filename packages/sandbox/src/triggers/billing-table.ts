import { endPhase } from '../stripe/billing/phases.ts';
import {
  handInvoice,
  newPrice,
  newSubscription,
  openInvoice,
  renewalWith,
  TIME,
  withCustomer,
} from './billing.ts';
import type { TriggerApi, Triggers } from './trigger.ts';

const product = (api: TriggerApi) => api.post('/v1/products', { name: 'Plus' }).id;
const coupon = (api: TriggerApi) => api.post('/v1/coupons', { percent_off: 10, duration: 'once' }).id;
const code = (api: TriggerApi) =>
  api.post('/v1/promotion_codes', { promotion: { type: 'coupon', coupon: coupon(api) } }).id;
const taxRate = (api: TriggerApi) =>
  api.post('/v1/tax_rates', { display_name: 'VAT', percentage: 21, inclusive: false }).id;

/** A meter whose events have a name that no other meter of the account has. */
function meter(api: TriggerApi): string {
  let count = 0;
  api.act((draft) => {
    count = draft.all('meter').length;
  });
  return api.post('/v1/billing/meters', {
    display_name: 'Requests',
    event_name: `requests_${count + 1}`,
    default_aggregation: { formula: 'sum' },
  }).id;
}

const schedule = (api: TriggerApi) =>
  api.post('/v1/subscription_schedules', { from_subscription: newSubscription(api).id }).id;
const note = (api: TriggerApi) => api.post('/v1/credit_notes', { invoice: openInvoice(api), amount: 100 }).id;

const CATALOGUE: Triggers = {
  'product.created': (api) => void product(api),
  'product.updated': (api) => void api.post(`/v1/products/${product(api)}`, { description: 'Changed' }),
  'product.deleted': (api) => void api.remove(`/v1/products/${product(api)}`),
  'price.created': (api) => void newPrice(api),
  'price.updated': (api) => void api.post(`/v1/prices/${newPrice(api)}`, { nickname: 'Changed' }),
  'coupon.created': (api) => void coupon(api),
  'coupon.updated': (api) => void api.post(`/v1/coupons/${coupon(api)}`, { name: 'Changed' }),
  'coupon.deleted': (api) => void api.remove(`/v1/coupons/${coupon(api)}`),
  'promotion_code.created': (api) => void code(api),
  'promotion_code.updated': (api) => void api.post(`/v1/promotion_codes/${code(api)}`, { active: false }),
  'tax_rate.created': (api) => void taxRate(api),
  'tax_rate.updated': (api) => void api.post(`/v1/tax_rates/${taxRate(api)}`, { active: false }),
  'billing.meter.created': (api) => void meter(api),
  'billing.meter.updated': (api) =>
    void api.post(`/v1/billing/meters/${meter(api)}`, { display_name: 'Changed' }),
  'billing.meter.deactivated': (api) => void api.post(`/v1/billing/meters/${meter(api)}/deactivate`),
  'billing.meter.reactivated': (api) => {
    const id = meter(api);
    api.post(`/v1/billing/meters/${id}/deactivate`);
    api.post(`/v1/billing/meters/${id}/reactivate`);
  },
};

const SUBSCRIPTIONS: Triggers = {
  'customer.subscription.created': (api) => void newSubscription(api),
  'customer.subscription.updated': (api) =>
    void api.post(`/v1/subscriptions/${newSubscription(api).id}`, { cancel_at_period_end: true }),
  'customer.subscription.paused': (api) =>
    void api.post(`/v1/subscriptions/${newSubscription(api).id}/pause`),
  'customer.subscription.resumed': (api) => {
    const { id } = newSubscription(api);
    api.post(`/v1/subscriptions/${id}/pause`);
    api.post(`/v1/subscriptions/${id}/resume`, { payment_behavior: 'resume_on_payment_success' });
  },
  'customer.discount.created': (api) => void newSubscription(api, { discounts: [{ coupon: coupon(api) }] }),
  'customer.discount.deleted': (api) =>
    void api.remove(
      `/v1/subscriptions/${newSubscription(api, { discounts: [{ coupon: coupon(api) }] }).id}/discount`,
    ),
  'subscription_schedule.created': (api) => void schedule(api),
  'subscription_schedule.updated': (api) =>
    void api.post(`/v1/subscription_schedules/${schedule(api)}`, { end_behavior: 'cancel' }),
  'subscription_schedule.released': (api) =>
    void api.post(`/v1/subscription_schedules/${schedule(api)}/release`),
  'subscription_schedule.canceled': (api) =>
    void api.post(`/v1/subscription_schedules/${schedule(api)}/cancel`),
  'subscription_schedule.completed': (api) => {
    const id = schedule(api);
    api.post(`/v1/subscription_schedules/${id}`, { end_behavior: 'cancel' });
    api.act((draft) => {
      const record = draft.get('subscription_schedule', id);
      if (record !== undefined) endPhase(draft, record);
    });
  },
  'billing_portal.configuration.created': (api) => void api.post('/v1/billing_portal/configurations'),
  'billing_portal.configuration.updated': (api) => {
    const { id } = api.post('/v1/billing_portal/configurations');
    api.post(`/v1/billing_portal/configurations/${id}`, { name: 'Changed' });
  },
  'billing_portal.session.created': (api) =>
    withCustomer(api, (customer) => void api.post('/v1/billing_portal/sessions', { customer })),
};

const INVOICES: Triggers = {
  'invoice.created': (api) => void handInvoice(api),
  'invoice.updated': (api) => void api.post(`/v1/invoices/${handInvoice(api)}`, { description: 'Changed' }),
  'invoice.deleted': (api) => void api.remove(`/v1/invoices/${handInvoice(api)}`),
  'invoice.finalized': (api) => void openInvoice(api),
  'invoice.sent': (api) => void api.post(`/v1/invoices/${handInvoice(api)}/send`),
  'invoice.paid': (api) => void renewalWith(api, 'pm_card_visa'),
  'invoice.payment_succeeded': (api) => void renewalWith(api, 'pm_card_visa'),
  'invoice_payment.paid': (api) => void renewalWith(api, 'pm_card_visa'),
  'invoice.voided': (api) => void api.post(`/v1/invoices/${openInvoice(api)}/void`),
  'invoice.marked_uncollectible': (api) =>
    void api.post(`/v1/invoices/${openInvoice(api)}/mark_uncollectible`),
  'invoiceitem.created': (api) => void handInvoice(api),
  'invoiceitem.deleted': (api) =>
    withCustomer(api, (customer) => {
      const { id } = api.post('/v1/invoiceitems', { customer, amount: 100, currency: 'eur' });
      api.remove(`/v1/invoiceitems/${id}`);
    }),
  'credit_note.created': (api) => void note(api),
  'credit_note.updated': (api) => void api.post(`/v1/credit_notes/${note(api)}`, { memo: 'Changed' }),
  'credit_note.voided': (api) => void api.post(`/v1/credit_notes/${note(api)}/void`),
};

/** Triggers of all that Stripe Billing tells of. */
export const billingTriggers: Triggers = { ...CATALOGUE, ...SUBSCRIPTIONS, ...INVOICES, ...TIME };
