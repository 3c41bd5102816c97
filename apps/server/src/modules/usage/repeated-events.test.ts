import { randomBytes } from 'node:crypto';
import type { Instant } from '@billhook/core/time/instant';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CommandCtx } from '../../platform/context.ts';
import { silentLog } from '../../platform/log.ts';
import { createTransactor, type Transactor } from '../../platform/transaction.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { createTestTenant } from '../../testing/tenant.ts';
import { createMeter } from '../catalog/commands/create-meter.ts';
import { createCustomer } from '../customers/commands/create-customer.ts';
import { correct } from './api.ts';
import { joinIngest } from './commands/join-ingest.ts';

const ACTOR = { kind: 'system', id: 'test' } as const;
const BYTES = {
  key: 'bytes',
  name: 'Bytes',
  event_type: 'upload',
  aggregation: 'sum',
  value_property: 'bytes',
  unit: 'byte',
} as const;

let database: TestDatabase;
let transactor: Transactor;

beforeAll(async () => {
  database = await createTestDatabase({ runtime: 6, work: 1 });
  transactor = createTransactor({
    database,
    clock: () => Date.now() as Instant,
    randomBytes,
    log: silentLog,
  });
});

afterAll(() => database.close());

const upload = (id: string, changes: Record<string, unknown> = {}) => ({
  specversion: '1.0',
  id,
  source: 'camera',
  type: 'upload',
  subject: 'acme',
  time: '2026-03-15T11:30:00Z',
  data: { bytes: 10 },
  ...changes,
});

/**
 * A process of its own, how often it counted without a look, or tried to, how often it looked, and how many of its tries were
 * under way at once.
 */
function openProcess(tenantId: number) {
  const counts = { tries: 0, looks: 0 };
  const beside = { now: 0, most: 0 };
  const join = joinIngest({
    ...transactor,
    commandAtOnce(...args) {
      counts.tries += 1;
      beside.now += 1;
      beside.most = Math.max(beside.most, beside.now);
      return transactor.commandAtOnce(...args)?.finally(() => {
        beside.now -= 1;
      });
    },
    commandAfter(...args) {
      counts.looks += 1;
      return transactor.commandAfter(...args);
    },
  });
  const send = async (...events: readonly unknown[]) =>
    (await join({ tenantId, actor: ACTOR, requestId: null }, events)).results.map(({ status, reason }) =>
      status === 'accepted' ? status : `${status} ${reason?.split(':')[0]}`,
    );
  return { send, counts, beside };
}

const REPEATED = 'duplicate duplicate';
const OTHER = 'quarantined id_conflict';

/** Two processes of a seller, the second of which met with a repetition: events 1 and 2 came to the first, 3 to the second. */
async function world() {
  const tenant = await createTestTenant(database, { frozenAt: '2026-03-15T12:00:00Z' });
  const request = { tenantId: tenant.id, actor: ACTOR, requestId: null };
  const run = <T>(fn: (ctx: CommandCtx) => Promise<T>) => transactor.command(request, fn);
  await run((ctx) => createMeter(ctx, BYTES));
  await run((ctx) => createCustomer(ctx, { name: 'acme', external_id: 'acme', currency: 'EUR' }));
  const [first, second] = [openProcess(tenant.id), openProcess(tenant.id)];
  expect(await first.send(upload('1'), upload('2'))).toEqual(['accepted', 'accepted']);
  expect(await second.send(upload('3'))).toEqual(['accepted']);
  expect(await second.send(upload('1'))).toEqual([REPEATED]);
  expect(second.counts).toEqual({ tries: 1, looks: 2 });
  const figures = async () => {
    const row = await run((ctx) =>
      ctx.sql.row<{ stored: bigint; counted: bigint; bytes: string }>(
        `select (select count(*) from usage_events where tenant_id = $1) as stored,
           sum(event_count)::bigint as counted, sum(quantity)::text as bytes from usage_hours where tenant_id = $1`,
        [ctx.tenant.id],
      ),
    );
    return [Number(row?.stored), Number(row?.counted), Number(row?.bytes)];
  };
  return { run, first, second, figures };
}

