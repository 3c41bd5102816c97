import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CommandCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { must } from '../../testing/scenario.ts';
import { insertReservations } from './add-reservations.ts';
import { takeExpired, tenantsWithExpired } from './deadlines.ts';
import { lockReservations, reservationsUnder, saveReservations } from './reservations.ts';

const MINUTE = 60_000;
let app: TestApp;
let admin: pg.Client;
let serial = 0;

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-12-01T00:10:00Z' });
  admin = new pg.Client({ connectionString: app.database.url });
  await admin.connect();
  const right = { kind: 'metered', limit: '10', reset: 'never', overage: 'block', warn_at_percent: [] };
  const meter = { key: 'calls', name: 'Calls', event_type: 'call', aggregation: 'sum', value_property: 'n' };
  const body = {
    meters: [meter],
    features: [{ key: 'units', name: 'Units', kind: 'metered', meter: 'calls' }],
    plans: [
      {
        key: 'hard',
        name: 'Hard',
        currency: 'EUR',
        prices: [],
        entitlements: [{ ...right, feature: 'units' }],
      },
    ],
  };
  await must(app.api('PUT', '/v1/catalogue', { body }));
});
afterAll(async () => {
  await admin.end();
  await app.close();
});

/** A customer who may take ten units, two of which are held for so long. */
async function holding(expiresInS: number, more: object = {}) {
  serial += 1;
  const customer = `held-${serial}`;
  await must(app.api('POST', '/v1/customers', { body: { name: customer, external_id: customer } }));
  await must(app.api('POST', '/v1/subscriptions', { body: { customer, plan: 'hard' } }));
  const asked = {
    customer,
    feature: 'units',
    quantity: '2',
    key: customer,
    expires_in_s: expiresInS,
    ...more,
  };
  const { id } = await must(app.api('POST', '/v1/reservations', { body: asked }));
  return {
    key: customer,
    settle: (body: object) => must(app.api('POST', `/v1/reservations/${String(id)}/settle`, { body })),
    async left() {
      const body = { customer, feature: 'units', quantity: '0' };
      return (await must(app.api('POST', '/v1/check', { body }))).remaining;
    },
  };
}

async function pass(ms: number) {
  app.passWallTime(ms);
  await app.drain();
}

const command = <T>(decide: (ctx: CommandCtx) => Promise<T>) =>
  app.server.transactor.command(
    { tenantId: app.tenant.id, actor: { kind: 'system', id: 'test' }, requestId: null },
    decide,
  );

const deadlines = async () => (await admin.query('select id from usage_deadlines')).rowCount;

test('I629 what is held is given back at the time that it was last given, be it later or sooner than the first', async () => {
  const later = await holding(60);
  const sooner = await holding(3_600);
  const kept = await holding(60, { on_expiry: 'hold' });
  await later.settle({ quantity: '0', keep: '2', expires_in_s: 600, event_id: 'later' });
  await sooner.settle({ quantity: '0', keep: '1', expires_in_s: 60, event_id: 'sooner' });
  await pass(MINUTE - 1);
  expect([await later.left(), await sooner.left(), await kept.left()]).toEqual(['8', '9', '8']);
  await pass(1);
  expect([await later.left(), await sooner.left(), await kept.left()]).toEqual(['8', '10', '8']);
  await pass(9 * MINUTE);
  expect([await later.left(), await sooner.left(), await kept.left()]).toEqual(['10', '10', '8']);
  await pass(60 * MINUTE);
  // Deadlines end with their time, whatever became of what they are of.
  expect([await deadlines(), await kept.left()]).toEqual([0, '8']);
});

