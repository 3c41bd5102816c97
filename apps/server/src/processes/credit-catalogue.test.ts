import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { expectSoundCredits } from '../testing/credits.ts';
import { must } from '../testing/scenario.ts';

type Json = Record<string, unknown>;
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH';

const price = {
  key: 'base',
  name: 'Base',
  pricing: { model: 'flat', amount: '2900' },
  quantity: { kind: 'fixed' },
  timing: 'in_advance',
  cadence: { interval: 'month', count: 1 },
};
const plan = (key: string, more: object = {}) => ({
  key,
  name: key,
  currency: 'EUR',
  prices: [price],
  entitlements: [],
  ...more,
});
const CREDITS = {
  types: [
    { key: 'sparks', name: 'Sparks' },
    { key: 'tokens', name: 'Tokens', unit: 'tokens', low_at: '5.0', return_days: 10 },
  ],
  costs: [
    { feature: 'images', credit_type: 'tokens', per_unit: '4', beyond: 'allow', overage_meter: 'owed' },
    { feature: 'images', credit_type: 'tokens', per_unit: '6', effective_at: '2026-03-01T00:00:00Z' },
  ],
  packs: [
    {
      key: 'tokens-100',
      name: '100 tokens',
      credit_type: 'tokens',
      amount: '100',
      price: '1000',
      currency: 'EUR',
    },
  ],
  allowances: [
    {
      plan: 'daily',
      credit_type: 'sparks',
      amount: '10',
      interval: 'day',
      rollover_periods: null,
      rollover_max: '15',
    },
    { plan: 'quarterly', credit_type: 'sparks', amount: '300', interval: 'billing_period' },
    { plan: 'daily', credit_type: 'tokens', amount: '7', interval: 'once' },
  ],
};
const FILE = {
  meters: [
    { key: 'calls', name: 'Calls', event_type: 'call', aggregation: 'count' },
    { key: 'owed', name: 'Owed', event_type: 'owed', aggregation: 'sum', value_property: 'credits' },
  ],
  features: [{ key: 'images', name: 'Images', kind: 'metered', meter: 'calls' }],
  plans: [
    plan('plain'),
    plan('daily', { prices: [] }),
    plan('quarterly', { prices: [{ ...price, cadence: { interval: 'quarter', count: 1 } }] }),
  ],
  credits: CREDITS,
};

let app: TestApp;
let admin: pg.Client;
const call = (method: Method, path: string, body?: unknown) =>
  app.api(method, path, body === undefined ? {} : { body });
const ok = (method: Method, path: string, body?: unknown) => must(call(method, path, body));
const push = (file: object, query = '') => call('PUT', `/v1/catalogue${query}`, { ...FILE, ...file });
const credits = (more: object) => ({ credits: { ...CREDITS, ...more } });

async function advance(to: string): Promise<void> {
  await ok('POST', '/v1/clock/advance', { to });
  await app.server.mover.finished(app.tenant.id);
}

let serial = 0;
async function customer(
  onPlan: string | null,
  card: string | null = null,
): Promise<{ id: string; sub: string }> {
  serial += 1;
  const made = await ok('POST', '/v1/customers', { name: `Customer ${serial}`, currency: 'EUR' });
  const id = String(made.id);
  if (card !== null)
    await ok('POST', `/v1/customers/${id}/payment_methods`, { provider_method_id: `pm_card_${card}` });
  if (onPlan === null) return { id, sub: '' };
  const subscription = await ok('POST', '/v1/subscriptions', { customer: id, plan: onPlan });
  await app.drain();
  return { id, sub: String(subscription.id) };
}

async function available(id: string, key = 'tokens'): Promise<string> {
  const { balances } = (await ok('GET', `/v1/customers/${id}/credits`)) as unknown as {
    balances: { credit_type: { key: string }; available: string }[];
  };
  return balances.find(({ credit_type }) => credit_type.key === key)?.available ?? 'none';
}

const buy = (id: string) => call('POST', `/v1/customers/${id}/credits/purchases`, { pack: 'tokens-100' });
const use = (id: string, count: number) =>
  ok(
    'POST',
    '/v1/events',
    Array.from({ length: count }, (_, index) => ({
      specversion: '1.0',
      id: `use-${index}`,
      source: '/test',
      type: 'call',
      subject: id,
      time: '2026-01-02T00:00:00Z',
    })),
  );
const cases = async (id: string) =>
  (
    (await ok('GET', '/v1/cases')) as unknown as { data: { kind: string; customer: string | null }[] }
  ).data.filter((one) => one.customer === id);
async function paymentOf(invoice: unknown): Promise<string> {
  const { data } = (await ok('GET', `/v1/payments?invoice=${invoice}`)) as unknown as {
    data: { id: string }[];
  };
  return data[0]?.id ?? '';
}

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-01T00:00:00Z' });
  admin = new pg.Client({ connectionString: app.database.url });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await app.close();
});

