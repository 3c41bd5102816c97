import { instant } from '@billhook/core/time/instant';
import type Stripe from 'stripe';
import {
  type ProviderAccount,
  ProviderFault,
  type ProviderInspection,
} from '../../modules/payments/provider.ts';
import type { Call } from './clients.ts';

type Probes = readonly (readonly [scope: string, ask: (stripe: Stripe) => Promise<unknown>])[];

/** What the keys must be allowed to read; each is asked for one row. */
const READS: Probes = [
  ['customers', (stripe) => stripe.customers.list({ limit: 1 })],
  ['payment_intents', (stripe) => stripe.paymentIntents.list({ limit: 1 })],
  ['checkout_sessions', (stripe) => stripe.checkout.sessions.list({ limit: 1 })],
  ['refunds', (stripe) => stripe.refunds.list({ limit: 1 })],
  ['disputes', (stripe) => stripe.disputes.list({ limit: 1 })],
  ['balance_transactions', (stripe) => stripe.balanceTransactions.list({ limit: 1 })],
  ['payouts', (stripe) => stripe.payouts.list({ limit: 1 })],
  ['events', (stripe) => stripe.events.list({ limit: 1 })],
];

const NO_FILE = { data: 'nothing', name: 'nothing.txt', type: 'text/plain' };

/**
 * What a restricted key must be allowed to change. Each names an object that cannot exist, so that there is nothing to
 * change: a key that may is answered that there is no such object, one that may not by 403.
 */
const WRITES: Probes = [
  ['customers', (stripe) => stripe.customers.update('cus_billhook_doctor', {})],
  ['payment_intents', (stripe) => stripe.paymentIntents.update('pi_billhook_doctor', {})],
  ['setup_intents', (stripe) => stripe.setupIntents.update('seti_billhook_doctor', {})],
  ['payment_methods', (stripe) => stripe.paymentMethods.detach('pm_billhook_doctor')],
  ['checkout_sessions', (stripe) => stripe.checkout.sessions.expire('cs_billhook_doctor')],
  ['refunds', (stripe) => stripe.refunds.update('re_billhook_doctor', {})],
  ['disputes', (stripe) => stripe.disputes.update('dp_billhook_doctor', {})],
  // For a purpose that there is not, since a file cannot be changed once it is there.
  ['files', (stripe) => stripe.files.create({ purpose: 'billhook_doctor' as never, file: NO_FILE })],
];

/** The same where Stripe computes subscriptions. */
const BILLING_READS: Probes = [
  ['products', (stripe) => stripe.products.list({ limit: 1 })],
  ['prices', (stripe) => stripe.prices.list({ limit: 1 })],
  ['subscriptions', (stripe) => stripe.subscriptions.list({ limit: 1 })],
  ['invoices', (stripe) => stripe.invoices.list({ limit: 1 })],
  ['credit_notes', (stripe) => stripe.creditNotes.list({ limit: 1 })],
  ['subscription_schedules', (stripe) => stripe.subscriptionSchedules.list({ limit: 1 })],
  ['coupons', (stripe) => stripe.coupons.list({ limit: 1 })],
];
const BILLING_WRITES: Probes = [
  ['products', (stripe) => stripe.products.update('prod_billhook_doctor', {})],
  ['prices', (stripe) => stripe.prices.update('price_billhook_doctor', {})],
  ['subscriptions', (stripe) => stripe.subscriptions.update('sub_billhook_doctor', {})],
  ['billing_meters', (stripe) => stripe.billing.meters.deactivate('mtr_billhook_doctor')],
  [
    'billing_portal_sessions',
    (stripe) => stripe.billingPortal.sessions.create({ customer: 'cus_billhook_doctor' }),
  ],
];

type Asked = Pick<ProviderAccount, 'secretKey'> & {
  /** Whether the seller leaves subscriptions to Stripe, which needs more of the key. */
  withBilling: boolean;
};

/** Asks who the keys belong to, whether they move real money and what they may do. Throws for keys that are wrong. */
export async function inspect(call: Call, asked: Asked): Promise<ProviderInspection> {
  const balance = await call((stripe) => stripe.balance.retrieve());
  const date = Date.parse(balance.lastResponse.headers.date ?? '');
  const missingScopes: string[] = [];
  const allowed = async <T>(scope: string, ask: (stripe: Stripe) => Promise<T>): Promise<T | null> => {
    try {
      return await call(ask);
    } catch (error) {
      if (!(error instanceof ProviderFault) || error.kind !== 'denied') throw error;
      missingScopes.push(scope);
      return null;
    }
  };
  for (const [scope, ask] of asked.withBilling ? [...READS, ...BILLING_READS] : READS)
    await allowed(scope, ask);
  // A key that is not restricted may do everything.
  if (asked.secretKey.startsWith('rk_')) {
    for (const [scope, ask] of asked.withBilling ? [...WRITES, ...BILLING_WRITES] : WRITES)
      if (!missingScopes.includes(scope))
        await allowed(`${scope} (write)`, (stripe) => unchanged(ask(stripe)));
  }
  const endpoints = await allowed('webhook_endpoints', (stripe) =>
    stripe.webhookEndpoints.list({ limit: 100 }),
  );
  const account = await allowed('account', (stripe) => stripe.accounts.retrieveCurrent());
  return {
    accountId: account?.id ?? null,
    isLive: balance.livemode,
    serverTime: Number.isNaN(date) ? null : instant(date),
    webhooks:
      endpoints?.data.map(({ url, status, enabled_events: events }) => ({
        url,
        isEnabled: status === 'enabled',
        events,
      })) ?? null,
    missingScopes,
  };
}

/** That there is no such object is the answer that a key gets which may do it. */
async function unchanged(asked: Promise<unknown>): Promise<null> {
  try {
    await asked;
  } catch (error) {
    const { statusCode } = error as Partial<Stripe.errors.StripeError>;
    if (statusCode !== 400 && statusCode !== 404) throw error;
  }
  return null;
}