test('I629 among many deadlines those that are over are found by an index, of one tenant and of all', async () => {
  const wallNow = app.server.transactor.wallNow();
  await admin.query('begin');
  try {
    await admin.query(
      `insert into usage_deadlines (tenant_id, id, expires_at, reservation_ids)
       select $1, gen_random_uuid(), $2::timestamptz + n * interval '1 second', '{}' from generate_series(1, 20000) n`,
      [app.tenant.id, iso(wallNow)],
    );
    await admin.query('analyze usage_deadlines');
    const plans: string[] = [];
    const rows = async (text: string, values: readonly unknown[]) => {
      const plan = await admin.query<{ 'QUERY PLAN': string }>(`explain ${text}`, [...values]);
      plans.push(plan.rows.map((row) => row['QUERY PLAN']).join('\n'));
      return [];
    };
    await tenantsWithExpired({ rows } as never, wallNow);
    await takeExpired({ tenant: app.tenant, wallNow, sql: { rows } } as never, 100);
    expect(plans).toHaveLength(2);
    for (const plan of plans) expect(plan).toContain('usage_deadlines_over');
  } finally {
    await admin.query('rollback');
  }
});

test('I628 nothing is reserved of a feature that is not there, alone or among others', async () => {
  const { key } = await holding(600);
  const reserve = (lost: number, others: number) =>
    command(async (ctx) => {
      const [found] = await reservationsUnder(ctx, [key]);
      if (found === undefined) throw new Error('It is there.');
      const made = Array.from({ length: lost + others }, (_, place) => ({
        ...found,
        id: randomUUID(),
        key: randomUUID(),
        featureId: place < lost ? randomUUID() : found.featureId,
      }));
      return (await insertReservations(ctx, made)).size;
    });
  await expect(reserve(1, 0)).rejects.toMatchObject({ message: expect.stringContaining('feature') });
  await expect(reserve(1, 1)).rejects.toMatchObject({ message: expect.stringContaining('feature') });
  expect(await reserve(0, 2)).toBe(2);
});

test('what changes when units are settled or given back is in no index', async () => {
  const { key } = await holding(600);
  const hot = await command(async (ctx) => {
    // What this connection did a moment ago may still be among them.
    const updates = () =>
      ctx.sql.row<{ hot: bigint; all: bigint }>(
        `select pg_stat_get_xact_tuples_hot_updated(c.oid) as hot, pg_stat_get_xact_tuples_updated(c.oid) as all
         from pg_class c where c.relname = 'usage_reservations'`,
      );
    const [found] = await reservationsUnder(ctx, [key]);
    const [locked] = await lockReservations(ctx, found === undefined ? [] : [found.id]);
    if (locked === undefined) throw new Error('It is there.');
    const before = await updates();
    await saveReservations(ctx, [{ ...locked, held: 0n as typeof locked.held, settled: locked.granted }]);
    const after = await updates();
    return { hot: (after?.hot ?? 0n) - (before?.hot ?? 0n), all: (after?.all ?? 0n) - (before?.all ?? 0n) };
  });
  expect(hot).toEqual({ hot: 1n, all: 1n });
});

test('I628 I629 what was held before has its deadlines, and counters hold what their reservations do', async () => {
  const file = new URL('../../../migrations/0124_cheaper_reservations.sql', import.meta.url);
  const migration = await readFile(file, 'utf8');
  const part = (begin: string) => {
    const start = migration.indexOf(begin);
    return admin.query(migration.slice(start, migration.indexOf(';', start)));
  };
  const names = [await holding(60), await holding(60)].map(({ key }) => key);
  const held = async () => {
    const counters = await admin.query<{ held: string }>(
      `select trim_scale(c.held)::text as held from usage_counters c join customers k on k.id = c.customer_id
       where k.external_id = any ($1)`,
      [names],
    );
    return counters.rows.map((row) => row.held);
  };
  await admin.query('delete from usage_deadlines');
  const [, second = ''] = names;
  await admin.query('update usage_counters set held = held + 3 where held > 0');
  await admin.query(
    `update usage_counters c set held = 0 from customers k where k.id = c.customer_id and k.external_id = $1`,
    [second],
  );
  expect((await held()).toSorted()).toEqual(['0', '5']);
  await part('update usage_counters c set held');
  await part('insert into usage_deadlines');
  expect(await held()).toEqual(['2', '2']);
  await pass(MINUTE);
  expect(await held()).toEqual(['0', '0']);
});
