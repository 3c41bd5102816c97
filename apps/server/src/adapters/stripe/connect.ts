import type { PaymentProvider, ProviderConnector } from '../../modules/payments/provider.ts';
import { billing } from './billing.ts';
import { charges } from './charges.ts';
import { type Call, type ClientOptions, createStripeClients } from './clients.ts';
import { disputes } from './disputes.ts';
import { events, WEBHOOK_EVENTS } from './events.ts';
import { inspect } from './inspect.ts';
import { methods } from './methods.ts';
import { money } from './money.ts';
import { refunds } from './refunds.ts';
import { sessions } from './sessions.ts';
import { subscribeEvents } from './subscribe-events.ts';
import { tax } from './tax.ts';
import { readStripeEvent, verifyStripeWebhook } from './verify-webhook.ts';

/** Connects sellers' accounts to Stripe, those of sandbox tenants to the stand-in. */
export function createStripeConnector(options: ClientOptions): ProviderConnector {
  const callOf = createStripeClients(options);
  return {
    name: 'stripe',
    title: 'Stripe',
    methodKinds: ['card', 'sepa_debit'],
    webhookEvents: WEBHOOK_EVENTS,
    connect: (account) => {
      const call = callOf(account);
      return {
        name: 'stripe',
        capabilities: {
          hostedPage: true,
          savedMethods: true,
          offSession: true,
          asynchronous: true,
          disputes: true,
          transactions: true,
          events: true,
        },
        ...customers(call),
        ...sessions(call, account.methodKinds),
        ...charges(call),
        ...refunds(call),
        ...methods(call),
        ...disputes(call),
        ...money(call),
        ...events(call),
        ...subscribeEvents(call),
        billing: billing(call),
        tax: tax(call),
        inspect: ({ withBilling }) => inspect(call, { secretKey: account.secretKey, withBilling }),
      };
    },
    verify: verifyStripeWebhook,
    read: readStripeEvent,
  };
}

function customers(call: Call): Pick<PaymentProvider, 'createCustomer' | 'deleteCustomer'> {
  return {
    createCustomer: ({ customerId, name, email }, key) =>
      call(async (stripe) => {
        const created = await stripe.customers.create(
          { name, ...(email === null ? {} : { email }), metadata: { customer_id: customerId } },
          { idempotencyKey: key },
        );
        return created.id;
      }),
    deleteCustomer: (id) =>
      call(async (stripe) => {
        // One that was deleted never comes back, so its id alone makes the key.
        await stripe.customers.del(id, {}, { idempotencyKey: `delete:${id}` });
      }),
  };
}
