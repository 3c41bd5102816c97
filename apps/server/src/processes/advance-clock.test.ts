import { randomBytes } from 'node:crypto';
import type { Instant } from '@billhook/core/time/instant';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../platform/database.ts';
import type { DueSource } from '../platform/due.ts';
import { silentLog } from '../platform/log.ts';
import { iso } from '../platform/sql.ts';
import { createTransactor, type Transactor } from '../platform/transaction.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { createTestTenant } from '../testing/tenant.ts';
import { createClockMover } from './advance-clock.ts';

const START = Date.parse('2026-01-31T09:00:00Z') as Instant;
const DAY = 86_400_000;
const actor = { kind: 'system', id: 'test' } as const;

let database: TestDatabase;
let transactor: Transactor;

function transactorOn(home: Database): Transactor {
  return createTransactor({
    database: home,
    clock: () => (START + 400 * DAY) as Instant,
    randomBytes,
    log: silentLog,
  });
}

beforeAll(async () => {
  database = await createTestDatabase();
  transactor = transactorOn(database);
  await database.life.held();
});
afterAll(() => database.close());

async function sandbox(kind: 'sandbox' | 'live' = 'sandbox'): Promise<number> {
  return (await createTestTenant(database, kind === 'sandbox' ? { frozenAt: iso(START) } : { kind })).id;
}

/** Due every `everyMs`; each piece of work remembers the business time at which it was done. */
function ticking(everyMs: number, seen: number[]): DueSource {
  let next = START + everyMs;
  return {
    name: 'ticks',
    tenantsDue: async () => [],
    nextDueAt: async () => next as Instant,
    async run(tenantId) {
      seen.push(await transactor.query({ tenantId, actor, requestId: null }, async (ctx) => ctx.now));
      next += everyMs;
      return 1;
    },
  };
}

function moverFor(sources: DueSource[], moved: (number | null)[] = [], home: Database = database) {
  return createClockMover({
    transactor: transactorOn(home),
    sources,
    processId: home.life.id,
    log: silentLog,
    wallClock: () => transactor.wallNow(),
    settled: async () => undefined,
    follower: { moveTo: async (_tenant, at) => void moved.push(at), settle: async () => 0 },
  });
}

const request = (tenantId: number) => ({ tenantId, actor, requestId: null });

test('work is done at the very instant at which it is due, in order, and the clock ends at its target', async () => {
  const tenantId = await sandbox();
  const seen: number[] = [];
  const moved: (number | null)[] = [];
  const mover = moverFor([ticking(10 * DAY, seen)], moved);
  await mover.start(request(tenantId), (START + 35 * DAY) as Instant);
  await mover.finished(tenantId);
  expect(seen).toEqual([10, 20, 30].map((days) => START + days * DAY));
  expect(await transactor.query(request(tenantId), async (ctx) => ctx.now)).toBe(START + 35 * DAY);
  expect(moved.at(-1)).toBe(START + 35 * DAY);
});

test('I654 what stays due behind the clock makes it pass over no instant of the others', async () => {
  const tenantId = await sandbox();
  const seen: number[] = [];
  const waiting: DueSource = {
    name: 'waits',
    tenantsDue: async () => [],
    nextDueAt: async () => START as Instant,
    run: async () => 0,
  };
  const mover = moverFor([waiting, ticking(10 * DAY, seen)]);
  await mover.start(request(tenantId), (START + 35 * DAY) as Instant);
  await mover.finished(tenantId);
  expect(seen).toEqual([10, 20, 30].map((days) => START + days * DAY));
});

test('one step or many, the same work is done at the same instants', async () => {
  const [once, often] = [await sandbox(), await sandbox()];
  const [first, second]: number[][] = [[], []];
  const one = moverFor([ticking(7 * DAY, first!)]);
  await one.start(request(once), (START + 30 * DAY) as Instant);
  await one.finished(once);
  const many = moverFor([ticking(7 * DAY, second!)]);
  for (let day = 1; day <= 30; day += 1) {
    await many.start(request(often), (START + day * DAY) as Instant);
    await many.finished(often);
  }
  expect(second).toEqual(first);
});

