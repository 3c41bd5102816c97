import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Json, type PayPalClient, payPalClient } from '../testing/paypal.ts';
import { type Receiver, startReceiver } from '../testing/receiver.ts';
import { type TestSandbox, testSandbox } from '../testing/sandbox.ts';
import { PAYPAL_TRIGGERS } from './triggers.ts';

const CLIENT = { clientId: 'client-of-the-triggers', secret: 'secret-of-the-triggers' };

let sandbox: TestSandbox;
let hook: Receiver;
let call: PayPalClient;
let account: string;

beforeAll(async () => {
  hook = await startReceiver();
  sandbox = await testSandbox();
  account = (await sandbox.control.payPal.putAccount({ ...CLIENT, webhookUrl: hook.url })).id;
  call = await payPalClient(sandbox.stripeUrl, CLIENT.clientId, CLIENT.secret);
});
afterAll(async () => {
  await sandbox.dispose();
  await hook.stop();
});

const eventOf = async (id: string) => (await call('GET', `/v1/notifications/webhooks-events/${id}`)).body;

it('every trigger brings its event about, which the API then shows and the webhook tells of', async () => {
  for (const type of Object.keys(PAYPAL_TRIGGERS)) {
    const { id } = await sandbox.control.payPal.trigger(account, type);
    expect(await eventOf(id)).toMatchObject({ id, event_type: type });
    await sandbox.control.payPal.drain(account);
    expect(hook.received.map(({ body }) => (JSON.parse(body) as Json).id)).toContain(id);
  }
  expect(await sandbox.control.payPal.triggers()).toEqual(Object.keys(PAYPAL_TRIGGERS).sort());
});

it('a trigger does all that comes before, takes amount, currency and customer, and refuses what it does not know', async () => {
  const { payPal } = sandbox.control;
  const options = { amount: 500, currency: 'jpy', customer: 'cus_grace' };
  const { id, before } = await payPal.trigger(account, 'PAYMENT.CAPTURE.REFUNDED', options);
  expect(before).toEqual([
    'CHECKOUT.ORDER.APPROVED',
    'PAYMENT.CAPTURE.COMPLETED',
    'VAULT.PAYMENT-TOKEN.CREATED',
  ]);
  expect((await eventOf(id)).resource).toMatchObject({ amount: { currency_code: 'JPY', value: '500' } });
  const kept = await call('GET', '/v3/vault/payment-tokens?customer_id=cus_grace');
  expect(kept.body.payment_tokens).toHaveLength(1);
  await expect(payPal.trigger(account, 'SUN.RISES')).rejects.toMatchObject({ status: 404 });
});

it('a trigger that a fault declines says why', async () => {
  const { payPal } = sandbox.control;
  await payPal.setFaults(account, { failCharges: 1 });
  await expect(payPal.trigger(account, 'PAYMENT.CAPTURE.COMPLETED')).rejects.toMatchObject({
    status: 422,
    message: 'INSTRUMENT_DECLINED',
  });
});
