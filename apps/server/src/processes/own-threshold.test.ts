import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { flatPrice } from '../testing/billing.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-10T09:00:00Z' });
  const calls = {
    ...flatPrice('0', { key: 'calls', name: 'Calls', timing: 'in_arrears' }),
    pricing: { model: 'per_unit', unit_amount: '0.1', per: '1' },
    quantity: { kind: 'meter', meter: 'calls' },
  };
  const over = (meter: string) => ({ ...calls, key: meter, quantity: { kind: 'meter', meter } });
  const file = {
    meters: [
      { key: 'calls', name: 'Calls', event_type: 'call', aggregation: 'sum', value_property: 'count' },
      { key: 'kinds', name: 'Kinds', event_type: 'call', aggregation: 'unique', value_property: 'count' },
      { key: 'peak', name: 'Peak', event_type: 'call', aggregation: 'max', value_property: 'count' },
    ],
    features: [],
    plans: [
      { key: 'pro', name: 'Pro', currency: 'EUR', prices: [calls], entitlements: [] },
      {
        key: 'whole',
        name: 'Whole',
        currency: 'EUR',
        prices: [over('kinds'), over('peak')],
        entitlements: [],
      },
    ],
  };
  expect((await app.api('PUT', '/v1/catalogue', { body: file })).status).toBe(200);
});
afterAll(() => app.close());

let serial = 0;

/** A subscription that began an hour ago, of a customer of its own. */
async function subscribe(more: object = {}) {
  serial += 1;
  const customer = `customer-${serial}`;
  await app.api('POST', '/v1/customers', { body: { name: customer, external_id: customer } });
  const made = await app.api('POST', '/v1/subscriptions', {
    body: { customer, plan: 'pro', collection: 'manual', ...more },
  });
  expect(made.status, made.text).toBe(201);
  app.passWallTime(3_600_000);
  return { customer, id: String(made.body.id), shown: made.body.billing_threshold };
}

/** So many calls a minute ago, after all that was billed before. */
async function use(customer: string, count: number) {
  serial += 1;
  app.passWallTime(120_000);
  const event = {
    specversion: '1.0',
    id: `${serial}`,
    source: 'test',
    type: 'call',
    subject: customer,
    data: { count: `${count}` },
  };
  const { body } = await app.api('GET', '/v1/clock');
  const time = new Date(Date.parse(String(body.now)) - 60_000).toISOString();
  const sent = await app.api('POST', '/v1/events', { body: [{ ...event, time }], idempotencyKey: null });
  expect(sent.body.counts).toMatchObject({ accepted: 1 });
  await app.drain();
}

async function totals(customer: string) {
  const found = await app.api('GET', `/v1/customers?q=${customer}`);
  const [row] = found.body.data as unknown as { id: string; external_id: string }[];
  const list = await app.api('GET', `/v1/invoices?customer=${row?.id}`);
  return (list.body.data as unknown as { total: string }[]).map(({ total }) => total).reverse();
}

const seller = (billing_threshold: string | null) =>
  app.api('PATCH', '/v1/tenant', { body: { settings: { billing_threshold } } });

const move = (id: string, body: object) => app.api('POST', `/v1/subscriptions/${id}/threshold`, { body });

test('a threshold that is set at the start bills usage inside the period, where the seller has none', async () => {
  await seller(null);
  const own = { source: 'subscription', amount: '500' };
  const { customer, shown } = await subscribe({ billing_threshold: own });
  expect(shown).toEqual(own);
  const other = await subscribe();
  expect(other.shown).toEqual({ source: 'seller' });
  await use(customer, 40);
  await use(other.customer, 400);
  expect(await totals(customer)).toEqual([]);
  await use(customer, 10);
  expect(await totals(customer)).toEqual(['500']);
  expect(await totals(other.customer)).toEqual([]);
});

test('the own one goes before that of the seller, also where it is never', async () => {
  await seller('100');
  const higher = await subscribe({ billing_threshold: { source: 'subscription', amount: '500' } });
  const never = await subscribe({ billing_threshold: { source: 'subscription', amount: null } });
  const plain = await subscribe();
  for (const { customer } of [higher, never, plain]) await use(customer, 20);
  expect(await totals(higher.customer)).toEqual([]);
  expect(await totals(never.customer)).toEqual([]);
  expect(await totals(plain.customer)).toEqual(['200']);
});

test('it is changed at any time, and what is used already is billed at once if it reaches the new one', async () => {
  await seller(null);
  const { customer, id } = await subscribe();
  await use(customer, 30);
  const higher = await move(id, { source: 'subscription', amount: '301' });
  expect(higher.body.billing_threshold).toEqual({ source: 'subscription', amount: '301' });
  expect(await totals(customer)).toEqual([]);
  expect((await move(id, { source: 'subscription', amount: '300' })).status).toBe(200);
  expect(await totals(customer)).toEqual(['300']);
  const back = await move(id, { source: 'seller' });
  expect(back.body.billing_threshold).toEqual({ source: 'seller' });
  await use(customer, 90);
  expect(await totals(customer)).toEqual(['300']);
  const audit = await app.api('GET', '/v1/audit?limit=100');
  expect(audit.text).toContain('subscription.threshold');
});

test('a threshold of zero, and one of a subscription that has ended, are refused', async () => {
  const { id } = await subscribe();
  expect((await move(id, { source: 'subscription', amount: '0' })).status).toBe(422);
  await app.api('POST', `/v1/subscriptions/${id}/cancel`, { body: { when: 'now' } });
  const ended = await move(id, { source: 'subscription', amount: '100' });
  expect([ended.status, ended.body.code]).toEqual([409, 'subscription.already_canceled']);
});

test('what parts of a period do not add up to is never billed inside it: different values and the highest reading', async () => {
  await seller(null);
  const { customer } = await subscribe({
    plan: 'whole',
    billing_threshold: { source: 'subscription', amount: '1' },
  });
  for (const count of [50, 70, 70]) await use(customer, count);
  expect(await totals(customer)).toEqual([]);
});
