import { verify, X509Certificate } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { approveAs, type Json, linkOf, type PayPalClient, payPalClient } from '../testing/paypal.ts';
import { departures } from '../testing/paypal-schemas.ts';
import { type Receiver, startReceiver } from '../testing/receiver.ts';
import { CONTROL_TOKEN, type TestSandbox, testSandbox } from '../testing/sandbox.ts';

const CLIENT = { clientId: 'client-of-the-tests', secret: 'secret-of-the-tests' };
const DAY_MS = 86_400_000;

let sandbox: TestSandbox;
let hook: Receiver;
let call: PayPalClient;
let account: string;
let skewMs = 0;

beforeAll(async () => {
  hook = await startReceiver();
  sandbox = await testSandbox({ wallNow: () => performance.timeOrigin + performance.now() + skewMs });
  const made = await sandbox.control.payPal.putAccount({
    ...CLIENT,
    webhookUrl: hook.url,
    webhookId: '5ML55517T4853714A',
  });
  account = made.id;
  call = await payPalClient(sandbox.stripeUrl, CLIENT.clientId, CLIENT.secret);
});
afterAll(async () => {
  await sandbox.dispose();
  await hook.stop();
});

const orderBody = (value = '29.00', more: Json = {}) => ({
  intent: 'CAPTURE',
  purchase_units: [{ amount: { currency_code: 'EUR', value }, ...more }],
  payment_source: {
    paypal: {
      experience_context: { return_url: 'http://127.0.0.1/back', cancel_url: 'http://127.0.0.1/cancel' },
      attributes: {
        customer: { id: 'cus_1' },
        vault: { store_in_vault: 'ON_SUCCESS', usage_type: 'MERCHANT' },
      },
    },
  },
});

let keys = 0;
const key = () => {
  keys += 1;
  return `key-${keys}`;
};

/** An order that a buyer has approved. */
async function approved(buyer = 'ada', body: Json = orderBody()): Promise<string> {
  const order = (await call('POST', '/v2/checkout/orders', body, key())).body;
  await approveAs(linkOf(order, 'payer-action'), buyer);
  return String(order.id);
}

type Order = { status: string; purchase_units: { payments: { captures: Json[] } }[]; payment_source: Json };
const captureOf = (body: Json) => (body as unknown as Order).purchase_units[0]?.payments.captures[0] ?? {};

it('takes an approved order once, keeps the buyer, and shows every object as PayPal does', async () => {
  const body = orderBody('29.00', { custom_id: 'attempt-1', invoice_id: 'invoice-1' });
  expect(departures('orders', 'order_request', body)).toEqual([]);
  const order = await call('POST', '/v2/checkout/orders', body, 'first');
  expect(order.status).toBe(200);
  const id = String(order.body.id);
  expect((await call('POST', `/v2/checkout/orders/${id}/capture`, {}, 'early')).body).toMatchObject({
    details: [{ issue: 'ORDER_NOT_APPROVED' }],
  });
  expect(await approveAs(linkOf(order.body, 'payer-action'), 'ada')).toBe(
    `http://127.0.0.1/back?token=${id}&PayerID=ADA2SANDBKX23`,
  );
  const taken = await call('POST', `/v2/checkout/orders/${id}/capture`, {}, 'take');
  expect(taken.status).toBe(201);
  expect(await call('POST', `/v2/checkout/orders/${id}/capture`, {}, 'take')).toEqual(taken);
  expect((await call('POST', `/v2/checkout/orders/${id}/capture`, {}, 'again')).body).toMatchObject({
    details: [{ issue: 'ORDER_ALREADY_CAPTURED' }],
  });
  const capture = captureOf(taken.body);
  expect(capture).toMatchObject({
    status: 'COMPLETED',
    custom_id: 'attempt-1',
    seller_receivable_breakdown: { paypal_fee: { value: '1.07' }, net_amount: { value: '27.93' } },
  });
  const shown = await call('GET', `/v2/checkout/orders/${id}`);
  expect(departures('orders', 'order', shown.body)).toEqual([]);
  expect(departures('payments', 'capture', capture)).toEqual([]);
  const refund = await call(
    'POST',
    `/v2/payments/captures/${capture.id}/refund`,
    { amount: { currency_code: 'EUR', value: '9.00' } },
    'back',
  );
  expect(refund.body).toMatchObject({ status: 'COMPLETED', amount: { value: '9.00' } });
  expect(departures('payments', 'refund', refund.body)).toEqual([]);
  expect(
    (
      await call(
        'POST',
        `/v2/payments/captures/${capture.id}/refund`,
        { amount: { currency_code: 'EUR', value: '20.01' } },
        'more',
      )
    ).body,
  ).toMatchObject({
    details: [{ issue: 'REFUND_AMOUNT_EXCEEDED' }],
  });
  const tokens = await call('GET', '/v3/vault/payment-tokens?customer_id=cus_1');
  expect(departures('vault', 'customer_vault_payment_tokens_response', tokens.body)).toEqual([]);
  expect(tokens.body.payment_tokens).toHaveLength(1);
});

