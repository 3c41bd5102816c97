import { MS_PER_HOUR } from '@billhook/core/time/instant';
import type { PaymentProvider, ProviderConnector, WebhookVerifier } from '../../modules/payments/provider.ts';
import type { PayPalOptions } from './client.ts';
import type { PayPalCalls } from './provider.ts';
import { readPayPalEvent, WEBHOOK_EVENTS } from './read-event.ts';
import type { PayPalRoots } from './verify-webhook.ts';

/** PayPal keeps the key of an order for six hours; an hour of that is left as a margin. */
const RESEND_WINDOW_MS = 5 * MS_PER_HOUR;

/**
 * Connects sellers' accounts to PayPal, those of sandbox tenants to the stand-in. What talks to PayPal is loaded with
 * the first call, so that a start does not wait for it.
 */
export function createPayPalConnector(options: PayPalOptions & PayPalRoots): ProviderConnector {
  const providers = once(async () => (await import('./provider.ts')).createPayPalProviders(options));
  const verifier = once(async () => (await import('./verify-webhook.ts')).createPayPalVerifier(options));
  const verify: WebhookVerifier = async (webhook) => (await verifier())(webhook);
  return {
    name: 'paypal',
    title: 'PayPal',
    methodKinds: ['paypal'],
    webhookEvents: WEBHOOK_EVENTS,
    connect: (account) => payPal(once(async () => (await providers())(account))),
    verify,
    read: readPayPalEvent,
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

const CALLS = [
  'createCustomer',
  'createCheckoutSession',
  'retrieveSession',
  'expireSession',
  'completeSession',
  'chargeOffSession',
  'retrieveIntent',
  'findIntent',
  'refund',
  'retrieveRefund',
  'listRefunds',
  'findRefund',
  'attachMethod',
  'detachMethod',
  'retrieveMethod',
  'listMethods',
  'inspect',
  'retrieveDispute',
  'listDisputes',
  'submitEvidence',
  'listTransactions',
  'listPayouts',
  'listEvents',
] as const satisfies readonly (keyof PayPalCalls)[];

function payPal(open: () => Promise<PayPalCalls>): PaymentProvider {
  const later = <Name extends keyof PayPalCalls>(name: Name): PayPalCalls[Name] => {
    const call = async (...input: never[]) =>
      ((await open())[name] as (...input: never[]) => unknown)(...input);
    return call as PayPalCalls[Name];
  };
  const calls = Object.fromEntries(CALLS.map((name) => [name, later(name)])) as PayPalCalls;
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
    ...calls,
  };
}