test('I625 of a batch with repetitions the new ones count once, and nobody looks', async () => {
  const { first, second, figures } = await world();
  const five = upload('5');
  expect(await second.send(upload('4'), upload('1'), five, upload('2'), five)).toEqual([
    'accepted',
    REPEATED,
    'accepted',
    REPEATED,
    REPEATED,
  ]);
  expect(await second.send(five, upload('2'), five)).toEqual([REPEATED, REPEATED, REPEATED]);
  expect(await second.send(upload('6'))).toEqual(['accepted']);
  expect(second.counts).toEqual({ tries: 4, looks: 2 });
  expect(await first.send(five, upload('6'), upload('7'))).toEqual([REPEATED, REPEATED, 'accepted']);
  expect(await figures()).toEqual([7, 7, 70]);
});

test('I625 an event that says something else than the one under its id is no repetition, and its neighbours count once', async () => {
  const { second, figures } = await world();
  const other = upload('2', { data: { bytes: 11 } });
  expect(await second.send(upload('4'), other, upload('1'), upload('5'))).toEqual([
    'accepted',
    OTHER,
    REPEATED,
    'accepted',
  ]);
  expect(second.counts).toEqual({ tries: 2, looks: 3 });
  expect(await figures()).toEqual([5, 5, 50]);
});

test('I625 ids that sources share, or that begin alike, are told apart', async () => {
  const { first, second, figures } = await world();
  const from = (source: string, ...ids: readonly string[]) => ids.map((id) => upload(id, { source }));
  await first.send(...from('a', '1', '20'), ...from('b', '1'), ...from('camera/2', '1'));
  const mixed = [
    ...from('b', '1', '2', '20', '11'),
    ...from('a', '1', '2', '20', '200'),
    ...from('camera', '1'),
  ];
  const accepted = 'accepted';
  expect(await second.send(...mixed)).toEqual([
    ...[REPEATED, accepted, accepted, accepted],
    ...[REPEATED, accepted, REPEATED, accepted],
    REPEATED,
  ]);
  expect(second.counts).toEqual({ tries: 2, looks: 2 });
  expect(await figures()).toEqual([12, 12, 120]);
});

test('I625 what an event said before it was amended is a repetition among new ones', async () => {
  const { run, second, figures } = await world();
  const content = upload('2', { data: { bytes: 30 } });
  const key = { source: 'camera', eventId: '2' };
  await run((ctx) => correct(ctx, { kind: 'amend', key, content, reason: 'Read wrongly.' }));
  expect(await second.send(upload('4'), upload('2'))).toEqual(['accepted', REPEATED]);
  expect(await second.send(upload('5'), content)).toEqual(['accepted', REPEATED]);
  expect((await figures()).slice(1)).toEqual([5, 70]);
});

test('I626 batches of which much is repeated go one after the other, those with little two at a time', async () => {
  const { second, figures } = await world();
  /** Ten batches of two hundred events at once, some of each of which came before. */
  const sendTen = async (name: string, repeated: readonly unknown[]) => {
    second.beside.most = 0;
    const batches = Array.from({ length: 10 }, (_, batch) => [
      ...repeated,
      ...Array.from({ length: 200 - repeated.length }, (_, index) => upload(`${name}-${batch}-${index}`)),
    ]);
    const statuses = await Promise.all(batches.map((batch) => second.send(...batch)));
    expect(statuses.flat().filter((status) => status === REPEATED)).toHaveLength(10 * repeated.length);
    return second.beside.most;
  };
  expect(await sendTen('none', [])).toBe(2);
  expect(await sendTen('little', [upload('1')])).toBe(2);
  await second.send(upload('1'), upload('2'));
  expect(await sendTen('much', [upload('1'), upload('2')])).toBe(1);
  // So many batches later it is seen as over.
  for (let turn = 0; turn < 20; turn += 1) await second.send(upload(`later-${turn}`));
  expect(await sendTen('over', [])).toBe(2);
  const stored = 3 + 2000 + 1990 + 1980 + 20 + 2000;
  expect(await figures()).toEqual([stored, stored, 10 * stored]);
});
