import { approveAs } from '@billhook/sandbox/testing/paypal';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import type { Caller } from '../testing/caller.ts';

const PASSWORD = 'correct horse battery staple';
const RETURNS = { success_url: 'http://shop.example/done', cancel_url: 'http://shop.example/back' };
const base = {
  key: 'base',
  name: 'Base fee',
  pricing: { model: 'flat', amount: '2900' },
  quantity: { kind: 'fixed' },
  timing: 'in_advance',
  cadence: { interval: 'month', count: 1 },
};

let app: TestApp;
let member: Caller;

const portal = (path: string) => `/p/${app.tenant.slug}/api/v1${path}`;

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-10T09:00:00Z' });
  await app.api('PUT', '/v1/catalogue', {
    body: {
      meters: [],
      features: [],
      plans: [{ key: 'pro', name: 'Pro', rank: 1, currency: 'EUR', prices: [base], entitlements: [] }],
    },
  });
  const auth = `/p/${app.tenant.slug}/auth`;
  const email = 'owner@acme.example';
  await app.anybody('POST', `${auth}/sign-up/email`, {
    body: { email, password: PASSWORD, name: email },
    headers: { origin: app.baseUrl },
  });
  const client = await app.database.runtime.connect();
  await client.query(`select set_config('app.tenant', '${app.tenant.id}', false)`);
  await client.query('update member_user set "emailVerified" = true where email = $1', [email]);
  await client.query(`select set_config('app.tenant', '', false)`);
  client.release();
  member = await app.signIn(email, PASSWORD, auth);
  await member('POST', portal('/customers'), { body: { name: 'Acme', country: 'DE' } });
});
afterAll(() => app.close());

test('a sandbox takes PayPal without keys; other keys than those of its mode are refused', async () => {
  const none = await app.api('GET', '/v1/payment_provider/paypal');
  expect(none.body).toMatchObject({ mode: null, client_id: null });
  expect((await member('GET', portal('/payment_options'))).body).toMatchObject({
    data: [{ provider: 'stripe' }],
  });
  const refused = await app.api('PUT', '/v1/payment_provider/paypal', { body: { mode: 'live' } });
  expect([refused.status, refused.body.code]).toEqual([422, 'provider.keys_refused']);
  const early = await member('POST', portal('/checkouts'), {
    body: { plan: 'pro', provider: 'paypal', ...RETURNS },
  });
  expect([early.status, early.body.code]).toEqual([409, 'provider.not_configured']);
  const put = await app.api('PUT', '/v1/payment_provider/paypal', { body: { mode: 'sandbox' } });
  expect(put.status).toBe(200);
  expect(put.body).toMatchObject({ mode: 'sandbox', client_id: expect.stringMatching(/^sandbox-/) });
  expect((await app.api('GET', '/v1/payment_provider/paypal')).body).toEqual(put.body);
  expect((await member('GET', portal('/payment_options'))).body).toMatchObject({
    data: [
      { provider: 'stripe', is_default: true, kinds: ['card'] },
      { provider: 'paypal', title: 'PayPal', is_default: false, kinds: ['paypal'] },
    ],
  });
});

test('PayPal is kept once the customer is back, though PayPal tells nobody', async () => {
  const page = await member('POST', portal('/payment_methods/checkout'), {
    body: { provider: 'paypal', ...RETURNS },
  });
  expect(page.body).toMatchObject({ status: 'open', provider: 'paypal', purpose: 'card' });
  const path = portal(`/checkouts/${page.body.id}`);
  expect((await member('GET', path)).body).toMatchObject({ status: 'open' });
  await approveAs(String(page.body.url), 'ada');
  app.passWallTime(2_000);
  expect((await member('GET', path)).body).toMatchObject({ status: 'completed', method_kind: 'paypal' });
  expect((await member('GET', portal('/payment_methods'))).body).toMatchObject({
    data: [
      { kind: 'paypal', provider: 'paypal', label: 'ada@buyers.example', last4: null, is_default: true },
    ],
  });
});

test('a page is paid by the webhook alone, which comes in signed at an address of its own', async () => {
  const page = await member('POST', portal('/checkouts'), {
    body: { plan: 'pro', provider: 'paypal', ...RETURNS },
  });
  await approveAs(String(page.body.url), 'ada');
  const [account] = await app.sandbox.payPal.accounts();
  const { delivered, failed } = await app.sandbox.payPal.drain(account?.id ?? '');
  expect([delivered > 0, failed]).toEqual([true, 0]);
  await app.drain();
  const done = await member('GET', portal(`/checkouts/${page.body.id}`));
  expect(done.body).toMatchObject({ status: 'completed', provider: 'paypal' });
  const payments = await app.api('GET', '/v1/payments');
  expect(payments.body).toMatchObject({ data: [{ status: 'succeeded', amount: '2900' }] });
});