it('charges a kept buyer without them, refuses a second charge of one invoice, and forgets a key after six hours', async () => {
  const [token] = (await call('GET', '/v3/vault/payment-tokens?customer_id=cus_1')).body
    .payment_tokens as Json[];
  const charge = (invoice: string, requestId: string) =>
    call(
      'POST',
      '/v2/checkout/orders',
      {
        intent: 'CAPTURE',
        purchase_units: [{ amount: { currency_code: 'JPY', value: '500' }, invoice_id: invoice }],
        payment_source: { paypal: { vault_id: token?.id } },
      },
      requestId,
    );
  const done = await charge('a', 'charge-a');
  expect(done.body).toMatchObject({ status: 'COMPLETED' });
  expect(departures('orders', 'order', done.body)).toEqual([]);
  expect((await charge('a', 'charge-b')).body).toMatchObject({
    details: [{ issue: 'DUPLICATE_INVOICE_ID' }],
  });
  expect((await charge('b', 'charge-a')).body).toMatchObject({
    details: [{ issue: 'DUPLICATE_REQUEST_ID' }],
  });
  skewMs = 6 * 3_600_000;
  expect((await charge('b', 'charge-a')).body).toMatchObject({ status: 'COMPLETED' });
  skewMs = 0;
});

it('follows its clock: bank payments settle after days, an unanswered claim goes to the buyer', async () => {
  const start = Date.UTC(2026, 2, 1);
  await sandbox.control.payPal.setClock(account, start);
  const id = await approved('dana');
  const pending = captureOf((await call('POST', `/v2/checkout/orders/${id}/capture`, {}, key())).body);
  expect(pending).toMatchObject({ status: 'PENDING' });
  await sandbox.control.payPal.setClock(account, start + 3 * DAY_MS);
  expect((await call('GET', `/v2/payments/captures/${pending.id}`)).body).toMatchObject({
    status: 'COMPLETED',
  });
  const dispute = await sandbox.control.payPal.act(account, {
    deed: 'open_dispute',
    captureId: String(pending.id),
  });
  const shown = await call('GET', `/v1/customer/disputes/${dispute}`);
  expect(departures('disputes', 'dispute', shown.body)).toEqual([]);
  expect(shown.body).toMatchObject({
    status: 'WAITING_FOR_SELLER_RESPONSE',
    dispute_amount: { value: '29.00' },
  });
  await sandbox.control.payPal.setClock(account, start + 14 * DAY_MS);
  expect((await call('GET', `/v1/customer/disputes/${dispute}`)).body).toMatchObject({
    status: 'RESOLVED',
    dispute_outcome: { outcome_code: 'RESOLVED_BUYER_FAVOUR' },
  });
  const listed = await call('GET', '/v1/customer/disputes');
  expect(departures('disputes', 'dispute_search', listed.body)).toEqual([]);
  const report = await call(
    'GET',
    '/v1/reporting/transactions?start_date=2026-03-01T00:00:00Z&end_date=2026-03-31T00:00:00Z&fields=all',
  );
  expect(departures('reporting', 'search_response', report.body)).toEqual([]);
  const codes = (report.body.transaction_details as { transaction_info: Json }[]).map(
    ({ transaction_info: info }) => info.transaction_event_code,
  );
  expect(codes).toEqual(['T0006', 'T1201']);
});