test('a move that a stop comes upon stays where it is, and another process goes on with it', async () => {
  const tenantId = await sandbox();
  const home = openDatabase(database.url);
  await home.life.held();
  const seen: number[] = [];
  const ticks = ticking(DAY, seen);
  const stopped: Promise<void>[] = [];
  const first = moverFor(
    [
      {
        ...ticks,
        async run(id, limit, goesOn) {
          if (seen.length === 3) stopped.push(first.stop());
          return goesOn?.() === false ? 0 : ticks.run(id, limit);
        },
      },
    ],
    [],
    home,
  );
  await first.start(request(tenantId), (START + 10 * DAY) as Instant);
  await first.finished(tenantId);
  await Promise.all(stopped);
  await home.close();
  expect(seen).toHaveLength(3);
  const second = moverFor([ticks]);
  await second.resume();
  await second.finished(tenantId);
  expect(seen).toEqual(Array.from({ length: 10 }, (_, day) => START + (day + 1) * DAY));
});

test('a live clock cannot be moved, a sandbox clock not backwards, and only one move runs at a time', async () => {
  const seen: number[] = [];
  const gate = Promise.withResolvers<void>();
  const ticks = ticking(DAY, seen);
  const mover = moverFor([
    { ...ticks, run: (tenantId, limit) => gate.promise.then(() => ticks.run(tenantId, limit)) },
  ]);
  await expect(
    mover.start(request(await sandbox('live')), (START + 500 * DAY) as Instant),
  ).rejects.toMatchObject({
    code: 'clock.not_movable',
  });
  const tenantId = await sandbox();
  await expect(mover.start(request(tenantId), (START - 1) as Instant)).rejects.toMatchObject({
    code: 'clock.not_movable',
  });
  await mover.start(request(tenantId), (START + DAY) as Instant);
  await expect(mover.start(request(tenantId), (START + DAY) as Instant)).rejects.toMatchObject({
    code: 'clock.moving',
  });
  gate.resolve();
  await mover.finished(tenantId);
  expect(seen).toHaveLength(1);
});

test('a move that a killed process left is finished by the next', async () => {
  const tenantId = await sandbox();
  const seen: number[] = [];
  const reached = Promise.withResolvers<void>();
  const hang = () => {
    reached.resolve();
    return new Promise<number>(() => undefined);
  };
  const other = openDatabase(database.url);
  await other.life.held();
  const broken = moverFor([{ ...ticking(10 * DAY, []), run: hang }], [], other);
  await broken.start(request(tenantId), (START + 15 * DAY) as Instant);
  await reached.promise;
  const next = moverFor([ticking(10 * DAY, seen)]);
  // While the other process lives, its move is its own.
  await next.resume();
  expect(next.isAdvancing(tenantId)).toBe(false);
  await other.close();
  // The database notices the end of the connection a moment after it was closed.
  const resumed = async () => {
    await next.resume();
    await next.finished(tenantId);
    return seen;
  };
  await expect.poll(resumed).toEqual([START + 10 * DAY]);
  expect(await transactor.query(request(tenantId), async (ctx) => ctx.now)).toBe(START + 15 * DAY);
});

test('work that fails stops the move where it is, says so, and a later move goes on', async () => {
  const tenantId = await sandbox();
  const failing: DueSource = { ...ticking(DAY, []), run: async () => Promise.reject(new Error('broken')) };
  const mover = moverFor([failing]);
  await mover.start(request(tenantId), (START + 5 * DAY) as Instant);
  await expect(mover.finished(tenantId)).rejects.toThrow('broken');
  const row = await transactor.platform((sql) =>
    sql.row<{ frozen_at: number; advancing_to: number | null; fault: string }>(
      `select frozen_at, advancing_to, advance_progress ->> 'fault' as fault from tenants where id = $1`,
      [tenantId],
    ),
  );
  expect(row).toMatchObject({ frozen_at: START + DAY, advancing_to: null });
  expect(row?.fault).toContain('stopped');
  const seen: number[] = [];
  const later = moverFor([ticking(3 * DAY, seen)]);
  await later.start(request(tenantId), (START + 5 * DAY) as Instant);
  await later.finished(tenantId);
  expect(seen).toEqual([START + 3 * DAY]);
});