describe('credits in the catalogue file', () => {
  test('I213 are told by a dry run, pushed, and come back as a file that changes nothing', async () => {
    const told = await push({}, '?dry_run=true');
    expect(told.body).toMatchObject({ dry_run: true, counts: { created: 13, new_versions: 1 } });
    expect((await ok('GET', '/v1/credit_types')).data).toEqual([]);
    expect((await push({})).body.changes).toEqual(told.body.changes);
    const { object: _, ...pulled } = await ok('GET', '/v1/catalogue');
    expect(pulled.credits).toMatchObject({
      types: [
        { key: 'sparks' },
        { key: 'tokens', unit: 'tokens', low_at: '5', return_days: 10, currency: null },
      ],
      costs: [
        { feature: 'images', per_unit: '4', beyond: 'allow', overage_meter: 'owed' },
        { feature: 'images', per_unit: '6', beyond: 'block', effective_at: '2026-03-01T00:00:00.000Z' },
      ],
      packs: [{ key: 'tokens-100', expires_after_days: null }],
      allowances: [
        { plan: 'daily', credit_type: 'sparks', interval: 'day', rollover_max: '15', rollover_periods: null },
        { plan: 'daily', credit_type: 'tokens', interval: 'once', rollover_periods: 0 },
        { plan: 'quarterly', interval: 'billing_period', priority: 50 },
      ],
    });
    for (const file of [pulled, FILE, { ...FILE, credits: undefined }])
      expect((await call('PUT', '/v1/catalogue', file)).body.counts).toMatchObject({
        created: 0,
        updated: 0,
        new_versions: 0,
      });
  });

  test('I213 name every fault at once, and what stands for something given or agreed to stays as it is', async () => {
    const wrong = await push(
      credits({
        types: [{ key: 'tokens', name: 'Tokens', low_at: '0' }, ...CREDITS.types],
        costs: [{ feature: 'none', credit_type: 'none', per_unit: '1', overage_meter: 'calls' }],
        packs: [{ ...CREDITS.packs[0], amount: '0.0', currency: 'XXQ' }],
        allowances: [{ plan: 'none', credit_type: 'tokens', amount: '1' }],
      }),
    );
    expect([wrong.status, wrong.body.code]).toEqual([422, 'catalogue.invalid']);
    expect(
      (wrong.body.errors as unknown as { pointer: string }[]).map(({ pointer }) => pointer).sort(),
    ).toEqual([
      '/credits/allowances/0/plan',
      '/credits/costs/0/credit_type',
      '/credits/costs/0/feature',
      '/credits/costs/0/overage_meter',
      '/credits/costs/0/overage_meter',
      '/credits/packs/0/amount',
      '/credits/packs/0/currency',
      '/credits/types/0/low_at',
      '/credits/types/2/key',
    ]);
    const fixed = await push(
      credits({
        types: [{ key: 'tokens', name: 'Tokens', currency: 'EUR' }],
        costs: [{ ...CREDITS.costs[1], per_unit: '7' }],
        packs: [{ ...CREDITS.packs[0], price: '900' }],
      }),
    );
    expect([fixed.status, fixed.body.code]).toEqual([409, 'catalogue.fixed_field']);
    expect((fixed.body.errors as unknown as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual([
      '/credits/types/0/currency',
      '/credits/packs/0',
      '/credits/costs/0',
    ]);
  });

  test('I213 say what holds now: a version that has begun since holds, and what differs is a new one', async () => {
    await advance('2026-01-02T00:00:00Z');
    const dearer = { ...CREDITS.costs[0], per_unit: '5' };
    const change = async (more: object, query = '') =>
      ((await must(push(credits(more), query))).changes as unknown as Json[]).filter(
        ({ action }) => action !== 'unchanged',
      );
    expect(await change({ costs: [dearer] })).toEqual([
      { kind: 'credit_cost', key: 'images', action: 'new_version', fields: ['per_unit'] },
    ]);
    const renamed = { ...CREDITS.packs[0], name: 'A hundred tokens' };
    const unit = [{ key: 'sparks', name: 'Sparks', unit: 'sparks' }];
    expect(await change({ types: unit, costs: [dearer], packs: [renamed] })).toEqual([
      { kind: 'credit_type', key: 'sparks', action: 'updated', fields: ['unit'] },
      { kind: 'credit_pack', key: 'tokens-100', action: 'updated', fields: ['name'] },
    ]);
    const none = { types: unit, costs: [], packs: [], allowances: [] };
    expect(await change(none, '?dry_run=true&archive_missing=true')).toEqual([
      { kind: 'credit_cost', key: 'images', action: 'new_version', fields: ['per_unit'] },
      { kind: 'credit_pack', key: 'tokens-100', action: 'updated', fields: ['archived'] },
      { kind: 'credit_allowance', key: 'daily/sparks', action: 'new_version', fields: expect.any(Array) },
      { kind: 'credit_allowance', key: 'quarterly/sparks', action: 'new_version', fields: expect.any(Array) },
      { kind: 'credit_allowance', key: 'daily/tokens', action: 'new_version', fields: expect.any(Array) },
    ]);
    expect(await change(none, '?dry_run=true')).toEqual([]);
  });
});

describe('a plan grants', () => {
  test('I211 by the day with a cap on what rolls over, by its bills, and once for the whole subscription', async () => {
    const { id, sub } = await customer('daily', 'visa');
    const other = await customer('quarterly');
    expect([await available(id, 'sparks'), await available(id)]).toEqual(['10', '7']);
    expect(await available(other.id, 'sparks')).toBe('300');
    await advance('2026-01-04T12:00:00Z');
    // Two days went by: the first left 10 of its own, the second 15 of both, and the third brought 10.
    expect([await available(id, 'sparks'), await available(id)]).toEqual(['25', '7']);
    await ok('POST', `/v1/subscriptions/${sub}/change`, { plan: 'quarterly', when: 'now' });
    await app.drain();
    expect([await available(id, 'sparks'), await available(id)]).toEqual(['325', '7']);
    // Who goes back and forth is granted nothing twice.
    for (const to of ['daily', 'quarterly'])
      await ok('POST', `/v1/subscriptions/${sub}/change`, { plan: to, when: 'now' });
    await app.drain();
    expect([await available(id, 'sparks'), await available(id)]).toEqual(['325', '7']);
  }, 60_000);
});

describe('a purchase', () => {
  test('I210 goes back with a note of its line and with the money, as far as it is left; what was spent opens a case', async () => {
    const { id } = await customer('plain', 'visa');
    const { invoice } = await must(buy(id));
    await app.drain();
    // Use that has come in and is not paid for yet is paid for before anything goes back: 6 images at 5 each.
    await use(id, 6);
    const { lines } = (await ok('GET', `/v1/invoices/${invoice}`)) as unknown as { lines: { id: string }[] };
    const note = {
      lines: [{ line: lines[0]?.id, amount: '150' }],
      reason: 'Too many',
      settle: 'credit_balance',
    };
    await ok('POST', `/v1/invoices/${invoice}/credit_notes`, note);
    expect(await available(id)).toBe('55');
    const payment = await paymentOf(invoice);
    const refund = (body: object) =>
      ok('POST', `/v1/payments/${payment}/refund`, { reason: 'Not needed', ...body });
    // The first 150 are what the note made into credit: that was counted with the note.
    await refund({ amount: '250' });
    expect(await available(id)).toBe('45');
    const history = (await ok('GET', `/v1/customers/${id}/credit_entries`)).data as unknown as Json[];
    expect(history[0]).toMatchObject({ kind: 'returned', amount: '-10', reason: 'Not needed' });
    expect(await cases(id)).toEqual([]);
    await app.drain();
    await refund({});
    expect(await available(id)).toBe('none');
    expect(await cases(id)).toMatchObject([
      { kind: 'credits.refunded_but_spent', facts: { missing: '30', unit: 'tokens' } },
    ]);
    await app.drain();
    await expectSoundCredits(admin);
  }, 60_000);

  test('I214 needs no running subscription: it stands on an invoice of now beside one that rests or has ended', async () => {
    const { id, sub } = await customer('plain', 'visa');
    await ok('POST', `/v1/subscriptions/${sub}/pause`, { mode: 'keep_period' });
    expect((await buy(id)).status).toBe(201);
    await app.drain();
    expect(await available(id)).toBe('100');
    await ok('POST', `/v1/subscriptions/${sub}/cancel`, { when: 'now' });
    const { invoice } = await must(buy(id));
    await app.drain();
    expect(await available(id)).toBe('200');
    expect(await ok('GET', `/v1/invoices/${invoice}`)).toMatchObject({ status: 'paid', total: '1000' });
    expect(await ok('GET', `/v1/subscriptions/${sub}`)).toMatchObject({ status: 'canceled' });
    const failing = { provider_method_id: 'pm_card_chargeCustomerFail' };
    await ok('POST', `/v1/customers/${id}/payment_methods`, failing);
    const unpaid = await must(buy(id));
    await app.drain();
    expect(await ok('GET', `/v1/invoices/${unpaid.invoice}`)).toMatchObject({ status: 'void' });
    expect(await ok('GET', `/v1/subscriptions/${sub}`)).toMatchObject({ status: 'canceled' });
    expect(await available(id)).toBe('200');
    const stranger = await customer(null);
    expect((await buy(stranger.id)).body.code).toBe('credits.no_subscription');
    await expectSoundCredits(admin);
  }, 60_000);
});
