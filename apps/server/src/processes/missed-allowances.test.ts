import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { expectSoundCredits } from '../testing/credits.ts';
import { must } from '../testing/scenario.ts';

const DAY_MS = 86_400_000;

/** A server with its database, and one business on it. */
type Shop = {
  app: TestApp;
  admin: pg.Client;
  ok: (method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) => ReturnType<typeof must>;
};

/** One that looks every day, and one that is down for days. */
let steady: Shop;
let down: Shop;
let serial = 0;

async function openShop(): Promise<Shop> {
  const app = await startTestApp({ clockAt: '2026-01-01T00:00:00Z' });
  const admin = new pg.Client({ connectionString: app.database.url });
  await admin.connect();
  const ok: Shop['ok'] = (method, path, body) =>
    must(app.api(method, path, body === undefined ? {} : { body }));
  const meter = { key: 'chat', name: 'chat', event_type: 'chat', aggregation: 'sum', value_property: 'n' };
  await ok('PUT', '/v1/catalogue', {
    meters: [meter],
    features: [{ key: 'chat', name: 'Chat', kind: 'metered', meter: 'chat' }],
    plans: [{ key: 'daily', name: 'Daily', currency: 'EUR', entitlements: [], prices: [] }],
  });
  await ok('POST', '/v1/credit_types', { key: 'sparks', name: 'Sparks' });
  const cost = { feature: 'chat', credit_type: 'sparks', per_unit: '1', beyond: 'allow' };
  await ok('POST', '/v1/credit_costs', cost);
  const rule = { interval: 'day', rollover_max: '6', rollover_periods: 2 };
  await ok('POST', '/v1/credit_allowances', { plan: 'daily', credit_type: 'sparks', amount: '10', ...rule });
  return { app, admin, ok };
}

beforeAll(async () => {
  steady = await openShop();
  down = await openShop();
}, 60_000);
afterAll(async () => {
  for (const { app, admin } of [steady, down]) {
    await admin.end();
    await app.close();
  }
});

async function subscriber({ app, ok }: Shop) {
  serial += 1;
  const name = `user-${serial}`;
  const { id } = await ok('POST', '/v1/customers', { name, external_id: name, currency: 'EUR' });
  const body = { customer: name, plan: 'daily', collection: 'manual' };
  const { id: sub } = await ok('POST', '/v1/subscriptions', body);
  await app.drain();
  return { name, id: String(id), sub: String(sub) };
}

async function grants({ admin }: Shop, name: string) {
  const { rows } = await admin.query<{ what: string }>(
    `select g.source || ' ' || trim_scale(g.amount) || ' ' || to_char(g.effective_at at time zone 'UTC', 'DD') as what
     from credit_grants g join customers c on c.tenant_id = g.tenant_id and c.id = g.customer_id
     where c.external_id = $1 order by g.effective_at, g.source, g.amount`,
    [name],
  );
  return rows.map(({ what }) => what);
}

async function available({ ok }: Shop, id: string) {
  const { balances } = (await ok('GET', `/v1/customers/${id}/credits`)) as unknown as {
    balances: { available: string }[];
  };
  return balances[0]?.available;
}

const allowances = async (shop: Shop, name: string) =>
  (await grants(shop, name)).filter((what) => what.startsWith('allowance'));

test('I384 what a plan grants for periods that passed while the server was down is granted once each, dated right', async () => {
  const looked = await subscriber(steady);
  const missed = await subscriber(down);
  for (let day = 0; day < 3; day += 1) {
    steady.app.passWallTime(DAY_MS);
    await steady.app.drain();
  }
  down.app.passWallTime(3 * DAY_MS);
  await Promise.all([down.app.drain(), down.app.drain()]);
  await down.app.drain();
  expect(await allowances(down, missed.name)).toEqual(
    ['01', '02', '03', '04'].map((day) => `allowance 10 ${day}`),
  );
  expect(await grants(down, missed.name)).toEqual(await grants(steady, looked.name));
  expect([await available(down, missed.id), await available(steady, looked.id)]).toEqual(['16', '16']);
  await expectSoundCredits(down.admin);
}, 60_000);

test('I384 use of that time is paid by what was granted for it, and a subscription that rested is granted nothing for its rest', async () => {
  const { app, admin, ok } = down;
  const { name, sub } = await subscriber(down);
  const began = Date.parse(String((await ok('GET', '/v1/clock')).now));
  app.passWallTime(3 * DAY_MS);
  const time = new Date(began + 1.5 * DAY_MS).toISOString();
  const event = { specversion: '1.0', id: `${name}-late`, source: 'shop', type: 'chat', subject: name, time };
  await ok('POST', '/v1/events', [{ ...event, data: { n: 9 } }]);
  await app.drain();
  const { rows } = await admin.query(
    `select sum(e.amount)::float as paid, max(g.effective_at) as latest from credit_entries e
     join credit_grants g on g.tenant_id = e.tenant_id and g.id = e.grant_id
     join customers c on c.tenant_id = g.tenant_id and c.id = g.customer_id
     where c.external_id = $1 and e.kind = 'consumed'`,
    [name],
  );
  expect(rows[0].paid).toBe(9);
  expect(rows[0].latest.getTime()).toBe(began + DAY_MS);
  await ok('POST', `/v1/subscriptions/${sub}/pause`, { mode: 'stop_period' });
  await app.drain();
  const before = await allowances(down, name);
  app.passWallTime(4 * DAY_MS);
  await app.drain();
  await ok('POST', `/v1/subscriptions/${sub}/resume`, {});
  await app.drain();
  expect((await allowances(down, name)).length - before.length).toBe(1);
  await expectSoundCredits(admin);
}, 60_000);
