import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
let admin: pg.Client;
let customer: string;

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-03-31T09:00:00Z' });
  admin = new pg.Client({ connectionString: app.database.url });
  await admin.connect();
  await good('POST', '/v1/plans', {
    key: 'pro',
    name: 'Pro',
    currency: 'EUR',
    entitlements: [],
    prices: [
      {
        key: 'base',
        name: 'Base',
        pricing: { model: 'flat', amount: '2900' },
        quantity: { kind: 'fixed' },
        timing: 'in_advance',
        cadence: { interval: 'month', count: 1 },
      },
    ],
  });
  customer = String((await good('POST', '/v1/customers', { name: 'Acme', currency: 'EUR' })).id);
  await good('POST', '/v1/subscriptions', { customer, plan: 'pro', collection: 'manual' });
  await app.drain();
});
afterAll(async () => {
  await admin.end();
  await app.close();
});

async function good(method: string, path: string, body?: unknown) {
  const answer = await app.api(method, path, body === undefined ? {} : { body });
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer.body;
}

const openCases = async () => {
  const { text } = await app.api('GET', '/v1/cases?open=true');
  return (JSON.parse(text) as { data: { id: string; kind: string; customer: string }[] }).data;
};
const totals = async () => {
  const { text } = await app.api('GET', `/v1/invoices?customer=${customer}`);
  return (JSON.parse(text) as { data: { total: string }[] }).data.map(({ total }) => total);
};
const advance = async (to: string) => {
  await good('POST', '/v1/clock/advance', { to });
  await app.server.mover.finished(app.tenant.id);
};

const TOO_DEAR = {
  model: { model: 'flat', amount: '999999999999999' },
  terms: { included_units: '0', minimum: null, maximum: null, conversion: null, discount_percent: '0' },
};

/** What no command allows, a line larger than any invoice: the bill run refuses to bill it and parks the customer. */
const setTooDear = (isTooDear: boolean) =>
  admin.query('update subscription_items set override = $1', [isTooDear ? JSON.stringify(TOO_DEAR) : null]);

test('closing the case of a parked customer bills what became due meanwhile, each period once', async () => {
  await setTooDear(true);
  await advance('2026-06-15T00:00:00Z');
  const [parked, ...others] = await openCases();
  expect(others).toEqual([]);
  expect(parked).toMatchObject({ kind: 'billing.parked', customer });
  expect(await totals()).toEqual(['2900']);
  await setTooDear(false);
  await advance('2026-06-16T00:00:00Z');
  expect(await totals()).toEqual(['2900']);

  const closed = await good('POST', `/v1/cases/${parked?.id}/close`, { note: 'Put right by hand.' });
  expect(closed).toMatchObject({ id: parked?.id, closed_at: '2026-06-16T00:00:00.000Z' });
  expect(await good('GET', `/v1/customers/${customer}`)).toMatchObject({ parked_at: null });
  await advance('2026-06-16T00:00:01Z');
  // April, May and June were let go: one invoice of 30 April and 31 May on, the first one stands.
  expect(await totals()).toEqual(['5800', '2900']);
  await advance('2026-07-15T00:00:00Z');
  expect(await totals()).toEqual(['2900', '5800', '2900']);
  const { text } = await app.api('GET', '/v1/audit?limit=100');
  const entry = (JSON.parse(text) as { data: { action: string; details: unknown }[] }).data.find(
    ({ action }) => action === 'case.close',
  );
  expect(entry?.details).toMatchObject({ note: 'Put right by hand.', released_customer: customer });
  expect((await app.api('GET', '/v1/event_feed?type=customer.released')).text).toContain(customer);
});

test('a customer whose cause still stands is parked again, with a new case', async () => {
  await setTooDear(true);
  await advance('2026-08-02T00:00:00Z');
  const [first] = await openCases();
  await good('POST', `/v1/cases/${first?.id}/close`, {});
  await advance('2026-08-03T00:00:00Z');
  const [second] = await openCases();
  expect(second).toMatchObject({ kind: 'billing.parked', customer });
  expect(second?.id).not.toBe(first?.id);
});

test('a case is closed once, and one that is not there is refused', async () => {
  const [open] = await openCases();
  const close = (id: string) => app.api('POST', `/v1/cases/${id}/close`, { body: {} });
  const answers = await Promise.all([close(String(open?.id)), close(String(open?.id))]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect(answers.find(({ status }) => status === 409)?.body.code).toBe('case.already_closed');
  expect((await close('case_01h2xcejqtf2nbrexx3vqjhp41')).body.code).toBe('case.not_found');
});
