import { afterEach, beforeEach, expect, it } from 'vitest';
import { approveAs, type Json, linkOf, type PayPalClient, payPalClient } from '../testing/paypal.ts';
import { type Receiver, startReceiver } from '../testing/receiver.ts';
import { type TestSandbox, testSandbox } from '../testing/sandbox.ts';

const CLIENT = { clientId: 'client-of-the-faults', secret: 'secret-of-the-faults' };
const SLOW_MS = 500;

let sandbox: TestSandbox;
let hook: Receiver;
let call: PayPalClient;
let account: string;
let skewMs = 0;

beforeEach(async () => {
  skewMs = 0;
  hook = await startReceiver();
  sandbox = await testSandbox({ wallNow: () => performance.timeOrigin + performance.now() + skewMs });
  account = (await sandbox.control.payPal.putAccount({ ...CLIENT, webhookUrl: hook.url })).id;
  call = await connect();
});
afterEach(async () => {
  await sandbox.dispose();
  await hook.stop();
});

const connect = () => payPalClient(sandbox.stripeUrl, CLIENT.clientId, CLIENT.secret);

const ORDER = {
  intent: 'CAPTURE',
  purchase_units: [{ amount: { currency_code: 'EUR', value: '29.00' } }],
  payment_source: {
    paypal: {
      experience_context: { return_url: 'http://127.0.0.1/back', cancel_url: 'http://127.0.0.1/cancel' },
    },
  },
};

let keys = 0;
const order = () => {
  keys += 1;
  return call('POST', '/v2/checkout/orders', ORDER, `key-${keys}`);
};

/** An order that Ada has approved, which one event tells of. */
async function approved(): Promise<string> {
  const { body } = await order();
  await approveAs(linkOf(body, 'payer-action'), 'ada');
  return String(body.id);
}

/** Ids of the objects that the webhooks told of, in the order in which they came. */
const told = () =>
  hook.received.map(({ body }) => (JSON.parse(body) as { resource: { id: string } }).resource.id);

/** How long something took. */
async function lasting(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

it('a slow PayPal keeps every answer waiting, of reads, of writes and of access tokens', async () => {
  const read = () => call('GET', '/v1/customer/disputes');
  await sandbox.control.payPal.setFaults(account, { slowMs: SLOW_MS });
  expect(await lasting(read)).toBeGreaterThanOrEqual(SLOW_MS - 5);
  const create = async () => expect((await order()).status).toBe(200);
  expect(await lasting(create)).toBeGreaterThanOrEqual(SLOW_MS - 5);
  expect(await lasting(connect)).toBeGreaterThanOrEqual(SLOW_MS - 5);
  await sandbox.control.payPal.setFaults(account, {});
  // A machine under load may be slow by itself, but not each of several times.
  const without: number[] = [];
  for (let count = 0; count < 5; count += 1) without.push(await lasting(read));
  expect(Math.min(...without)).toBeLessThan(SLOW_MS);
});

it('time-outs strike payments alone, or every write, before or after it was carried out', async () => {
  const urls = async () =>
    ((await call('GET', '/v1/notifications/webhooks')).body.webhooks as Json[]).map(({ url }) => url);
  const create = (url: string) =>
    call('POST', '/v1/notifications/webhooks', { url, event_types: [{ name: 'PAYMENT.CAPTURE.COMPLETED' }] });
  const { setFaults } = sandbox.control.payPal;
  await setFaults(account, { timeoutsBefore: 1, timeoutsAfter: 1, holdMs: 200 });
  expect((await create('https://seller.example/untouched')).status).toBe(201);
  await setFaults(account, { timeoutsBefore: 1, timeoutsOnAllWrites: true, holdMs: 200 });
  await expect(create('https://seller.example/before')).rejects.toThrow();
  await setFaults(account, { timeoutsAfter: 1, timeoutsOnAllWrites: true, holdMs: 200 });
  await expect(create('https://seller.example/after')).rejects.toThrow();
  expect((await create('https://seller.example/then')).status).toBe(201);
  expect(await urls()).toEqual([
    hook.url,
    'https://seller.example/untouched',
    'https://seller.example/after',
    'https://seller.example/then',
  ]);
});

it('webhooks that are held back come late, and the newest first where the order is turned round', async () => {
  const { payPal } = sandbox.control;
  await payPal.setFaults(account, { delayWebhooksMs: 60_000 });
  const late = await approved();
  expect(await payPal.drain(account)).toMatchObject({ delivered: 0, pending: 1 });
  expect(told()).toEqual([]);
  skewMs = 60_000;
  expect(await payPal.drain(account)).toMatchObject({ delivered: 1, pending: 0 });
  expect(told()).toEqual([late]);
  await payPal.setFaults(account, { delayWebhooksMs: 60_000, reorderWebhooks: true });
  const orders = [await approved(), await approved(), await approved()];
  skewMs = 120_000;
  expect(await payPal.drain(account)).toMatchObject({ delivered: 3, pending: 0 });
  expect(told().slice(1)).toEqual(orders.toReversed());
});
