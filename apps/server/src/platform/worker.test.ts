import { afterAll, beforeAll, expect, test } from 'vitest';
import { asAdmin } from '../testing/cluster.ts';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import { systemClock } from './clock.ts';
import { openDatabase } from './database.ts';
import { always, type DueSource, inSlices } from './due.ts';
import { silentLog } from './log.ts';
import { idleMs, startWorker } from './worker.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform.close());

const workerOf = (source: DueSource) =>
  startWorker({
    transactor: platform.transactor,
    sources: [source],
    wallClock: systemClock,
    log: silentLog,
    isAdvancing: () => false,
  });

test('a tenant whose work fails keeps no other tenant from being served, and is tried again itself', async () => {
  const [faulty, sound] = [platform.one.tenantId, platform.other.tenantId];
  const tries: number[] = [];
  const served = Promise.withResolvers<void>();
  let waiting = 5;
  const source: DueSource = {
    name: 'some-work',
    tenantsDue: async () => (waiting > 0 ? [faulty, sound] : [faulty]),
    nextDueAt: async () => null,
    async run(tenantId) {
      tries.push(tenantId);
      if (tenantId === faulty) throw new Error('broken');
      waiting -= 1;
      if (waiting === 0) served.resolve();
      return 1;
    },
  };
  const worker = workerOf(source);
  await served.promise;
  await worker.stop();
  expect(tries.slice(0, 2)).toEqual([faulty, sound]);
  expect(tries.filter((tenantId) => tenantId === sound)).toHaveLength(5);
  // After the first failure it rests two rounds, after the second four.
  expect(tries.filter((tenantId) => tenantId === faulty)).toHaveLength(2);
});

test('a tenant whose clock another living process moves is left to that process', async () => {
  const [moved, still] = [platform.one.tenantId, platform.other.tenantId];
  const mover = openDatabase(platform.database.url);
  await mover.life.held();
  await asAdmin(
    platform.database.url,
    `update tenants set advancing_to = now(), advance_progress = '{"process": "${mover.life.id}"}' where id = ${moved}`,
  );
  const served: number[] = [];
  const both = Promise.withResolvers<void>();
  const source: DueSource = {
    name: 'some-work',
    tenantsDue: async () => [moved, still],
    nextDueAt: async () => null,
    async run(tenantId) {
      served.push(tenantId);
      if (tenantId === moved) both.resolve();
      if (served.length === 5) await mover.close();
      return 1;
    },
  };
  const { transactor } = platform;
  const worker = startWorker({
    transactor,
    sources: [source],
    wallClock: systemClock,
    log: silentLog,
    isAdvancing: () => false,
  });
  await both.promise;
  await worker.stop();
  expect(served.slice(0, 5)).toEqual([still, still, still, still, still]);
});

test('a stop waits for the piece of work that was begun, not for the rest of its batch', async () => {
  const tenantId = platform.one.tenantId;
  const begun = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  let pieces = 0;
  const source: DueSource = {
    name: 'some-work',
    tenantsDue: async () => [tenantId],
    nextDueAt: async () => null,
    run: (_tenant, limit, goesOn = always) =>
      inSlices(limit, goesOn, async (size) => {
        begun.resolve();
        await gate.promise;
        pieces += size;
        return size;
      }),
  };
  const worker = workerOf(source);
  await begun.promise;
  const stopped = worker.stop();
  gate.resolve();
  await stopped;
  expect(pieces).toBe(20);
});

test('I630 what a source asks for due work is planned once for a connection and named after the source', async () => {
  const looked = Promise.withResolvers<void>();
  const seen: string[][] = [];
  const source: DueSource = {
    name: 'some-work',
    async tenantsDue(sql) {
      const [first, second] = [
        await sql.row('select $1::int as a', [1]),
        await sql.row('select $1::int as b', [2]),
      ];
      expect([first, second]).toEqual([{ a: 1 }, { b: 2 }]);
      const rows = await sql.rows<{ statement: string; name: string }>(
        `select name, statement from pg_prepared_statements where name like 'due.some-work%'`,
      );
      seen.push(rows.map(({ name, statement }) => `${name}: ${statement}`));
      if (seen.length === 3) looked.resolve();
      return [];
    },
    nextDueAt: async () => null,
    run: async () => 0,
  };
  const worker = workerOf(source);
  const waking = setInterval(() => worker.wake('some-work'), 10);
  await looked.promise;
  clearInterval(waking);
  await worker.stop();
  const named = [
    'due.some-work.2: select $1::int as b',
    expect.stringMatching(/^due\.some-work\.3: select name/),
    'due.some-work: select $1::int as a',
  ];
  expect(seen.map((names) => names.toSorted())).toEqual([named, named, named]);
});

test('turns of two tenants go on beside each other where a source says so, and one that fails keeps nobody waiting', async () => {
  const [first, second] = [platform.one.tenantId, platform.other.tenantId];
  const both = Promise.withResolvers<void>();
  const under = new Set<number>();
  const ended = Promise.withResolvers<void>();
  let isDue = true;
  const source: DueSource = {
    name: 'some-work',
    sideBySide: 2,
    tenantsDue: async () => (isDue ? [first, second] : []),
    nextDueAt: async () => null,
    async run(tenantId) {
      under.add(tenantId);
      if (under.size === 2) both.resolve();
      // Neither turn ends before the other has begun.
      await both.promise;
      isDue = false;
      if (tenantId === first) throw new Error('broken');
      ended.resolve();
      return 1;
    },
  };
  const worker = workerOf(source);
  await ended.promise;
  await worker.stop();
  expect([...under]).toEqual([first, second]);
});

test('sources that were woken at one moment look again one after the other, each within half a second', () => {
  for (const now of [0, 7, 499, 1_763_890_000_123]) {
    const sleeps = Array.from({ length: 50 }, (_, index) => idleMs(now, index / 50, 0));
    expect(Math.min(...sleeps)).toBeGreaterThan(0);
    expect(Math.max(...sleeps)).toBeLessThanOrEqual(500);
    const looks = sleeps.map((ms) => (now + ms) % 500).toSorted((left, right) => left - right);
    expect(looks).toEqual(Array.from({ length: 50 }, (_, index) => index * 10));
  }
});

test('a source that cannot say whose work is due sleeps longer each time, half a minute at most', () => {
  const sleeps = Array.from({ length: 12 }, (_, failures) => idleMs(250, 0.5, failures));
  expect(sleeps.slice(0, 4)).toEqual([500, 1_000, 2_000, 4_000]);
  expect(sleeps.slice(-2)).toEqual([30_000, 30_000]);
});
