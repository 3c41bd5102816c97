import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { must } from '../testing/scenario.ts';
import { unitUpkeepSource } from './unit-upkeep.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ clockAt: '2026-12-01T00:10:00Z' });
  const right = { kind: 'metered', limit: '10', overage: 'block', warn_at_percent: [] };
  const feature = (key: string) => ({ key, name: key, kind: 'metered', meter: 'calls' });
  const meter = { key: 'calls', name: 'Calls', event_type: 'call', aggregation: 'sum', value_property: 'n' };
  const entitlements = [
    { ...right, feature: 'hourly', reset: 'hour' },
    { ...right, feature: 'ever', reset: 'never' },
  ];
  const body = {
    meters: [meter],
    features: [feature('hourly'), feature('ever')],
    plans: [{ key: 'hard', name: 'Hard', currency: 'EUR', prices: [], entitlements }],
  };
  await must(app.api('PUT', '/v1/catalogue', { body }));
  await must(app.api('POST', '/v1/customers', { body: { name: 'Ada', external_id: 'ada' } }));
  await must(app.api('POST', '/v1/subscriptions', { body: { customer: 'ada', plan: 'hard' } }));
});
afterAll(() => app.close());

const consume = (feature: string, quantity: string, id: string) =>
  must(app.api('POST', '/v1/consume', { body: { customer: 'ada', feature, quantity, event_id: id } }));
const reserve = (feature: string, key: string, more: object = {}) =>
  must(
    app.api('POST', '/v1/reservations', { body: { customer: 'ada', feature, quantity: '2', key, ...more } }),
  );

async function left() {
  const request = {
    tenantId: app.tenant.id,
    actor: { kind: 'system', id: 'test' } as const,
    requestId: null,
  };
  return app.server.transactor.query(request, async (ctx) => {
    const counters = await ctx.sql.rows('select 1 from usage_counters where tenant_id = $1', [app.tenant.id]);
    const kept = await ctx.sql.rows<{ key: string }>(
      'select key from usage_reservations where tenant_id = $1 order by key',
      [app.tenant.id],
    );
    return { counters: counters.length, reservations: kept.map(({ key }) => key) };
  });
}

test('counters of windows that are over and reservations that ended are removed in bounded batches, and nothing that is held', async () => {
  const { transactor } = app.server;
  const upkeep = unitUpkeepSource(transactor);
  const run = (limit: number) => upkeep.run(app.tenant.id, limit);
  const isDue = async () =>
    (await transactor.work((sql) => upkeep.tenantsDue(sql, transactor.wallNow()))).includes(app.tenant.id);
  await consume('hourly', '1', 'first');
  await reserve('hourly', 'a');
  await reserve('hourly', 'b', { on_expiry: 'hold' });
  await reserve('ever', 'c', { on_expiry: 'hold' });
  const { id } = await reserve('ever', 'd');
  await must(app.api('POST', `/v1/reservations/${id}/release`));
  expect([await isDue(), await run(10)]).toEqual([false, 0]);

  app.passWallTime(HOUR);
  await consume('hourly', '1', 'second');
  app.passWallTime(HOUR);
  await consume('hourly', '1', 'third');
  // Of the hours that are over, reservations are of the first alone.
  expect(await left()).toEqual({ counters: 4, reservations: ['a', 'b', 'c', 'd'] });
  expect([await isDue(), await run(10), await run(10)]).toEqual([true, 1, 0]);

  app.passWallTime(31 * DAY);
  await app.drain();
  const before = await left();
  expect(before.reservations).toEqual(['c']);
  await consume('hourly', '1', 'fourth');
  expect(await isDue()).toBe(false);
  expect(await reserve('ever', 'c')).toMatchObject({ quantity: '2', allowed: true });
  // What was used and what is held still stand: four and two of ten.
  const asked = { customer: 'ada', feature: 'ever', quantity: '5', event_id: 'fifth' };
  expect(await must(app.api('POST', '/v1/consume', { body: asked }))).toMatchObject({ status: 'refused' });
  expect(await consume('ever', '4', 'sixth')).toMatchObject({ status: 'counted' });
});

test('no more is removed at once than is asked for', async () => {
  for (const hour of [1, 2, 3]) {
    app.passWallTime(HOUR);
    await consume('hourly', '0', `hour-${hour}`);
  }
  app.passWallTime(HOUR);
  const upkeep = unitUpkeepSource(app.server.transactor);
  const run = () => upkeep.run(app.tenant.id, 2);
  expect([await run(), await run(), await run()]).toEqual([2, 2, 0]);
});