it('signs webhooks by a certificate of its own root, and lists events for those who missed them', async () => {
  // What was told of before has to have come.
  await sandbox.control.payPal.drain(account);
  hook.received.length = 0;
  await sandbox.control.payPal.setFaults(account, { loseWebhooks: 1 });
  const id = await approved();
  await call('POST', `/v2/checkout/orders/${id}/capture`, {}, key());
  await sandbox.control.payPal.drain(account);
  expect(hook.types).toBeDefined();
  const types = hook.received.map(({ body }) => (JSON.parse(body) as Json).event_type);
  expect(types).toContain('PAYMENT.CAPTURE.COMPLETED');
  expect(types).not.toContain('CHECKOUT.ORDER.APPROVED');
  const [message] = hook.received;
  const header = (name: string) => String(message?.headers[name]);
  const certificate = new X509Certificate(await (await fetch(header('paypal-cert-url'))).text());
  const root = new X509Certificate(await sandbox.control.payPal.root());
  expect(certificate.verify(root.publicKey) && root.verify(root.publicKey)).toBe(true);
  expect(certificate.checkIssued(root)).toBe(true);
  expect(root.ca).toBe(true);
  expect(certificate.ca).toBe(false);
  const signed = [
    header('paypal-transmission-id'),
    header('paypal-transmission-time'),
    '5ML55517T4853714A',
    crc32(message?.body ?? ''),
  ].join('|');
  const signature = Buffer.from(header('paypal-transmission-sig'), 'base64');
  expect(verify('sha256', Buffer.from(signed), certificate.publicKey, signature)).toBe(true);
  const events = await call('GET', '/v1/notifications/webhooks-events?event_type=CHECKOUT.ORDER.APPROVED');
  expect(departures('webhooks', 'EventList', events.body)).toEqual([]);
  expect((events.body.events as { resource: Json }[])[0]?.resource.id).toBe(id);
});

it('keeps what it answered over a restart, also the stored answers, and gives new tokens', async () => {
  const body = orderBody();
  const before = await call('POST', '/v2/checkout/orders', body, 'kept');
  await sandbox.stop();
  sandbox = await testSandbox({ folder: sandbox.folder, controlToken: CONTROL_TOKEN });
  expect((await call('GET', '/v1/reporting/transactions').catch(() => ({ status: 401 }))).status).toBe(401);
  call = await payPalClient(sandbox.stripeUrl, CLIENT.clientId, CLIENT.secret);
  expect((await call('POST', '/v2/checkout/orders', body, 'kept')).body.id).toBe(before.body.id);
});

it('lets nobody in without keys, and names what it does not know', async () => {
  const answer = await fetch(`${sandbox.stripeUrl}/v2/checkout/orders`, { method: 'POST', body: '{}' });
  expect(answer.status).toBe(401);
  const unknown = await call('POST', '/v2/checkout/orders', { ...orderBody(), colour: 'red' }, key());
  expect(unknown).toMatchObject({
    status: 400,
    body: { details: [{ field: '/colour', issue: 'NOT_SUPPORTED' }] },
  });
  expect(departures('orders', 'error_400', unknown.body)).toEqual([]);
  const other = await fetch(`${sandbox.stripeUrl}/v1/oauth2/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${CLIENT.clientId}:another-secret`).toString('base64')}`,
    },
    body: 'grant_type=client_credentials',
  });
  expect(other.status).toBe(401);
});
