import type Stripe from 'stripe';
import type { MethodKind, NewSession, PaymentProvider } from '../../modules/payments/provider.ts';
import type { Call } from './clients.ts';
import { sessionOf } from './objects.ts';

const SESSION_EXPAND = ['payment_intent', 'setup_intent'];

/** Hosted pages. */
export function sessions(
  call: Call,
  kinds: readonly MethodKind[],
): Pick<PaymentProvider, 'createCheckoutSession' | 'retrieveSession' | 'expireSession'> {
  return {
    createCheckoutSession: (session, key) =>
      call(async (stripe) =>
        sessionOf(
          await stripe.checkout.sessions.create(sessionParams(session, kinds), { idempotencyKey: key }),
        ),
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
          return sessionOf(await stripe.checkout.sessions.expire(id, {}, { idempotencyKey: `expire:${id}` }));
        } catch (error) {
          // It may have been paid between the two calls; then it cannot be closed any more.
          const after = await stripe.checkout.sessions.retrieve(id, { expand: SESSION_EXPAND });
          if (after.status === 'open') throw error;
          return sessionOf(after);
        }
      }),
  };
}

function sessionParams(
  session: NewSession,
  kinds: readonly MethodKind[],
): Stripe.Checkout.SessionCreateParams {
  const metadata = { checkout_id: session.checkoutId };
  const shared = {
    customer: session.providerCustomerId,
    client_reference_id: session.checkoutId,
    metadata,
    success_url: session.successUrl,
    cancel_url: session.cancelUrl,
    expires_at: Math.floor(session.expiresAt / 1000),
    allowed_payment_method_types: offered(kinds, session.currency),
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
    payment_intent_data: {
      metadata,
      description: session.description,
      ...(session.saveMethod === false ? {} : { setup_future_usage: 'off_session' as const }),
    },
  };
}

/** What the page offers: a debit of the euro area only takes euros. Wallets come with cards. */
function offered(kinds: readonly MethodKind[], currency: string): ('card' | 'sepa_debit')[] {
  const isEuro = currency.toUpperCase() === 'EUR';
  return kinds.includes('sepa_debit') && isEuro
    ? kinds.includes('card')
      ? ['card', 'sepa_debit']
      : ['sepa_debit']
    : ['card'];
}
