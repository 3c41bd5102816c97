import { ControlError } from '../control/read-input.ts';
import type { Triggered } from '../triggers/run.ts';
import type { TriggerOptions } from '../triggers/trigger.ts';
import { findRoute } from './answer.ts';
import { findBuyer } from './buyers.ts';
import { doDeed } from './deeds.ts';
import { PayPalError } from './error.ts';
import { money } from './money.ts';
import { approveOrder, approveSetup } from './pages.ts';
import { newDraft, type PayPalService, sweep } from './service.ts';
import type { Account } from './store.ts';
import type { PayPalDeed } from './types.ts';

/** What a trigger works with. Every step is committed, and sends its webhooks, as if a client had asked for it. */
interface PayPalTriggerApi {
  readonly options: TriggerOptions;
  /** Calls the API, as a client would; the id of what was made or changed. */
  call(method: 'POST' | 'DELETE', path: string, body?: object): string;
  /** Has a test buyer approve an order or a setup token. */
  approve(kind: 'order' | 'setup_token', id: string, buyer: string): void;
  /** Does what a buyer, PayPal or the seller does outside of the API; the id of what was made or changed. */
  act(deed: PayPalDeed): string;
  /** The capture of an order that was paid. */
  captureOf(orderId: string): string;
}

type PayPalTrigger = (api: PayPalTriggerApi) => void;

/** Triggers by the type of the event that they bring about, each with everything that comes before it. */
export const PAYPAL_TRIGGERS: Readonly<Record<string, PayPalTrigger>> = {
  'CHECKOUT.ORDER.APPROVED': (api) => void approvedOrder(api, 'ada'),
  'PAYMENT.CAPTURE.COMPLETED': (api) => void paid(api),
  'PAYMENT.CAPTURE.PENDING': (api) => void paid(api, 'dana'),
  'PAYMENT.CAPTURE.DENIED': (api) => void api.act({ deed: 'deny_capture', captureId: paid(api, 'dana') }),
  'PAYMENT.CAPTURE.REFUNDED': (api) => void api.call('POST', `/v2/payments/captures/${paid(api)}/refund`),
  'PAYMENT.REFUND.FAILED': (api) => {
    const refundId = api.call('POST', `/v2/payments/captures/${paid(api)}/refund`);
    api.act({ deed: 'fail_refund', refundId });
  },
  'VAULT.PAYMENT-TOKEN.CREATED': (api) => void keptBuyer(api),
  'VAULT.PAYMENT-TOKEN.DELETED': (api) =>
    void api.call('DELETE', `/v3/vault/payment-tokens/${keptBuyer(api)}`),
  'CUSTOMER.DISPUTE.CREATED': (api) => void disputed(api),
  'CUSTOMER.DISPUTE.UPDATED': (api) =>
    void api.call('POST', `/v1/customer/disputes/${disputed(api)}/provide-evidence`, {
      evidences: [{ evidence_type: 'OTHER', notes: 'The service was used.' }],
    }),
  'CUSTOMER.DISPUTE.RESOLVED': (api) =>
    void api.act({ deed: 'resolve_dispute', disputeId: disputed(api), outcome: 'RESOLVED_SELLER_FAVOUR' }),
};

function approvedOrder(api: PayPalTriggerApi, buyer: string): string {
  const { amount = 2_000, currency = 'eur', customer } = api.options;
  const vault = { store_in_vault: 'ON_SUCCESS', usage_type: 'MERCHANT' };
  const id = api.call('POST', '/v2/checkout/orders', {
    intent: 'CAPTURE',
    purchase_units: [{ amount: money(amount, currency.toUpperCase()) }],
    payment_source: {
      paypal: customer === undefined ? {} : { attributes: { customer: { id: customer }, vault } },
    },
  });
  api.approve('order', id, buyer);
  return id;
}

function paid(api: PayPalTriggerApi, buyer = 'ada'): string {
  const id = approvedOrder(api, buyer);
  api.call('POST', `/v2/checkout/orders/${id}/capture`);
  return api.captureOf(id);
}

function keptBuyer(api: PayPalTriggerApi): string {
  const { customer } = api.options;
  const setup = api.call('POST', '/v3/vault/setup-tokens', {
    ...(customer === undefined ? {} : { customer: { id: customer } }),
    payment_source: { paypal: { usage_type: 'MERCHANT' } },
  });
  api.approve('setup_token', setup, 'ada');
  return api.call('POST', '/v3/vault/payment-tokens', {
    payment_source: { token: { id: setup, type: 'SETUP_TOKEN' } },
  });
}

const disputed = (api: PayPalTriggerApi) => api.act({ deed: 'open_dispute', captureId: paid(api) });

/** Runs a trigger on an account. Throws what the API refuses, and where the event did not come about. */
export function runPayPalTrigger(
  service: PayPalService,
  account: Account,
  type: string,
  options: TriggerOptions,
): Triggered {
  const trigger = Object.hasOwn(PAYPAL_TRIGGERS, type) ? PAYPAL_TRIGGERS[type] : undefined;
  if (trigger === undefined) throw new ControlError(404, `Nothing brings about ${type}.`);
  sweep(service, account);
  const known = account.tables.event.size;
  trigger(apiOf(service, account, options));
  const events = [...account.tables.event.values()].slice(known);
  const event = events.findLast((one) => one.type === type);
  if (event === undefined) throw new Error(`the trigger of ${type} did not bring it about`);
  return { id: event.id, type, before: events.filter((one) => one !== event).map((one) => one.type) };
}

function apiOf(service: PayPalService, account: Account, options: TriggerOptions): PayPalTriggerApi {
  return {
    options,
    call: (method, path, body = {}) => callRoute(service, account, method, path, body),
    approve(kind, id, name) {
      const draft = newDraft(service, account);
      const payer = findBuyer(`${name}@buyers.example`);
      if (payer === null) throw new Error(`there is no test buyer ${name}`);
      const order = kind === 'order' ? draft.get('order', id) : undefined;
      const setup = kind === 'setup_token' ? draft.get('setup_token', id) : undefined;
      if (order !== undefined) approveOrder(draft, order, payer);
      if (setup !== undefined) approveSetup(draft, setup, payer);
      draft.commit();
    },
    act: (deed) => doDeed(service, account, deed),
    captureOf: (orderId) => account.tables.order.get(orderId)?.captureId ?? '',
  };
}

function callRoute(
  service: PayPalService,
  account: Account,
  method: string,
  path: string,
  body: object,
): string {
  const found = findRoute(method, path);
  if (found === null) throw new Error(`the API has no ${method} ${path}`);
  const draft = newDraft(service, account);
  const query = new URLSearchParams();
  try {
    const answer = found.route.run({ draft, id: found.id, query, body, files: [], requestId: 'trigger' });
    draft.commit();
    return String((answer.body as { readonly id?: string } | null)?.id ?? found.id);
  } catch (cause) {
    if (!(cause instanceof PayPalError)) throw cause;
    if (cause.keepsChanges) draft.commit();
    throw new ControlError(cause.status, cause.details[0]?.issue ?? cause.message);
  }
}
