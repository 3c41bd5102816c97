import { capture } from '../charge.ts';
import type { Draft } from '../draft.ts';
import { invalid, notFound, PayPalError, unprocessable } from '../error.ts';
import type { Fields } from '../input.ts';
import { readMoney } from '../money.ts';
import { showOrder } from '../present.ts';
import type { OrderRecord, PaymentTokenRecord } from '../records.ts';
import { type Call, get, post, type Route, reading } from '../route.ts';

const HOUR_MS = 3_600_000;
/** How long PayPal keeps the request id of an order. */
const KEY_LIFE_MS = 6 * HOUR_MS;
/** How long a buyer may take to approve. */
const APPROVAL_MS = 72 * HOUR_MS;

export const orderRoutes: readonly Route[] = [
  post('/v2/checkout/orders', KEY_LIFE_MS, createOrder),
  get('/v2/checkout/orders/:id', ({ draft, id }) => showOrder(draft, findOrder(draft, id))),
  post('/v2/checkout/orders/:id/capture', KEY_LIFE_MS, captureOrder),
];

/** An order as it stands at the account's time. */
export function findOrder(draft: Draft, id: string): OrderRecord {
  const order = draft.get('order', id);
  if (order === undefined) throw notFound();
  const isOver = order.status !== 'COMPLETED' && order.expiresMs <= draft.nowMs;
  // An order that nobody approved in time is gone, as at PayPal.
  if (isOver) throw notFound();
  return order;
}

function createOrder({ draft, body, requestId }: Call) {
  const { order, vaultId } = reading(body, (fields) => readOrder(draft, fields));
  if (requestId === null && order.status !== 'CREATED') {
    throw new PayPalError(
      400,
      'INVALID_REQUEST',
      'A PayPal-Request-Id is required to process payment for an order.',
      [
        {
          issue: 'PAYPAL_REQUEST_ID_REQUIRED',
          description: 'A PayPal-Request-Id is required to process payment for an order.',
        },
      ],
    );
  }
  if (vaultId === null) {
    draft.put('order', order);
    return { status: order.status === 'CREATED' ? 201 : 200, body: showOrder(draft, order) };
  }
  const token = findToken(draft, vaultId);
  const done = capture(draft, order, token.payer, token);
  return { status: 201, body: showOrder(draft, done) };
}

function findToken(draft: Draft, id: string): PaymentTokenRecord {
  const token = draft.get('payment_token', id);
  if (token !== undefined && !token.deleted) return token;
  throw unprocessable('TOKEN_ID_NOT_FOUND', 'Specified token does not exist.');
}

function readOrder(draft: Draft, fields: Fields): { order: OrderRecord; vaultId: string | null } {
  if (fields.need('intent', 20) !== 'CAPTURE') {
    throw invalid('/intent', 'NOT_SUPPORTED', 'The sandbox knows the intent CAPTURE.');
  }
  const units = fields.list('purchase_units');
  const [unit] = units;
  if (unit === undefined || units.length > 1) {
    throw invalid('/purchase_units', 'NOT_SUPPORTED', 'The sandbox takes one purchase unit.');
  }
  const amount = unit.needInner('amount');
  const { currency, amountMinor } = readMoney(
    { currency_code: amount.raw('currency_code'), value: amount.raw('value') },
    '/purchase_units/0/amount',
  );
  const paypal = fields.inner('payment_source')?.inner('paypal') ?? null;
  const wallet = paypal === null ? NO_WALLET : readWallet(paypal);
  return {
    vaultId: wallet.vaultId,
    order: {
      id: draft.id(),
      createdMs: draft.nowMs,
      updatedMs: draft.nowMs,
      status: paypal === null ? 'CREATED' : 'PAYER_ACTION_REQUIRED',
      currency,
      amountMinor,
      referenceId: unit.text('reference_id', 256) ?? 'default',
      description: unit.text('description', 127),
      customId: unit.text('custom_id', 127),
      invoiceId: unit.text('invoice_id', 127),
      brandName: wallet.brandName,
      returnUrl: wallet.returnUrl,
      cancelUrl: wallet.cancelUrl,
      vaultFor: wallet.vaultFor,
      takesPending: wallet.takesPending,
      payer: null,
      tokenId: null,
      captureId: null,
      expiresMs: draft.nowMs + APPROVAL_MS,
    },
  };
}

type Wallet = Pick<OrderRecord, 'brandName' | 'returnUrl' | 'cancelUrl' | 'vaultFor' | 'takesPending'> & {
  vaultId: string | null;
};

const NO_WALLET: Wallet = {
  brandName: null,
  returnUrl: null,
  cancelUrl: null,
  vaultFor: null,
  takesPending: true,
  vaultId: null,
};

function readWallet(paypal: Fields): Wallet {
  const vaultId = paypal.text('vault_id', 255, /^[0-9a-zA-Z_-]+$/);
  const credential = paypal.inner('stored_credential');
  credential?.pass('payment_initiator', 'usage', 'usage_pattern', 'charge_pattern');
  const page = paypal.inner('experience_context');
  page?.pass('locale', 'shipping_preference', 'landing_page', 'user_action');
  const attributes = paypal.inner('attributes');
  const customerId = attributes?.inner('customer')?.text('id', 22, /^[0-9a-zA-Z_-]+$/) ?? null;
  const vault = attributes?.inner('vault') ?? null;
  vault?.pass(
    'description',
    'customer_type',
    'permit_multiple_payment_tokens',
    'usage_pattern',
    'store_in_vault',
  );
  return {
    vaultId,
    brandName: page?.text('brand_name', 127) ?? null,
    returnUrl: page?.url('return_url') ?? null,
    cancelUrl: page?.url('cancel_url') ?? null,
    takesPending: page?.text('payment_method_preference', 255) !== 'IMMEDIATE_PAYMENT_REQUIRED',
    vaultFor: vault === null ? null : { customerId, usageType: vault.need('usage_type', 255) },
  };
}

function captureOrder({ draft, id, body }: Call) {
  const order = findOrder(draft, id);
  reading(body, (fields) => fields.pass('payment_source'));
  if (order.status === 'COMPLETED') throw unprocessable('ORDER_ALREADY_CAPTURED', 'Order already captured.');
  if (order.status !== 'APPROVED' || order.payer === null) {
    throw unprocessable('ORDER_NOT_APPROVED', 'Payer has not yet approved the Order for payment.');
  }
  const done = capture(draft, order, order.payer, null);
  return { status: 201, body: showOrder(draft, done) };
}