test('released, the clock arrives at real time and follows it', async () => {
  const tenantId = await sandbox();
  const moved: (number | null)[] = [];
  const mover = moverFor([], moved);
  await mover.release(request(tenantId));
  await mover.finished(tenantId);
  expect(moved.at(-1)).toBeNull();
  expect(await transactor.query(request(tenantId), async (ctx) => ctx.now)).toBe(transactor.wallNow());
});

test('a move that is cancelled stops after the step under way, and what was done stands', async () => {
  const tenantId = await sandbox();
  const seen: number[] = [];
  const ticks = ticking(10 * DAY, seen);
  const mover = moverFor([
    {
      ...ticks,
      async run(tenant, limit) {
        if (seen.length === 1) await mover.cancel(request(tenant));
        return ticks.run(tenant, limit);
      },
    },
  ]);
  await mover.start(request(tenantId), (START + 100 * DAY) as Instant);
  await mover.finished(tenantId);
  expect(seen).toEqual([START + 10 * DAY, START + 20 * DAY]);
  expect(await transactor.query(request(tenantId), async (ctx) => ctx.now)).toBe(START + 20 * DAY);
  await expect(mover.cancel(request(tenantId))).rejects.toMatchObject({ code: 'clock.not_moving' });
  await mover.start(request(tenantId), (START + 25 * DAY) as Instant);
  await mover.finished(tenantId);
  expect(await transactor.query(request(tenantId), async (ctx) => ctx.now)).toBe(START + 25 * DAY);
});

test('a release that is cancelled leaves the clock standing where it came to', async () => {
  const tenantId = await sandbox();
  const ticks = ticking(10 * DAY, []);
  const mover = moverFor([
    { ...ticks, run: (tenant, limit) => mover.cancel(request(tenant)).then(() => ticks.run(tenant, limit)) },
  ]);
  await mover.release(request(tenantId));
  await mover.finished(tenantId);
  expect(await transactor.query(request(tenantId), async (ctx) => ctx.now)).toBe(START + 10 * DAY);
});

test('a clock moves at most five years at a time', async () => {
  const mover = moverFor([]);
  const tenantId = await sandbox();
  await expect(mover.start(request(tenantId), (START + 1831 * DAY) as Instant)).rejects.toMatchObject({
    code: 'clock.not_movable',
    faults: [{ code: 'too_far' }],
  });
  await mover.start(request(tenantId), (START + 1830 * DAY) as Instant);
  await mover.finished(tenantId);
});

test('I72 a mover that was taken for dead moves nothing any more once another goes on', async () => {
  const tenantId = await sandbox();
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const ticks = ticking(10 * DAY, []);
  const slow = moverFor([
    {
      ...ticks,
      async run(tenant, limit) {
        reached.resolve();
        await gate.promise;
        return ticks.run(tenant, limit);
      },
    },
  ]);
  await slow.start(request(tenantId), (START + 15 * DAY) as Instant);
  await reached.promise;
  // Another process has taken the move over and brought it further.
  await transactor.platform((sql) =>
    sql.run(
      `update tenants set frozen_at = $2, advance_progress = advance_progress || '{"process": "0"}' where id = $1`,
      [tenantId, iso((START + 12 * DAY) as Instant)],
    ),
  );
  gate.resolve();
  await slow.finished(tenantId);
  const row = await transactor.platform((sql) =>
    sql.row('select frozen_at, advancing_to from tenants where id = $1', [tenantId]),
  );
  expect(row).toEqual({ frozen_at: START + 12 * DAY, advancing_to: START + 15 * DAY });
});
