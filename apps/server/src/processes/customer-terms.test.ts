import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';

let app: TestApp;

const START = '2026-01-10T09:00:00.000Z';

beforeAll(async () => {
  app = await startTestApp({ clockAt: START });
  const price = {
    key: 'base',
    name: 'Base',
    pricing: { model: 'flat', amount: '3100' },
    quantity: { kind: 'fixed' },
    timing: 'in_advance',
    cadence: { interval: 'month', count: 1 },
  };
  const plan = { key: 'basic', name: 'Basic', rank: 1, currency: 'EUR', prices: [price], entitlements: [] };
  const put = await app.api('PUT', '/v1/catalogue', { body: { meters: [], features: [], plans: [plan] } });
  expect(put.status).toBe(200);
  const set = await app.api('PATCH', '/v1/tenant', { body: { settings: { payment_terms_days: 14 } } });
  expect(set.status).toBe(200);
});

afterAll(() => app.close());

async function customer(body: object): Promise<string> {
  const made = await app.api('POST', '/v1/customers', { body: { name: 'Acme', ...body } });
  expect(made.status).toBe(201);
  return String(made.body.id);
}

/** Starts a subscription that is paid by transfer; when its first invoice is due. */
async function firstDue(id: string): Promise<unknown> {
  const body = { customer: id, plan: 'basic', quantity: 1, collection: 'manual' };
  expect((await app.api('POST', '/v1/subscriptions', { body })).status).toBe(201);
  await app.drain();
  const list = await app.api('GET', `/v1/invoices?customer=${id}`);
  return (list.body.data?.[0] as { due_at?: unknown } | undefined)?.due_at;
}

test("an invoice is due by the customer's own terms, or by those of the seller where it has none", async () => {
  expect(await firstDue(await customer({}))).toBe('2026-01-24T09:00:00.000Z');
  expect(await firstDue(await customer({ payment_terms_days: 30 }))).toBe('2026-02-09T09:00:00.000Z');
  expect(await firstDue(await customer({ payment_terms_days: 0 }))).toBe(START);
});

test('terms are changed, kept by a change of something else, and given up for those of the seller', async () => {
  const id = await customer({ payment_terms_days: 30 });
  const patch = async (body: object) => (await app.api('PATCH', `/v1/customers/${id}`, { body })).body;
  const read = async () => (await app.api('GET', `/v1/customers/${id}`)).body;
  expect(await read()).toMatchObject({ payment_terms_days: 30 });
  expect(await patch({ payment_terms_days: 60 })).toMatchObject({ payment_terms_days: 60 });
  expect(await patch({ name: 'Acme Ltd' })).toMatchObject({ name: 'Acme Ltd', payment_terms_days: 60 });
  expect(await read()).toMatchObject({ payment_terms_days: 60 });
  expect(await patch({ payment_terms_days: null })).toMatchObject({ payment_terms_days: null });
  expect(await firstDue(id)).toBe('2026-01-24T09:00:00.000Z');
});

test.each([-1, 366, 1.5, '14'])('terms of %j days are refused', async (days) => {
  const body = { name: 'Acme', payment_terms_days: days };
  const answer = await app.api('POST', '/v1/customers', { body });
  expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/payment_terms_days' }] } });
});
