import { addMs, instant, MS_PER_HOUR } from '@billhook/core/time/instant';
import type { NewSession, PaymentProvider, ProviderSession } from '../../modules/payments/provider.ts';
import type { PayPalCall } from './client.ts';
import { customId, ourId, readSessionName, sessionName } from './ids.ts';
import { moneyOf, unreadable } from './money.ts';
import { captureOf, idOf, instantOf, vaultedTokenOf } from './objects.ts';
import { linkOf, list, type Members, members, text } from './read.ts';

const ORDERS = '/v2/checkout/orders';
const SETUP_TOKENS = '/v3/vault/setup-tokens';
const LIFE_MS = 72 * MS_PER_HOUR;

/** Pages on which a buyer approves: an order to pay, or a token to be charged with later. */
export function sessions(
  call: PayPalCall,
): Required<
  Pick<PaymentProvider, 'createCheckoutSession' | 'retrieveSession' | 'expireSession' | 'completeSession'>
> {
  const retrieve = async (name: string): Promise<ProviderSession> => {
    const { kind, id } = readSessionName(name);
    if (kind === 'setup') {
      return setupSession(
        (await call({ method: 'GET', path: `${SETUP_TOKENS}/${encodeURIComponent(id)}` })).body,
      );
    }
    return orderSession((await call({ method: 'GET', path: `${ORDERS}/${encodeURIComponent(id)}` })).body);
  };
  return {
    async createCheckoutSession(session, key) {
      const isSetup = session.mode === 'setup';
      const { body } = await call({
        method: 'POST',
        path: isSetup ? SETUP_TOKENS : ORDERS,
        body: isSetup ? setupBody(session) : orderBody(session),
        key,
      });
      const made = isSetup ? setupSession(body) : orderSession(body);
      if (made.url === null) throw unreadable('the address of the page');
      return { ...made, checkoutId: session.checkoutId };
    },
    retrieveSession: retrieve,
    // Nothing can be taken back at PayPal, and nothing has to be: without our call no money moves.
    expireSession: async (name) => {
      const session = await retrieve(name);
      return session.status === 'complete' ? session : { ...session, status: 'expired', url: null };
    },
    async completeSession(name, key) {
      const { kind, id } = readSessionName(name);
      if (kind === 'setup') return keepToken(call, name, id, key);
      const before = await retrieve(name);
      if (before.status === 'complete') return before;
      const { body } = await call({
        method: 'POST',
        path: `${ORDERS}/${encodeURIComponent(id)}/capture`,
        body: {},
        key,
      });
      return orderSession(body);
    },
  };
}

/** Turns a token that was agreed to into one that can be charged. */
async function keepToken(call: PayPalCall, name: string, id: string, key: string): Promise<ProviderSession> {
  const { body } = await call({
    method: 'POST',
    path: '/v3/vault/payment-tokens',
    body: { payment_source: { token: { id, type: 'SETUP_TOKEN' } } },
    key,
  });
  return { ...closedSession(name), methodId: idOf(body) };
}

const closedSession = (id: string): ProviderSession => ({
  id,
  url: null,
  status: 'complete',
  checkoutId: null,
  expiresAt: instant(0),
  intentId: null,
  methodId: null,
});

function orderBody(session: NewSession) {
  const vault = { store_in_vault: 'ON_SUCCESS', usage_type: 'MERCHANT', customer_type: 'CONSUMER' };
  return {
    intent: 'CAPTURE',
    purchase_units: [
      {
        amount: moneyOf(session.amountMinor, session.currency),
        description: session.description.slice(0, 127) || 'Payment',
        custom_id: customId('checkout', session.checkoutId),
        // PayPal refuses a second payment for the same one.
        invoice_id: customId('checkout', session.checkoutId),
      },
    ],
    payment_source: {
      paypal: {
        experience_context: {
          return_url: session.successUrl,
          cancel_url: session.cancelUrl,
          shipping_preference: 'NO_SHIPPING',
          user_action: 'PAY_NOW',
          // What is bought starts at once, so the money must be there at once.
          payment_method_preference: 'IMMEDIATE_PAYMENT_REQUIRED',
        },
        ...(session.saveMethod === false
          ? {}
          : { attributes: { customer: { id: session.providerCustomerId }, vault } }),
      },
    },
  };
}

function setupBody(session: NewSession) {
  return {
    customer: { id: session.providerCustomerId },
    payment_source: {
      paypal: {
        usage_type: 'MERCHANT',
        customer_type: 'CONSUMER',
        experience_context: {
          return_url: session.successUrl,
          cancel_url: session.cancelUrl,
          shipping_preference: 'NO_SHIPPING',
        },
      },
    },
  };
}

function orderSession(order: Members): ProviderSession {
  const id = sessionName({ kind: 'order', id: idOf(order) });
  const [unit] = list(order.purchase_units);
  const capture = captureOf(order);
  const status = orderStatus(order, capture);
  return {
    id,
    url: status === 'open' ? linkOf(order, 'payer-action', 'approve') : null,
    status,
    checkoutId: ourId('checkout', unit?.custom_id),
    expiresAt: addMs(instantOf(order.create_time) ?? instant(0), LIFE_MS),
    intentId: status === 'complete' ? text(members(capture).id) : null,
    methodId: status === 'complete' ? vaultedTokenOf(order) : null,
  };
}

function orderStatus(order: Members, capture: Members | null): ProviderSession['status'] {
  switch (order.status) {
    case 'COMPLETED':
      return capture === null ? 'open' : 'complete';
    case 'APPROVED':
      return 'approved';
    case 'VOIDED':
      return 'expired';
    default:
      return 'open';
  }
}

function setupSession(token: Members): ProviderSession {
  const isOpen = token.status === 'PAYER_ACTION_REQUIRED' || token.status === 'CREATED';
  return {
    ...closedSession(sessionName({ kind: 'setup', id: idOf(token) })),
    url: isOpen ? linkOf(token, 'approve', 'payer-action') : null,
    // A token that was made into one to be charged is asked for once more: the answer is the same.
    status: isOpen ? 'open' : 'approved',
  };
}
