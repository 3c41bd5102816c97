import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createLocalEntitlements } from '@billhook/sdk/local/entitlements';
import { createGuards } from '@billhook/sdk/next';
import { createBillhook } from '@billhook/sdk/operator';
import { createRemoteEntitlements } from '@billhook/sdk/remote-entitlements';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestApp, type TestApp } from '../apps/server/src/testing/app.ts';
import { unsoundCredits } from '../apps/server/src/testing/credit-soundness.ts';
import { startSpender } from '../packages/sdk/src/testing/spend.ts';

let app: TestApp;
let folder: string;

beforeAll(async () => {
  app = await startTestApp({ worker: true });
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'billhook-shared-'));
  const limits = { limit: '300', pool_limit: '500', reset: 'billing_period', overage: 'block' };
  await must('PUT', '/v1/catalogue', {
    meters: ['images', 'scans'].map((key) => ({
      key,
      name: key,
      event_type: key,
      aggregation: 'sum',
      value_property: 'n',
    })),
    features: [
      { key: 'images', name: 'Images', kind: 'metered', meter: 'images' },
      { key: 'scans', name: 'Scans', kind: 'metered', meter: 'scans', subject_property: 'member' },
    ],
    plans: [
      {
        key: 'team',
        name: 'Team',
        currency: 'EUR',
        prices: [],
        entitlements: [{ feature: 'scans', kind: 'metered', ...limits, warn_at_percent: [] }],
      },
    ],
  });
  await must('POST', '/v1/credit_types', { key: 'sparks', name: 'Sparks' });
  await must('POST', '/v1/credit_costs', { feature: 'images', credit_type: 'sparks', per_unit: '1.5' });
});
afterAll(async () => {
  await app.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

async function must(method: string, url: string, body: unknown) {
  const answer = await app.api(method, url, { body });
  if (answer.status >= 300) throw new Error(answer.text);
  return answer.body;
}

const spend = (feature: string, customer: string, subject = '') =>
  startSpender({ baseUrl: app.baseUrl, apiKey: app.apiKey, folder, customer, feature, subject });

test('I380 four processes that share a balance are together allowed exactly what it pays for', async () => {
  const customer = String((await must('POST', '/v1/customers', { name: 'A', external_id: 'a' })).id);
  const give = (amount: string) =>
    must('POST', `/v1/customers/${customer}/credits`, { credit_type: 'sparks', amount, reason: 'Welcome' });
  await give('600');
  await give('1000');
  const spenders = Array.from({ length: 4 }, () => spend('images', customer));
  await Promise.all(spenders.map(({ ended }) => ended));
  expect(spenders.reduce((sum, { allowed }) => sum + allowed(), 0)).toBe(1066);
  const check = await must('POST', '/v1/check', { customer, feature: 'images', quantity: '1' });
  expect(check).toMatchObject({ allowed: false, reason: 'credits_used_up', credits: { available: '1' } });
  const admin = new pg.Client({ connectionString: app.database.url });
  await admin.connect();
  expect(await unsoundCredits(admin)).toEqual([]);
  const { rows } = await admin.query('select count(*)::int as held from credit_holds');
  await admin.end();
  expect(rows).toEqual([{ held: 0 }]);
  expect(fs.readdirSync(folder)).toEqual([]);
}, 120_000);

test('I382 processes that let members in together keep each member’s limit and that of the pool', async () => {
  const customer = String((await must('POST', '/v1/customers', { name: 'B', external_id: 'b' })).id);
  await must('POST', '/v1/subscriptions', { customer: 'b', plan: 'team' });
  const first = [spend('scans', customer, 'ada'), spend('scans', customer, 'ada')];
  await Promise.all(first.map(({ ended }) => ended));
  expect(first.reduce((sum, { allowed }) => sum + allowed(), 0)).toBe(300);
  const others = [spend('scans', customer, 'bob'), spend('scans', customer, 'cleo')];
  await Promise.all(others.map(({ ended }) => ended));
  expect(others.reduce((sum, { allowed }) => sum + allowed(), 0)).toBe(200);
  const ask = (subject: string) =>
    must('POST', '/v1/check', { customer, feature: 'scans', quantity: '1', subject });
  expect(await ask('ada')).toMatchObject({ allowed: false, used: '300', pool: { used: '500' } });
  expect(await ask('dan')).toMatchObject({ allowed: false, reason: 'pool_limit_reached', used: '0' });
  expect(fs.readdirSync(folder)).toEqual([]);
}, 120_000);

test('I382 a process answers about a member from memory once it has heard, and is never wrong about what others used', async () => {
  const customer = String((await must('POST', '/v1/customers', { name: 'C', external_id: 'c' })).id);
  await must('POST', '/v1/subscriptions', { customer: 'c', plan: 'team' });
  const client = createBillhook({ baseUrl: app.baseUrl, apiKey: app.apiKey });
  const local = createLocalEntitlements({ client, folder, waitMs: 20_000, timeoutMs: 20_000 });
  await local.load(customer);
  expect(local.check(customer, 'scans', 1, { subject: 'eve' })).toMatchObject({ state: 'fallback' });
  await local.prepare(customer, 'scans', { subject: 'eve' });
  const eve = (quantity = 1) => local.check(customer, 'scans', quantity, { subject: 'eve' });
  // What it has asked for holds at once; it is fresh as soon as its stream stands.
  const heard = { allowed: true, limit: '300', used: '0', state: 'fresh' };
  await vi.waitFor(() => expect(eve(300)).toMatchObject(heard), { timeout: 20_000 });
  expect(eve(301)).toMatchObject({ allowed: false, reason: 'limit_reached' });
  const body = { customer, feature: 'scans', quantity: '200', subject: 'eve', event_id: 'elsewhere' };
  expect(await must('POST', '/v1/consume', body)).toMatchObject({ status: 'counted' });
  // What another one used is heard of with the promise that is asked for.
  const use = (quantity: number) => local.consume(customer, 'scans', quantity, { subject: 'eve' });
  expect(await use(101)).toMatchObject({ status: 'refused' });
  expect(await use(100)).toMatchObject({ status: 'counted' });
  expect(eve().allowed).toBe(false);
  expect(await local.consume(customer, 'scans', 1, { subject: 'fay' })).toMatchObject({ status: 'counted' });
  await local.close();
}, 120_000);

test('I382 guards count a request for the member it is from, with leases and over plain HTTP', async () => {
  const client = createBillhook({ baseUrl: app.baseUrl, apiKey: app.apiKey });
  const local = createLocalEntitlements({ client, folder, waitMs: 20_000, timeoutMs: 20_000 });
  const remote = createRemoteEntitlements({ client, timeoutMs: 20_000 });
  for (const [name, entitlements] of [
    ['d', local],
    ['e', remote],
  ] as const) {
    const customer = String((await must('POST', '/v1/customers', { name, external_id: name })).id);
    await must('POST', '/v1/subscriptions', { customer: name, plan: 'team' });
    const { requireFeature, meter } = createGuards({
      entitlements,
      customer: () => customer,
      subject: (request) => request.headers.get('member'),
    });
    const scan = requireFeature('scans')(
      meter('scans', { quantity: 150 })(async () => Response.json({ ok: true })),
    );
    const get = async (member: string) =>
      (await scan(new Request('http://shop.example/scan', { headers: { member } }))).status;
    for (const member of ['ada', 'ada', 'bob']) {
      expect(await get(member)).toBe(200);
      if (name === 'd')
        await vi.waitFor(async () => expect(await local.flush()).toBe(true), { timeout: 60_000 });
    }
    // Ada has used up her own, and Bob’s rest is not enough; no plan on sale grants more, so both are asked to wait.
    expect([await get('ada'), await get('bob')]).toEqual([429, 429]);
  }
  await local.close();
}, 120_000);
