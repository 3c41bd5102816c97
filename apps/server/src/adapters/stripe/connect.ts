import type Stripe from 'stripe';
import type {
  ConnectProvider,
  NewSession,
  PaymentProvider,
  ProviderAccount,
} from '../../modules/payments/provider.ts';
import { guarded } from './faults.ts';
import { INTENT_EXPAND, intentOf, methodOf, refundOf, sessionOf } from './objects.ts';

/** Where the API is, as the SDK takes it; undefined for Stripe's own. */
type Host = { host: string; port: number; protocol: 'http' | 'https' };

const CALL_TIMEOUT_MS = 30_000;
const SESSION_EXPAND = ['payment_intent', 'setup_intent'];

/**
 * Connects sellers' accounts: sandbox tenants to the stand-in at `sandboxUrl`, all others to Stripe. The SDK is
 * loaded with the first call, so that a start does not wait for it.
 */
export function createStripeConnector(options: {
  sandboxUrl: string | null;
  timeoutMs?: number;
}): ConnectProvider {
  const clients = new Map<string, Promise<Stripe>>();
  const clientOf = (account: ProviderAccount): Promise<Stripe> => {
    const name = `${account.mode}/${account.secretKey}`;
    let client = clients.get(name);
    if (client === undefined) {
      client = connect(account, options.sandboxUrl, options.timeoutMs ?? CALL_TIMEOUT_MS);
      clients.set(name, client);
    }
    return client;
  };
  return (account) => stripeProvider(() => clientOf(account));
}

async function connect(
  account: ProviderAccount,
  sandboxUrl: string | null,
  timeoutMs: number,
): Promise<Stripe> {
  const { default: StripeClient } = await import('stripe');
  return new StripeClient(account.secretKey, {
    ...(account.mode === 'sandbox' ? hostOf(sandboxUrl) : {}),
    // Repeats are ours: an outcome is looked up before anything is sent again.
    maxNetworkRetries: 0,
    timeout: timeoutMs,
    telemetry: false,
  });
}

function hostOf(sandboxUrl: string | null): Host {
  if (sandboxUrl === null) throw new Error('A sandbox tenant needs the sandbox, and none runs here.');
  const { hostname, port, protocol } = new URL(sandboxUrl);
  const isHttps = protocol === 'https:';
  return { host: hostname, port: Number(port || (isHttps ? 443 : 80)), protocol: isHttps ? 'https' : 'http' };
}

function stripeProvider(client: () => Promise<Stripe>): PaymentProvider {
  const call = <T>(act: (stripe: Stripe) => Promise<T>) => guarded(async () => act(await client()));
  return {
    name: 'stripe',
    createCustomer: ({ customerId, name, email }, key) =>
      call(async (stripe) => {
        const created = await stripe.customers.create(
          { name, ...(email === null ? {} : { email }), metadata: { customer_id: customerId } },
          { idempotencyKey: key },
        );
        return created.id;
      }),
    createCheckoutSession: (session, key) =>
      call(async (stripe) =>
        sessionOf(await stripe.checkout.sessions.create(sessionParams(session), { idempotencyKey: key })),
      ),
    retrieveSession: (id) =>
      call(async (stripe) =>
        sessionOf(await stripe.checkout.sessions.retrieve(id, { expand: SESSION_EXPAND })),
      ),
    expireSession: (id) =>
      call(async (stripe) => {
        const session = await stripe.checkout.sessions.retrieve(id, { expand: SESSION_EXPAND });
        if (session.status !== 'open') return sessionOf(session);
        try {
          return sessionOf(await stripe.checkout.sessions.expire(id));
        } catch (error) {
          // It may have been paid between the two calls; then it cannot be closed any more.
          const after = await stripe.checkout.sessions.retrieve(id, { expand: SESSION_EXPAND });
          if (after.status === 'open') throw error;
          return sessionOf(after);
        }
      }),
    ...charges(call),
    ...refunds(call),
    ...methods(call),
  };
}

type Call = <T>(act: (stripe: Stripe) => Promise<T>) => Promise<T>;

