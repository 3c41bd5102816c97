import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createLocalEntitlements, type LocalEntitlements } from '@billhook/sdk/local/entitlements';
import { createBillhook } from '@billhook/sdk/operator';
import { createRemoteEntitlements } from '@billhook/sdk/remote-entitlements';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestApp, type TestApp } from '../apps/server/src/testing/app.ts';

let app: TestApp;
let folder: string;
const open: LocalEntitlements[] = [];
let serial = 0;

const metered = (feature: string, limit: string, overage: 'block' | 'allow') => ({
  feature,
  kind: 'metered',
  limit,
  reset: 'billing_period',
  overage,
  warn_at_percent: [],
});
const plan = (key: string, calls: string) => ({
  key,
  name: key,
  currency: 'EUR',
  prices: [],
  entitlements: [
    metered('calls', calls, 'block'),
    metered('tokens', '2', 'allow'),
    metered('peak', '5', 'block'),
    { feature: 'export', kind: 'boolean', enabled: true },
    { feature: 'region', kind: 'configuration', value: 'eu' },
  ],
});
const meter = (key: string, aggregation: string, value: string | null) => ({
  key,
  name: key,
  event_type: key,
  aggregation,
  value_property: value,
});

beforeAll(async () => {
  app = await startTestApp({ worker: true });
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'billhook-whole-'));
  const feature = (key: string, kind: string) => ({ key, name: key, kind });
  await must('PUT', '/v1/catalogue', {
    meters: [
      meter('calls', 'count', null),
      meter('tokens', 'count', null),
      meter('peak', 'max', 'n'),
      meter('images', 'count', null),
    ],
    features: [
      ...['calls', 'tokens', 'peak', 'images'].map((key) => ({ ...feature(key, 'metered'), meter: key })),
      feature('export', 'boolean'),
      feature('region', 'configuration'),
    ],
    plans: [plan('small', '10'), plan('large', '20000')],
  });
  await must('POST', '/v1/credit_types', { key: 'sparks', name: 'Sparks' });
  await must('POST', '/v1/credit_costs', { feature: 'images', credit_type: 'sparks', per_unit: '2' });
});
afterAll(async () => {
  for (const local of open) await local.close();
  await app.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

async function must(method: string, url: string, body: unknown) {
  const answer = await app.api(method, url, { body });
  if (answer.status >= 300) throw new Error(answer.text);
  return answer.body;
}

async function subscribe(planKey = 'small') {
  serial += 1;
  const customer = await must('POST', '/v1/customers', { name: 'A', external_id: `local-${serial}` });
  const made = await must('POST', '/v1/subscriptions', { customer: `local-${serial}`, plan: planKey });
  return { id: String(customer.id), subscription: String(made.id) };
}

const client = () => createBillhook({ baseUrl: app.baseUrl, apiKey: app.apiKey });

async function start(customer: string): Promise<LocalEntitlements> {
  const local = createLocalEntitlements({ client: client(), folder });
  open.push(local);
  await vi.waitFor(() => expect(local.status().isConnected).toBe(true), { timeout: 60_000 });
  await local.load(customer);
  return local;
}

test('the process answers as the server does, and follows a change of plan', async () => {
  const { id, subscription } = await subscribe();
  const local = await start(id);
  for (const [feature, quantity] of [
    ['export', '1'],
    ['region', '1'],
    ['calls', '10'],
    ['calls', '11'],
    ['tokens', '3'],
  ] as const) {
    const {
      object,
      customer,
      upgrade,
      pay,
      credits,
      overage,
      warnAtPercent,
      counted,
      subject,
      pool,
      explanation,
      ...asked
    } = await client().entitlements.check({ customer: id, feature, quantity });
    expect(JSON.parse(JSON.stringify(local.check(id, feature, quantity)))).toMatchObject(asked);
  }
  expect(local.check(id, 'export').state).toBe('fresh');
  await must('POST', `/v1/subscriptions/${subscription}/change`, { plan: 'large', when: 'now' });
  await vi.waitFor(() => expect(local.check(id, 'calls')).toMatchObject({ limit: '20000', state: 'fresh' }), {
    timeout: 60_000,
  });
});

test('processes together are allowed exactly the limit, and give back what is left', async () => {
  const { id } = await subscribe();
  const locals = [await start(id), await start(id)];
  const answers = await Promise.all(
    Array.from({ length: 24 }, (_, index) => (locals[index % 2] as LocalEntitlements).consume(id, 'calls')),
  );
  expect(answers.filter(({ allowed }) => allowed)).toHaveLength(10);
  for (const local of locals)
    await vi.waitFor(async () => expect(await local.flush()).toBe(true), { timeout: 60_000 });
  const check = await client().entitlements.check({ customer: id, feature: 'calls', quantity: '1' });
  expect(check).toMatchObject({ allowed: false, used: '10' });
});

test('meters that count events take many at once, soft ones beyond the limit, and peaks without a lease', async () => {
  const { id } = await subscribe('large');
  const local = await start(id);
  expect((await local.consume(id, 'calls', 10_001)).status).toBe('counted');
  expect((await local.consume(id, 'tokens', 3)).status).toBe('counted');
  expect((await local.consume(id, 'peak', 4)).status).toBe('counted');
  await vi.waitFor(async () => expect(await local.flush()).toBe(true), { timeout: 60_000 });
  const used = async (feature: string) =>
    (await client().entitlements.check({ customer: id, feature, quantity: '0' })).used;
  expect([await used('calls'), await used('tokens'), await used('peak')]).toEqual(['10001', '3', '4']);
});

test('over plain HTTP units are held while a request runs, then counted or given back', async () => {
  const { id } = await subscribe();
  const remote = createRemoteEntitlements({ client: client(), timeoutMs: 20_000 });
  expect(await remote.consume(id, 'calls')).toMatchObject({ status: 'counted', answer: { used: '1' } });
  const [kept, dropped] = [await remote.hold(id, 'calls'), await remote.hold(id, 'calls')];
  expect([await kept?.count(), kept?.allowed, dropped?.allowed]).toEqual([true, true, true]);
  await dropped?.giveBack();
  expect(await remote.check(id, 'calls')).toMatchObject({ allowed: true, used: '2' });
});

test('I200 credits answer in the process, are spent by what it counts, and what is granted is heard of', async () => {
  const { id } = await subscribe();
  const give = (amount: string) =>
    must('POST', `/v1/customers/${id}/credits`, { credit_type: 'sparks', amount, reason: 'Welcome' });
  await give('5');
  const local = await start(id);
  expect(local.check(id, 'images', 2)).toMatchObject({ allowed: true, reason: 'credits', remaining: '2.5' });
  expect(local.check(id, 'images', 3)).toMatchObject({ allowed: false, reason: 'credits_used_up' });
  expect(await local.consume(id, 'images', 1)).toMatchObject({ status: 'counted' });
  expect(local.check(id, 'images', 2).allowed).toBe(false);
  expect(await local.flush()).toBe(true);
  const asked = () => client().entitlements.check({ customer: id, feature: 'images', quantity: '1' });
  expect(await asked()).toMatchObject({ allowed: true, credits: { available: '3', cost: '2' } });
  await give('1');
  await vi.waitFor(() => expect(local.check(id, 'images', 2).allowed).toBe(true), { timeout: 60_000 });
});
