import { keepBuyer } from '../charge.ts';
import type { Draft } from '../draft.ts';
import { invalid, notFound, unprocessable } from '../error.ts';
import { showPaymentToken, showSetupToken, tokenResource } from '../present.ts';
import type { PaymentTokenRecord } from '../records.ts';
import { type Call, get, post, type Route, reading, remove } from '../route.ts';

const HOUR_MS = 3_600_000;
/** How long PayPal keeps the request id of a token. */
const KEY_LIFE_MS = 3 * HOUR_MS;
/** A setup token is valid for three days. */
const SETUP_LIFE_MS = 72 * HOUR_MS;
const CUSTOMER_ID = /^[0-9a-zA-Z_-]+$/;

export const vaultRoutes: readonly Route[] = [
  post('/v3/vault/setup-tokens', KEY_LIFE_MS, createSetupToken),
  get('/v3/vault/setup-tokens/:id', ({ draft, id }) => {
    const token = draft.get('setup_token', id);
    if (token === undefined || token.expiresMs <= draft.nowMs) throw notFound();
    return showSetupToken(draft, token);
  }),
  post('/v3/vault/payment-tokens', KEY_LIFE_MS, createPaymentToken),
  get('/v3/vault/payment-tokens', listPaymentTokens),
  get('/v3/vault/payment-tokens/:id', ({ draft, id }) => showPaymentToken(draft, findToken(draft, id))),
  remove('/v3/vault/payment-tokens/:id', ({ draft, id }) => {
    const token = draft.get('payment_token', id);
    if (token === undefined || token.deleted) return;
    const gone = draft.put('payment_token', { ...token, deleted: true });
    draft.emit(
      'VAULT.PAYMENT-TOKEN.DELETED',
      'A payment token has been deleted.',
      tokenResource(draft, gone),
    );
  }),
];

function findToken(draft: Draft, id: string): PaymentTokenRecord {
  const token = draft.get('payment_token', id);
  if (token === undefined || token.deleted) throw notFound();
  return token;
}

function createSetupToken({ draft, body }: Call) {
  const token = reading(body, (fields) => {
    const customerId = fields.inner('customer')?.text('id', 22, CUSTOMER_ID) ?? null;
    const paypal = fields.needInner('payment_source').needInner('paypal');
    const page = paypal.inner('experience_context');
    page?.pass('locale', 'shipping_preference', 'vault_instruction');
    paypal.pass('customer_type', 'permit_multiple_payment_tokens', 'usage_pattern');
    return {
      id: draft.id(),
      createdMs: draft.nowMs,
      status: 'PAYER_ACTION_REQUIRED' as const,
      customerId: customerId ?? draft.id().slice(0, 10),
      description: paypal.text('description', 128),
      usageType: paypal.text('usage_type', 255),
      brandName: page?.text('brand_name', 300) ?? null,
      returnUrl: page?.url('return_url') ?? null,
      cancelUrl: page?.url('cancel_url') ?? null,
      payer: null,
      tokenId: null,
      expiresMs: draft.nowMs + SETUP_LIFE_MS,
    };
  });
  draft.put('setup_token', token);
  return { status: 201, body: showSetupToken(draft, token) };
}

function createPaymentToken({ draft, body }: Call) {
  const setupId = reading(body, (fields) => {
    fields.inner('customer')?.pass('id');
    const token = fields.needInner('payment_source').needInner('token');
    if (token.need('type', 255) !== 'SETUP_TOKEN') {
      throw invalid(
        '/payment_source/token/type',
        'INVALID_PARAMETER_VALUE',
        'The sandbox takes SETUP_TOKEN.',
      );
    }
    return token.need('id', 255);
  });
  const setup = draft.get('setup_token', setupId);
  if (setup === undefined) throw unprocessable('TOKEN_ID_NOT_FOUND', 'Specified token does not exist.');
  if (setup.expiresMs <= draft.nowMs) throw unprocessable('TOKEN_EXPIRED', 'The token expired.');
  if (setup.payer === null) {
    throw unprocessable('PAYER_ACTION_REQUIRED', 'The buyer has not yet approved the token.');
  }
  const known = setup.tokenId === null ? undefined : draft.get('payment_token', setup.tokenId);
  const token = known ?? keepBuyer(draft, setup, setup.payer);
  if (known === undefined) {
    draft.put('setup_token', { ...setup, status: 'VAULTED', tokenId: token.id });
    draft.emit(
      'VAULT.PAYMENT-TOKEN.CREATED',
      'A payment token has been created.',
      tokenResource(draft, token),
    );
  }
  return { status: known === undefined ? 201 : 200, body: showPaymentToken(draft, token) };
}

function listPaymentTokens({ draft, query }: Call) {
  const customerId = query.get('customer_id') ?? '';
  if (!CUSTOMER_ID.test(customerId)) {
    throw invalid('/customer_id', 'MISSING_REQUIRED_PARAMETER', 'A required field is missing.');
  }
  const all = draft.all('payment_token').filter((one) => one.customerId === customerId && !one.deleted);
  const size = Math.min(Math.max(Number(query.get('page_size') ?? 5), 1), 20);
  const page = Math.max(Number(query.get('page') ?? 1), 1);
  const shown = all.slice((page - 1) * size, page * size);
  return {
    customer: { id: customerId },
    payment_tokens: shown.map((one) => showPaymentToken(draft, one)),
    ...(query.get('total_required') === 'true' && all.length > 0
      ? { total_items: all.length, total_pages: Math.ceil(all.length / size) }
      : {}),
    links: [
      {
        href: `${draft.baseUrl}/v3/vault/payment-tokens?customer_id=${customerId}`,
        rel: 'self',
        method: 'GET',
      },
    ],
  };
}
