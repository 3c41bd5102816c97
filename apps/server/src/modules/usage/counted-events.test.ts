import { instant } from '@billhook/core/time/instant';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { untilSomebodyWaits } from '../../testing/locks.ts';
import { startTestPlatform, type TestPlatform } from '../../testing/platform.ts';
import { openIngest, upload, uploadSeller } from '../../testing/uploads.ts';
import { listMeters } from '../catalog/api.ts';
import { createMeter } from '../catalog/commands/create-meter.ts';
import { lockCustomer } from '../customers/api.ts';
import { lockCountersOf, openCounters } from './counters.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform.close());

const WINDOW = {
  start: instant(Date.parse('2026-03-15T11:00:00Z')),
  end: instant(Date.parse('2026-03-15T13:00:00Z')),
};
const PAGES = {
  key: 'pages',
  name: 'Pages',
  event_type: 'page',
  aggregation: 'count',
  unit: 'page',
} as const;

/** A seller whose customer `acme` may have units taken from either of two meters, and a process that counts. */
async function world() {
  const seller = await uploadSeller(platform);
  await seller.run((ctx) => createMeter(ctx, PAGES));
  const beta = await seller.addCustomer('beta');
  const customerId = await seller.run(async (ctx) => {
    const row = await ctx.sql.row<{ id: string }>(
      `select id from customers where tenant_id = $1 and external_id = 'acme'`,
      [ctx.tenant.id],
    );
    return row?.id ?? '';
  });
  const { join, counts } = openIngest(platform.transactor);
  /** Somebody takes units of the meter, as the first who does makes its counter. */
  const open = (key: string) =>
    seller.run(async (ctx) => {
      await lockCustomer(ctx, customerId);
      const meters = (await listMeters(ctx)).filter((meter) => meter.key === key);
      await openCounters(
        ctx,
        meters.map((meter) => ({ customerId, meter, window: WINDOW })),
      );
    });
  const used = () =>
    seller.run(async (ctx) => {
      const rows = await ctx.sql.rows<{ used: string }>(
        'select used::text from usage_counters where tenant_id = $1 and customer_id = $2',
        [ctx.tenant.id, customerId],
      );
      return rows.map((row) => Number(row.used));
    });
  return { ...seller, beta, customerId, open, used, counts, send: seller.sends(join) };
}

test('I645 who takes units of another meter keeps no event from being counted without a look', async () => {
  const here = await world();
  await here.open('pages');
  await here.send(upload('0'));
  const { looks } = here.counts;
  for (const id of ['1', '2', '3']) expect(await here.send(upload(id))).toEqual(['accepted']);
  expect(here.counts).toEqual({ tries: 3, looks });
  expect(await here.used()).toEqual([0]);
  expect(await here.figures()).toEqual([4, 4, 40]);
});

test('I645 events of a meter that units are taken of count in its windows, and are looked at once', async () => {
  const here = await world();
  await here.send(upload('0'));
  await here.open('bytes');
  const { looks } = here.counts;
  const outside = { time: '2026-03-15T10:59:59Z' };
  for (const id of ['1', '2', '3', '4'])
    expect(await here.send(upload(id), upload(`${id} before`, outside))).toEqual(['accepted', 'accepted']);
  expect(await here.send(upload('5'), upload('6', { subject: 'beta' }), upload('7'))).toHaveLength(3);
  // One of them brings a customer who was not seen before.
  expect(here.counts.looks).toBe(looks + 2);
  expect(await here.used()).toEqual([70]);
  expect(await here.figures()).toEqual([12, 12, 120]);
  expect(await here.send(upload('8'), upload('9', { subject: 'beta' }))).toEqual(['accepted', 'accepted']);
  expect(here.counts.looks).toBe(looks + 2);
  expect(await here.used()).toEqual([80]);
});

test('I645 what somebody looked at counts in the same windows as what nobody did', async () => {
  const here = await world();
  await here.open('bytes');
  const sends = Array.from({ length: 12 }, (_, index) =>
    here.sends(openIngest(platform.transactor).join)(upload(`new ${index}`), upload(`seen ${index % 3}`)),
  );
  const statuses = (await Promise.all(sends)).flat();
  expect(statuses.filter((status) => status === 'accepted')).toHaveLength(15);
  expect(await here.used()).toEqual([150]);
});

test('I645 who waits for a counter holds no figure that another one needs before it commits', async () => {
  const here = await world();
  await here.open('bytes');
  for (const id of ['1', '2', '3']) await here.send(upload(id));
  const { looks } = here.counts;
  const admin = new pg.Client({ connectionString: platform.database.url });
  await admin.connect();
  let sent: Promise<string[]> | undefined;
  await here.run(async (ctx) => {
    await lockCountersOf(ctx, [here.customerId]);
    sent = here.send(upload('4'));
    await untilSomebodyWaits(admin);
    // Shorter than it takes to notice that two wait for each other.
    await ctx.sql.run(`set local lock_timeout = '400ms'`);
    await ctx.sql.run('update usage_rollups set quantity = quantity where tenant_id = $1', [ctx.tenant.id]);
  });
  await admin.end();
  expect(await sent).toEqual(['accepted']);
  expect(here.counts.looks).toBe(looks);
  expect(await here.used()).toEqual([40]);
});
