import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { unsoundCredits } from '../testing/credit-soundness.ts';
import { expectSoundCredits } from '../testing/credits.ts';
import { must } from '../testing/scenario.ts';

type Json = Record<string, unknown>;

let app: TestApp;
let admin: pg.Client;
let serial = 0;

const ok = (method: string, path: string, body?: unknown) =>
  must(app.api(method, path, body === undefined ? {} : { body }));
const rows = async (path: string) => (await ok('GET', path)).data as unknown as Json[];

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-01T00:00:00Z' });
  admin = new pg.Client({ connectionString: app.database.url });
  await admin.connect();
  const cadence = { interval: 'month', count: 1 };
  const price = {
    key: 'base',
    name: 'Base',
    pricing: { model: 'flat', amount: '2900' },
    quantity: { kind: 'fixed' },
    timing: 'in_advance',
    cadence,
  };
  const pack = {
    key: 'p100',
    name: '100',
    credit_type: 'tokens',
    amount: '100',
    price: '1000',
    currency: 'EUR',
  };
  await ok('PUT', '/v1/catalogue', {
    meters: [{ key: 'calls', name: 'Calls', event_type: 'call', aggregation: 'count' }],
    features: [{ key: 'calls', name: 'Calls', kind: 'metered', meter: 'calls' }],
    plans: [{ key: 'pro', name: 'Pro', currency: 'EUR', prices: [price], entitlements: [] }],
    credits: {
      types: [{ key: 'tokens', name: 'Tokens', unit: 'tokens' }],
      costs: [{ feature: 'calls', credit_type: 'tokens', per_unit: '2' }],
      packs: [pack],
      allowances: [],
    },
  });
});
afterAll(async () => {
  await admin.end();
  await app.close();
});

/** Somebody who bought 100 tokens for 10.00 EUR and has 40 of them promised for 20 calls. */
async function promised() {
  serial += 1;
  const name = `user-${serial}`;
  const id = String((await ok('POST', '/v1/customers', { name, external_id: name, currency: 'EUR' })).id);
  await ok('POST', `/v1/customers/${id}/payment_methods`, { provider_method_id: 'pm_card_visa' });
  await ok('POST', '/v1/subscriptions', { customer: id, plan: 'pro' });
  await app.drain();
  const { invoice } = await ok('POST', `/v1/customers/${id}/credits/purchases`, { pack: 'p100' });
  await app.drain();
  const key = `hold-${serial}`;
  const hold = await ok('POST', '/v1/reservations', {
    customer: name,
    feature: 'calls',
    quantity: '20',
    key,
  });
  const [payment] = await rows(`/v1/payments?invoice=${invoice}`);
  return { id, name, hold: String(hold.id), payment: String(payment?.id) };
}

const refund = async (payment: string, more: object = {}) => {
  await ok('POST', `/v1/payments/${payment}/refund`, { reason: 'Not needed', ...more });
  await app.drain();
};
async function available(id: string): Promise<string> {
  const { balances } = await ok('GET', `/v1/customers/${id}/credits`);
  return String((balances as unknown as { available: string }[])[0]?.available ?? '0');
}
const entries = async (id: string) =>
  (await rows(`/v1/customers/${id}/credit_entries`))
    .map(({ kind, amount }) => `${kind} ${amount}`)
    .toSorted();
const shortfalls = async (id: string) =>
  (await rows('/v1/cases?open=true&limit=100')).filter(
    ({ kind, customer }) => kind === 'credits.refunded_but_spent' && customer === id,
  );
async function sound() {
  expect(await unsoundCredits(admin)).toEqual([]);
  await expectSoundCredits(admin);
}

test('I485 a refund takes what is free, and what a promise gives back later goes to the refund and not to the customer', async () => {
  const { id, name, hold, payment } = await promised();
  await refund(payment);
  // Nothing is lost yet: all that is not back is promised.
  expect([await available(id), await shortfalls(id)]).toEqual(['0', []]);
  const settle = { quantity: '5', event_id: `${name}-a`, keep: '5' };
  await ok('POST', `/v1/reservations/${hold}/settle`, settle);
  await app.drain();
  expect(await available(id)).toBe('0');
  // What was used after its price had gone back is the seller's loss, which staff hear of.
  expect(await shortfalls(id)).toMatchObject([{ facts: { missing: '10', unit: 'tokens' } }]);
  await ok('POST', `/v1/reservations/${hold}/release`);
  await app.drain();
  expect(await available(id)).toBe('0');
  expect(await entries(id)).toEqual(
    [
      'granted 100',
      'returned -60',
      ...Array.from({ length: 5 }, () => 'consumed -2'),
      'returned -20',
      'returned -10',
    ].toSorted(),
  );
  expect(await shortfalls(id)).toHaveLength(1);
  const [act] = (await rows('/v1/audit?limit=20')).filter(({ action }) => action === 'credits.return');
  expect(act?.details).toMatchObject({ amount: '10', reason: 'The payment was given back.' });
  await sound();
});

test('I485 a promise that ends by itself gives back to the refund too, and nobody is told of a loss', async () => {
  const { id, payment, hold } = await promised();
  await refund(payment);
  await ok('POST', `/v1/reservations/${hold}/release`);
  await app.drain();
  expect([await available(id), await shortfalls(id)]).toEqual(['0', []]);
  expect(await entries(id)).toEqual(['granted 100', 'returned -60', 'returned -40'].toSorted());
  await sound();
});

test('I485 only what the refund is short of goes to it; the rest of the promise is the customer’s again', async () => {
  const { id, payment, hold } = await promised();
  await refund(payment, { amount: '800' });
  expect(await available(id)).toBe('0');
  await ok('POST', `/v1/reservations/${hold}/release`);
  await app.drain();
  expect([await available(id), await shortfalls(id)]).toEqual(['20', []]);
  expect(await entries(id)).toEqual(['granted 100', 'returned -60', 'returned -20'].toSorted());
  await sound();
});
