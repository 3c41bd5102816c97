import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { must } from '../testing/scenario.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
let app: TestApp;
let admin: pg.Client;

const ok = (method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) =>
  must(app.api(method, path, body === undefined ? {} : { body }));

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-01-01T00:00:00Z' });
  admin = new pg.Client({ connectionString: app.database.url });
  await admin.connect();
  const price = {
    key: 'base',
    name: 'Base',
    pricing: { model: 'flat', amount: '2900' },
    quantity: { kind: 'fixed' },
    timing: 'in_advance',
    cadence: { interval: 'month', count: 1 },
  };
  const plan = { key: 'small', name: 'Small', currency: 'EUR', prices: [price], entitlements: [] };
  await ok('PUT', '/v1/catalogue', { meters: [], features: [], plans: [plan] });
  await ok('POST', '/v1/credit_types', { key: 'sparks', name: 'Sparks' });
  const allowance = { plan: 'small', credit_type: 'sparks', amount: '40' };
  await ok('POST', '/v1/credit_allowances', allowance);
});
afterAll(async () => {
  await admin.end();
  await app.close();
});

async function subscribe(name: string): Promise<void> {
  const made = await ok('POST', '/v1/customers', { name, external_id: name, currency: 'EUR' });
  await ok('POST', '/v1/subscriptions', { customer: made.id, plan: 'small', collection: 'manual' });
  await app.drain();
}

/** How often each customer was granted credits. */
async function grants(): Promise<Record<string, number>> {
  const { rows } = await admin.query<{ name: string; count: number }>(
    `select c.external_id as name, count(g.id)::integer as count from customers c
     left join credit_grants g on g.tenant_id = c.tenant_id and g.customer_id = c.id group by 1`,
  );
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
}

/** Does due work until nothing is left; what was thrown on the way is in the answer. */
const drained = () => app.drain().then(() => null, String);

test('I654 credits of one customer that cannot be granted keep no other customer from theirs, and come once the fault is gone', async () => {
  for (const name of ['ada', 'bob', 'cleo']) await subscribe(name);
  expect(await grants()).toEqual({ ada: 1, bob: 1, cleo: 1 });
  await admin.query(`create function refuse_bob() returns trigger language plpgsql as $$ begin
    if new.customer_id = (select id from customers where external_id = 'bob') then raise exception 'not for bob'; end if;
    return new; end $$`);
  await admin.query(
    'create trigger refuse_bob before insert on credit_grants for each row execute function refuse_bob()',
  );
  app.passWallTime(32 * DAY_MS);
  expect(await drained()).toContain('not for bob');
  expect(await drained()).toBeNull();
  expect(await grants()).toEqual({ ada: 2, bob: 1, cleo: 2 });
  await admin.query('drop trigger refuse_bob on credit_grants');
  app.passWallTime(2 * MINUTE_MS);
  expect(await drained()).toBeNull();
  expect(await grants()).toEqual({ ada: 2, bob: 2, cleo: 2 });
});

const cases = async () => {
  const { data } = await ok('GET', '/v1/cases?open=true');
  return (data as unknown as { kind: string }[]).map(({ kind }) => kind);
};

test('I656 staff are told of a customer for whom due work failed three times, once, and no longer when it was done', async () => {
  await admin.query(
    'create trigger refuse_bob before insert on credit_grants for each row execute function refuse_bob()',
  );
  app.passWallTime(31 * DAY_MS);
  for (const restMs of [0, MINUTE_MS, 2 * MINUTE_MS]) {
    expect(await cases()).toEqual([]);
    app.passWallTime(restMs);
    expect(await drained()).toContain('not for bob');
  }
  expect(await cases()).toEqual(['credits.failing']);
  for (let hour = 0; hour < 5; hour += 1) {
    app.passWallTime(60 * MINUTE_MS);
    expect(await drained()).toContain('not for bob');
    expect(await cases()).toEqual(['credits.failing']);
  }
  await admin.query('drop trigger refuse_bob on credit_grants');
  app.passWallTime(60 * MINUTE_MS);
  expect(await drained()).toBeNull();
  expect(await grants()).toEqual({ ada: 3, bob: 3, cleo: 3 });
  app.passWallTime(60 * MINUTE_MS);
  expect(await drained()).toBeNull();
  expect(await cases()).toEqual([]);
});
