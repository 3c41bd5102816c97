import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { must } from '../testing/scenario.ts';

const DAY_MS = 86_400_000;
const ALLOWED = '40';
let app: TestApp;
let serial = 0;

const ok = (method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, body?: unknown) =>
  must(app.api(method, path, body === undefined ? {} : { body }));

const base = {
  key: 'base',
  name: 'Base',
  pricing: { model: 'flat', amount: '2900' },
  quantity: { kind: 'fixed' },
  timing: 'in_advance',
  cadence: { interval: 'month', count: 1 },
};

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-01T00:00:00Z' });
  await ok('PATCH', '/v1/tenant', { settings: { zero_invoices: 'skip', payment_terms_days: 0 } });
  const plan = { key: 'small', name: 'Small', currency: 'EUR', prices: [base], entitlements: [] };
  await ok('PUT', '/v1/catalogue', { meters: [], features: [], plans: [plan] });
  await ok('POST', '/v1/credit_types', { key: 'sparks', name: 'Sparks' });
  const pack = { key: 'pack', name: 'Pack', credit_type: 'sparks', amount: '100' };
  await ok('POST', '/v1/credit_packs', { ...pack, price: '1000', currency: 'EUR' });
  await ok('POST', '/v1/credit_allowances', { plan: 'small', credit_type: 'sparks', amount: ALLOWED });
  const value = { kind: 'percent', percent: '100' };
  await ok('POST', '/v1/coupons', { key: 'gift', name: 'Gift', value, duration: { kind: 'forever' } });
});
afterAll(() => app.close());

/** A customer of the plan who has not paid and bought a pack. */
async function buyer(more: object = {}) {
  serial += 1;
  const made = await ok('POST', '/v1/customers', { name: 'Ada', external_id: `c${serial}`, currency: 'EUR' });
  const id = String(made.id);
  await ok('POST', '/v1/subscriptions', { customer: id, plan: 'small', collection: 'manual', ...more });
  await app.drain();
  const bought = await ok('POST', `/v1/customers/${id}/credits/purchases`, { pack: 'pack' });
  await app.drain();
  return { id, invoice: String(bought.invoice) };
}

async function available(id: string): Promise<string | undefined> {
  const { balances } = (await ok('GET', `/v1/customers/${id}/credits`)) as unknown as {
    balances: { available: string }[];
  };
  return balances[0]?.available;
}

const statusOf = async (invoice: string) => (await ok('GET', `/v1/invoices/${invoice}`)).status;

async function pass(days: number): Promise<void> {
  app.passWallTime(days * DAY_MS);
  await app.drain();
}

test('I652 credits whose price a coupon covers whole are granted at once, also where empty invoices are skipped', async () => {
  const { id } = await buyer({ coupons: ['gift'] });
  expect(await available(id)).toBe('140');
});

test('I652 an unpaid purchase that a credit note lowers or a debit note raises is owed, and holds up nobody else', async () => {
  const lowered = await buyer();
  const raised = await buyer();
  const plain = await buyer();
  const lineOf = async (invoice: string) => {
    const { lines } = (await ok('GET', `/v1/invoices/${invoice}`)) as unknown as { lines: { id: string }[] };
    return lines[0]?.id;
  };
  await ok('POST', `/v1/invoices/${lowered.invoice}/credit_notes`, {
    lines: [{ line: await lineOf(lowered.invoice), amount: '400' }],
    reason: 'Goodwill',
    settle: 'reduce_open',
  });
  await ok('POST', `/v1/invoices/${raised.invoice}/debit_notes`, {
    lines: [{ line: await lineOf(raised.invoice), amount: '300' }],
    reason: 'Forgotten',
  });
  await pass(10);
  expect(await Promise.all([lowered, raised, plain].map(({ invoice }) => statusOf(invoice)))).toEqual([
    'open',
    'open',
    'void',
  ]);
  await ok('POST', '/v1/received_payments', {
    customer: lowered.id,
    kind: 'cash',
    amount: '600',
    currency: 'EUR',
    allocations: [{ invoice: lowered.invoice, amount: '600' }],
    received_on: '2026-01-11',
    reason: 'At the desk.',
  });
  await pass(2);
  expect(await statusOf(lowered.invoice)).toBe('paid');
  // Of a hundred credits for ten euros, forty went back with four euros.
  expect(await available(lowered.id)).toBe('100');
});
