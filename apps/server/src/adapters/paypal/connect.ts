import { MS_PER_HOUR } from '@billhook/core/time/instant';
import type { PaymentProvider, ProviderAccount, ProviderConnector } from '../../modules/payments/provider.ts';
import { charges } from './charges.ts';
import { createPayPalClients, type PayPalOptions } from './client.ts';
import { disputes } from './disputes.ts';
import { events, readPayPalEvent, WEBHOOK_EVENTS } from './events.ts';
import { packCustomer } from './ids.ts';
import { inspect } from './inspect.ts';
import { methods } from './methods.ts';
import { refunds } from './refunds.ts';
import { sessions } from './sessions.ts';
import { transactions } from './transactions.ts';
import { createPayPalVerifier, type PayPalRoots } from './verify-webhook.ts';

/** PayPal keeps the key of an order for six hours; an hour of that is left as a margin. */
const RESEND_WINDOW_MS = 5 * MS_PER_HOUR;

/** Connects sellers' accounts to PayPal, those of sandbox tenants to the stand-in. */
export function createPayPalConnector(options: PayPalOptions & PayPalRoots): ProviderConnector {
  const callOf = createPayPalClients(options);
  return {
    name: 'paypal',
    title: 'PayPal',
    methodKinds: ['paypal'],
    webhookEvents: WEBHOOK_EVENTS,
    connect: (account) => payPal(callOf(account), account),
    verify: createPayPalVerifier(options),
    read: readPayPalEvent,
  };
}

function payPal(
  call: ReturnType<ReturnType<typeof createPayPalClients>>,
  account: ProviderAccount,
): PaymentProvider {
  return {
    name: 'paypal',
    capabilities: {
      hostedPage: true,
      savedMethods: true,
      offSession: true,
      asynchronous: true,
      disputes: true,
      transactions: true,
      events: true,
    },
    resendWindowMs: RESEND_WINDOW_MS,
    createCustomer: async ({ customerId }) => packCustomer(customerId),
    ...sessions(call),
    ...charges(call),
    ...refunds(call),
    ...methods(call),
    ...disputes(call),
    ...transactions(call),
    ...events(call),
    inspect: () => inspect(call, account),
  };
}
