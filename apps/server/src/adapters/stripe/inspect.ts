import { instant } from '@billhook/core/time/instant';
import type Stripe from 'stripe';
import { ProviderFault, type ProviderInspection } from '../../modules/payments/provider.ts';
import type { Call } from './clients.ts';

/** What the keys must be allowed to read; each is asked for one row. */
const PROBES: readonly (readonly [scope: string, ask: (stripe: Stripe) => Promise<unknown>])[] = [
  ['customers', (stripe) => stripe.customers.list({ limit: 1 })],
  ['payment_intents', (stripe) => stripe.paymentIntents.list({ limit: 1 })],
  ['checkout_sessions', (stripe) => stripe.checkout.sessions.list({ limit: 1 })],
  ['refunds', (stripe) => stripe.refunds.list({ limit: 1 })],
  ['disputes', (stripe) => stripe.disputes.list({ limit: 1 })],
  ['balance_transactions', (stripe) => stripe.balanceTransactions.list({ limit: 1 })],
  ['payouts', (stripe) => stripe.payouts.list({ limit: 1 })],
  ['events', (stripe) => stripe.events.list({ limit: 1 })],
];

/** Asks who the keys belong to, whether they move real money and what they may read. Throws for keys that are wrong. */
export async function inspect(call: Call): Promise<ProviderInspection> {
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
  for (const [scope, ask] of PROBES) await allowed(scope, ask);
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