function charges(call: Call): Pick<PaymentProvider, 'chargeOffSession' | 'retrieveIntent' | 'findIntent'> {
  return {
    chargeOffSession: (charge, key) =>
      call(async (stripe) => {
        try {
          return intentOf(
            await stripe.paymentIntents.create(
              {
                amount: Number(charge.amountMinor),
                currency: charge.currency.toLowerCase(),
                customer: charge.providerCustomerId,
                payment_method: charge.providerMethodId,
                confirm: true,
                off_session: true,
                description: charge.description,
                metadata: { attempt_id: charge.attemptId },
                expand: INTENT_EXPAND,
              },
              { idempotencyKey: key },
            ),
          );
        } catch (error) {
          const declined = declinedIntent(error);
          if (declined !== null) return intentOf(declined);
          throw error;
        }
      }),
    retrieveIntent: (id) =>
      call(async (stripe) => intentOf(await stripe.paymentIntents.retrieve(id, { expand: INTENT_EXPAND }))),
    findIntent: ({ providerCustomerId, attemptId }) =>
      call(async (stripe) => {
        const page = stripe.paymentIntents.list({ customer: providerCustomerId, limit: 100 });
        for await (const intent of page) {
          if (intent.metadata.attempt_id !== attemptId) continue;
          return intentOf(await stripe.paymentIntents.retrieve(intent.id, { expand: INTENT_EXPAND }));
        }
        return null;
      }),
  };
}

/** A decline is an answer: the SDK throws it, with the payment as it stands. */
function declinedIntent(error: unknown): Stripe.PaymentIntent | null {
  const { type, payment_intent: intent } = error as Partial<Stripe.errors.StripeCardError>;
  return type === 'StripeCardError' && intent !== undefined ? intent : null;
}

function refunds(
  call: Call,
): Pick<PaymentProvider, 'refund' | 'retrieveRefund' | 'listRefunds' | 'findRefund'> {
  return {
    refund: ({ refundId, intentId, amountMinor }, key) =>
      call(async (stripe) =>
        refundOf(
          await stripe.refunds.create(
            { payment_intent: intentId, amount: Number(amountMinor), metadata: { refund_id: refundId } },
            { idempotencyKey: key },
          ),
        ),
      ),
    retrieveRefund: (id) => call(async (stripe) => refundOf(await stripe.refunds.retrieve(id))),
    listRefunds: (intentId) =>
      call(async (stripe) => {
        const found = await stripe.refunds.list({ payment_intent: intentId, limit: 100 });
        return found.data.map(refundOf);
      }),
    findRefund: ({ intentId, refundId }) =>
      call(async (stripe) => {
        for await (const refund of stripe.refunds.list({ payment_intent: intentId, limit: 100 })) {
          if (refund.metadata?.refund_id === refundId) return refundOf(refund);
        }
        return null;
      }),
  };
}

function methods(
  call: Call,
): Pick<PaymentProvider, 'attachMethod' | 'detachMethod' | 'retrieveMethod' | 'listMethods'> {
  return {
    attachMethod: (providerCustomerId, methodId, key) =>
      call(async (stripe) =>
        methodOf(
          await stripe.paymentMethods.attach(
            methodId,
            { customer: providerCustomerId },
            { idempotencyKey: key },
          ),
        ),
      ),
    detachMethod: (methodId) =>
      call(async (stripe) => {
        await stripe.paymentMethods.detach(methodId);
      }),
    retrieveMethod: (id) => call(async (stripe) => methodOf(await stripe.paymentMethods.retrieve(id))),
    listMethods: (providerCustomerId) =>
      call(async (stripe) => {
        const found = await stripe.customers.listPaymentMethods(providerCustomerId, {
          type: 'card',
          limit: 100,
        });
        return found.data.map(methodOf);
      }),
  };
}

function sessionParams(session: NewSession): Stripe.Checkout.SessionCreateParams {
  const metadata = { checkout_id: session.checkoutId };
  const shared = {
    customer: session.providerCustomerId,
    client_reference_id: session.checkoutId,
    metadata,
    success_url: session.successUrl,
    cancel_url: session.cancelUrl,
    expires_at: Math.floor(session.expiresAt / 1000),
    payment_method_types: ['card' as const],
    expand: SESSION_EXPAND,
  };
  if (session.mode === 'setup') {
    return {
      ...shared,
      mode: 'setup',
      currency: session.currency.toLowerCase(),
      setup_intent_data: { metadata },
    };
  }
  return {
    ...shared,
    mode: 'payment',
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: session.currency.toLowerCase(),
          unit_amount: Number(session.amountMinor),
          product_data: { name: session.description },
        },
      },
    ],
    payment_intent_data: { metadata, description: session.description, setup_future_usage: 'off_session' },
  };
}
