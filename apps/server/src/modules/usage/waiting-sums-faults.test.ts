import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CommandCtx } from '../../platform/context.ts';
import { untilSomebodyWaits } from '../../testing/locks.ts';
import { startTestPlatform, type TestPlatform } from '../../testing/platform.ts';
import { NAMES, summedHour } from '../../testing/summed-hour.ts';
import { correct, ingest } from './api.ts';

let platform: TestPlatform;
let admin: pg.Client;
beforeAll(async () => {
  platform = await startTestPlatform();
  admin = new pg.Client({ connectionString: platform.database.url });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await platform.close();
});

const voids = (one: { id: string; source: string } | undefined) => (ctx: CommandCtx) =>
  correct(ctx, {
    kind: 'void',
    events: [{ eventId: one?.id ?? '', source: one?.source ?? '' }],
    reason: 'Wrong.',
  });

test('I567 while a customer is corrected, usage of others is taken in', async () => {
  const here = await summedHour(platform, platform.other, ['sum']);
  const events = NAMES.map((name) => here.event(name, '2'));
  await here.send(events);
  const { results } = await here.run(async (ctx) => {
    await voids(events[0])(ctx);
    // Bills are rated again here, and a preview is taken back. Whoever waited for that would wait for ever.
    return here.send([here.event('customer-5', '1')]);
  });
  expect(results.map(({ status }) => status)).toEqual(['accepted']);
  expect(await here.differences()).toBe(0n);
});

test('I567 adding up does not hold up writers of others while it waits for one', async () => {
  const here = await summedHour(platform, platform.other, ['sum']);
  await here.send(NAMES.map((name) => here.event(name, '2')));
  const before = await here.waiting();
  // As a bill run does that bills credits owed: it has counted usage of one customer, and goes on for long.
  const added = await here.run(async (ctx) => {
    await ingest(ctx, [here.event('customer-7', '1')]);
    // Behind what it left to be written, so that its rows are held.
    await ctx.sql.rows('select');
    let isOver = false;
    const adding = here.addUp().finally(() => {
      isOver = true;
    });
    // It waits for a quarter of a second at most, which a busy machine may sleep through.
    await untilSomebodyWaits(admin, 1, () => isOver);
    await here.send([here.event('customer-2', '1')]);
    return adding;
  });
  expect(added).toBe(0);
  expect(await here.waiting()).toBe(before);
  expect(await here.addUp()).toBe(before);
  expect(await here.differences()).toBe(0n);
});

test('I567 who corrects twice and who counts for a few customers never wait for each other', async () => {
  const here = await summedHour(platform, platform.other, ['sum']);
  const events = NAMES.slice(2).map((name) => here.event(name, '2'));
  await here.send(events);
  let tries = 0;
  await here.run(async (correcting) => {
    tries += 1;
    await voids(events[0])(correcting);
    await here.run(async (counting) => {
      tries += 1;
      await ingest(counting, [here.event('customer-1', '1'), here.event('customer-4', '1')]);
      await counting.sql.rows('select');
      const many = [0, 1, 3, 4, 5, 6].map((index) => here.event(NAMES[index] ?? '', '1'));
      await here.send(many);
      // As credits do that are owed less for several uses: each is a correction of its own.
      await voids(events[5])(correcting);
    });
  });
  expect(tries).toBe(2);
  expect(await here.differences()).toBe(0n);
});
