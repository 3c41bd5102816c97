import { randomBytes } from 'node:crypto';
import type { Instant } from '@billhook/core/time/instant';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CommandCtx } from '../../platform/context.ts';
import { silentLog } from '../../platform/log.ts';
import { createTransactor, type Transactor } from '../../platform/transaction.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { createTestTenant } from '../../testing/tenant.ts';
import { createMeter } from '../catalog/commands/create-meter.ts';
import { createCustomer } from '../customers/commands/create-customer.ts';
import { closeUsage, ingest, quantitiesForPeriods } from './api.ts';
import { assignQuarantined } from './commands/assign-quarantined.ts';
import { dropEmptyPartitions, ensureUsagePartitions } from './partitions.ts';
import { getUsage } from './queries/get-usage.ts';
import { listEvents } from './queries/list.ts';
import { listQuarantine } from './queries/quarantine.ts';

const NOW = '2026-03-15T12:00:00Z';
const at = (text: string) => Date.parse(text) as Instant;
const EVERYTHING = {
  limit: 10,
  after: undefined,
  customerId: undefined,
  type: undefined,
  from: undefined,
  to: undefined,
};
const ACTOR = { kind: 'system', id: 'test' } as const;

let database: TestDatabase;
let transactor: Transactor;

beforeAll(async () => {
  database = await createTestDatabase({ runtime: 10, work: 1 });
  transactor = createTransactor({
    database,
    clock: () => Date.now() as Instant,
    randomBytes,
    log: silentLog,
  });
});

afterAll(() => database.close());

type World = {
  run: <T>(fn: (ctx: CommandCtx) => Promise<T>) => Promise<T>;
  customerId: string;
  meters: { calls: string; bytes: string };
};

/** A tenant whose clock stands still, with one customer `acme` and a count and a sum over the same events. */
async function world(): Promise<World> {
  const tenant = await createTestTenant(database, { frozenAt: NOW });
  const run: World['run'] = (fn) =>
    transactor.command({ tenantId: tenant.id, actor: ACTOR, requestId: null }, fn);
  return run(async (ctx) => {
    const calls = await createMeter(ctx, {
      key: 'calls',
      name: 'Calls',
      event_type: 'api.call',
      aggregation: 'count',
    });
    const bytes = await createMeter(ctx, {
      key: 'bytes',
      name: 'Bytes',
      event_type: 'api.call',
      aggregation: 'sum',
      value_property: 'bytes',
    });
    const customer = await createCustomer(ctx, { name: 'Acme', external_id: 'acme' });
    return { run, customerId: customer.id, meters: { calls: calls.id, bytes: bytes.id } };
  });
}

let serial = 0;
function event(patch: Record<string, unknown> = {}) {
  serial += 1;
  return {
    specversion: '1.0',
    id: `e-${serial}`,
    source: 'test',
    type: 'api.call',
    subject: 'acme',
    time: '2026-03-15T11:30:00Z',
    data: { bytes: 10 },
    ...patch,
  };
}

const statuses = (answer: { results: { status: string; reason?: string }[] }) =>
  answer.results.map(({ status, reason }) =>
    reason === undefined ? status : `${status} ${reason.split(':')[0]}`,
  );

const whole = { start: at('2026-01-01T00:00:00Z'), end: at('2027-01-01T00:00:00Z') };

const asked = {
  calls: (id: string) => ({ id, aggregation: 'count' as const }),
  bytes: (id: string) => ({ id, aggregation: 'sum' as const }),
};

function usageOf({ run, customerId, meters }: World, span = whole) {
  return run((ctx) =>
    quantitiesForPeriods(
      ctx,
      [asked.calls(meters.calls), asked.bytes(meters.bytes)].map((meter) => ({ customerId, meter, ...span })),
    ),
  ).then((sums) => sums.map(({ quantity }) => quantity / 1_000_000_000_000n));
}

describe('a batch', () => {
  test('I32 every event gets one verdict, the counts add up, and only what was accepted is counted', async () => {
    const here = await world();
    const good = event();
    const answer = await here.run((ctx) =>
      ingest(ctx, [
        good,
        good,
        event({ subject: 'nobody' }),
        event({ type: 'unheard.of' }),
        event({ time: '2026-03-15T12:05:01Z' }),
        event({ time: '2026-03-15T12:05:00Z', data: { bytes: '0.5' } }),
        event({ time: '2025-12-01T00:00:00Z' }),
        event({ data: { bytes: 1.5 } }),
        event({ data: {} }),
        { id: 'x' },
        'text',
        event({ surplus: 1, data: { bytes: 1, text: '\u0000' } }),
      ]),
    );
    expect(statuses(answer)).toEqual([
      'accepted',
      'duplicate duplicate',
      'quarantined unknown_customer',
      'quarantined unknown_meter',
      'rejected event.in_future',
      'accepted',
      'quarantined late',
      'rejected meter.value_malformed',
      'rejected meter.value_missing',
      expect.stringMatching(/^rejected \/specversion/),
      expect.stringMatching(/^rejected An event is a JSON object/),
      expect.stringMatching(/^rejected \/surplus/),
    ]);
    expect(answer.counts).toEqual({ accepted: 2, duplicate: 1, quarantined: 3, rejected: 6 });
    expect(await usageOf(here)).toEqual([2n, 10n]);
    const held = await here.run((ctx) => listQuarantine(ctx, { limit: 10, after: undefined }));
    expect(held.map(({ reason }) => reason).sort()).toEqual(['late', 'unknown_customer', 'unknown_meter']);
  });

  test('I33 the same id with other content or another time is kept aside, never counted', async () => {
    const here = await world();
    const first = event();
    await here.run((ctx) => ingest(ctx, [first]));
    const answer = await here.run((ctx) =>
      ingest(ctx, [
        first,
        { ...first, data: { bytes: 11 } },
        { ...first, time: '2026-03-15T11:31:00Z' },
        { ...first, data: { bytes: 10 }, time: '2026-03-15T12:30:00+01:00' },
        { ...first, source: 'elsewhere' },
      ]),
    );
    expect(statuses(answer)).toEqual([
      'duplicate duplicate',
      'quarantined id_conflict',
      'quarantined id_conflict',
      'duplicate duplicate',
      'accepted',
    ]);
    expect(await usageOf(here)).toEqual([2n, 20n]);
  });

  test('I33 a repetition is recognised before lateness: sending an old batch again changes nothing', async () => {
    const here = await world();
    const batch = [event(), event({ time: '2026-03-14T00:00:00Z' })];
    await here.run((ctx) => ingest(ctx, batch));
    await here.run((ctx) =>
      closeUsage(
        ctx,
        Object.values(here.meters).map((meterId) => ({
          customerId: here.customerId,
          meterId,
          closedUntil: at(NOW),
        })),
      ),
    );
    expect(statuses(await here.run((ctx) => ingest(ctx, batch)))).toEqual([
      'duplicate duplicate',
      'duplicate duplicate',
    ]);
    expect(await usageOf(here)).toEqual([2n, 20n]);
  });

  test('I35 an event of a period that has been billed is kept as late and changes no quantity', async () => {
    const here = await world();
    const until = at('2026-03-15T00:00:00Z');
    await here.run((ctx) =>
      closeUsage(ctx, [{ customerId: here.customerId, meterId: here.meters.calls, closedUntil: until }]),
    );
    const answer = await here.run((ctx) =>
      ingest(ctx, [event({ time: '2026-03-14T23:59:59.999Z' }), event({ time: '2026-03-15T00:00:00Z' })]),
    );
    expect(statuses(answer)).toEqual(['quarantined late', 'accepted']);
    expect(await usageOf(here, { start: whole.start, end: until })).toEqual([0n, 0n]);
  });

  test('of more than a thousand events is refused whole', async () => {
    const here = await world();
    const batch = Array.from({ length: 1001 }, () => event());
    await expect(here.run((ctx) => ingest(ctx, batch))).rejects.toMatchObject({ code: 'request.too_large' });
    expect(await usageOf(here)).toEqual([0n, 0n]);
  });
});

describe('a quarantined event', () => {
  test('is counted once it is assigned, and sending it again is a repetition', async () => {
    const here = await world();
    const stray = event({ subject: 'unknown-client' });
    await here.run((ctx) => ingest(ctx, [stray, stray]));
    const [held, ...others] = await here.run((ctx) => listQuarantine(ctx, { limit: 10, after: undefined }));
    expect(others).toEqual([]);
    const assigned = await here.run((ctx) => assignQuarantined(ctx, held?.id ?? '', 'acme'));
    expect(assigned.resolvedAt).not.toBeNull();
    expect(await usageOf(here)).toEqual([1n, 10n]);
    await expect(here.run((ctx) => assignQuarantined(ctx, held?.id ?? '', 'acme'))).rejects.toMatchObject({
      code: 'quarantine.already_resolved',
    });
    await here.run((ctx) => createCustomer(ctx, { name: 'Late comer', external_id: 'unknown-client' }));
    expect(statuses(await here.run((ctx) => ingest(ctx, [stray])))).toEqual(['duplicate duplicate']);
  });

  test('leaves quarantine when the same event is sent again and can be counted', async () => {
    const here = await world();
    const early = event({ subject: 'newcomer' });
    await here.run((ctx) => ingest(ctx, [early]));
    await here.run((ctx) => createCustomer(ctx, { name: 'Newcomer', external_id: 'newcomer' }));
    expect(statuses(await here.run((ctx) => ingest(ctx, [early])))).toEqual(['accepted']);
    expect(await here.run((ctx) => listQuarantine(ctx, { limit: 10, after: undefined }))).toEqual([]);
  });

  test('I35 that came after its bill counts from the moment it is assigned, and keeps its own time', async () => {
    const here = await world();
    const until = at('2026-03-15T00:00:00Z');
    await here.run((ctx) =>
      closeUsage(ctx, [{ customerId: here.customerId, meterId: here.meters.calls, closedUntil: until }]),
    );
    const late = event({ time: '2026-03-14T23:59:59.999Z' });
    await here.run((ctx) => ingest(ctx, [late]));
    const [held] = await here.run((ctx) => listQuarantine(ctx, { limit: 10, after: undefined }));
    await here.run((ctx) => assignQuarantined(ctx, held?.id ?? '', 'acme'));
    expect(await usageOf(here, { start: whole.start, end: until })).toEqual([0n, 0n]);
    expect(await usageOf(here, { start: at(NOW), end: at('2026-03-15T12:00:00.001Z') })).toEqual([1n, 10n]);
    const [stored] = await here.run((ctx) => listEvents(ctx, EVERYTHING));
    expect(stored).toMatchObject({ time: at(NOW), occurred_at: at('2026-03-14T23:59:59.999Z') });
    // Sent again it is known, by its own time.
    expect(statuses(await here.run((ctx) => ingest(ctx, [late])))).toEqual(['duplicate duplicate']);
  });

  test('that is older than the late window but not billed counts at its own time once assigned', async () => {
    const here = await world();
    await here.run((ctx) => ingest(ctx, [event({ time: '2026-01-02T00:00:00Z' })]));
    const [held] = await here.run((ctx) => listQuarantine(ctx, { limit: 10, after: undefined }));
    expect(held?.reason).toBe('late');
    await here.run((ctx) => assignQuarantined(ctx, held?.id ?? '', 'acme'));
    const january = { start: at('2026-01-01T00:00:00Z'), end: at('2026-02-01T00:00:00Z') };
    expect(await usageOf(here, january)).toEqual([1n, 10n]);
  });

  test('that still cannot be counted stays, and the request says why', async () => {
    const here = await world();
    await here.run((ctx) => ingest(ctx, [event({ type: 'unheard.of' })]));
    const [held] = await here.run((ctx) => listQuarantine(ctx, { limit: 10, after: undefined }));
    await expect(here.run((ctx) => assignQuarantined(ctx, held?.id ?? '', 'acme'))).rejects.toMatchObject({
      code: 'request.invalid',
      facts: { reason: 'unknown_meter' },
    });
  });
});

describe('many at the same time', () => {
  test('I33 the same event from eight requests at once is accepted exactly once', async () => {
    const here = await world();
    const same = event();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => here.run((ctx) => ingest(ctx, [same]))),
    );
    const counts = answers.flatMap(({ results }) => results.map(({ status }) => status));
    expect(counts.filter((status) => status === 'accepted')).toHaveLength(1);
    expect(counts.filter((status) => status === 'duplicate')).toHaveLength(7);
    expect(await usageOf(here)).toEqual([1n, 10n]);
  });

  test('I33 one id with eight different times from eight requests at once is accepted exactly once', async () => {
    const here = await world();
    for (let round = 0; round < 12; round += 1) {
      const sent = event();
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          here.run((ctx) => ingest(ctx, [{ ...sent, time: `2026-03-15T11:0${index}:00Z` }])),
        ),
      );
      const verdicts = answers.flatMap(statuses).sort();
      expect(verdicts).toEqual(['accepted', ...Array(7).fill('quarantined id_conflict')]);
    }
    expect(await usageOf(here)).toEqual([12n, 120n]);
    const stored = await here.run((ctx) =>
      ctx.sql.rows('select 1 from usage_events where tenant_id = $1', [ctx.tenant.id]),
    );
    expect(stored).toHaveLength(12);
  });

  test('I33 the database itself refuses a second event under an id, whatever its time', async () => {
    const here = await world();
    const sent = event();
    await here.run((ctx) => ingest(ctx, [sent]));
    const again = here.run((ctx) =>
      ctx.sql.run(
        `insert into usage_event_ids (tenant_id, source, event_id, time, content_hash) values ($1, $2, $3, $4, '')`,
        [ctx.tenant.id, sent.source, sent.id, '2020-01-01T00:00:00Z'],
      ),
    );
    await expect(again).rejects.toMatchObject({ code: '23505' });
  });

  test('batches with the same keys in other orders do not deadlock and count each event once', async () => {
    const here = await world();
    const batch = Array.from({ length: 200 }, (_, index) =>
      event({ time: `2026-03-15T${String(index % 12).padStart(2, '0')}:00:00Z` }),
    );
    const orders = [
      batch,
      batch.toReversed(),
      [...batch.slice(90), ...batch.slice(0, 90)],
      batch.toSorted(() => -1),
    ];
    const tries = await Promise.all(orders.map((order) => here.run((ctx) => ingest(ctx, order))));
    expect(tries.reduce((sum, { counts }) => sum + counts.accepted, 0)).toBe(200);
    expect(tries.reduce((sum, { counts }) => sum + counts.duplicate, 0)).toBe(600);
    expect(await usageOf(here)).toEqual([200n, 2000n]);
  });

  test('I32 an event that meets the bill run is either on the bill or late, never lost', async () => {
    const here = await world();
    const until = at('2026-03-15T12:00:00Z');
    const rounds = Array.from({ length: 20 }, () => event());
    const ingests = rounds.map((one) => here.run((ctx) => ingest(ctx, [one])));
    const billed = here.run(async (ctx) => {
      await ctx.sql.rows('select 1 from customers where tenant_id = $1 and id = $2 for update', [
        ctx.tenant.id,
        here.customerId,
      ]);
      const [sum] = await quantitiesForPeriods(ctx, [
        { customerId: here.customerId, meter: asked.calls(here.meters.calls), ...whole, end: until },
      ]);
      await closeUsage(
        ctx,
        Object.values(here.meters).map((meterId) => ({
          customerId: here.customerId,
          meterId,
          closedUntil: until,
        })),
      );
      return sum?.eventCount;
    });
    const accepted = (await Promise.all(ingests)).filter(({ counts }) => counts.accepted === 1).length;
    expect(BigInt(accepted)).toBe(await billed);
  });
});

describe('quantities', () => {
  test('I36 sums by hour, by day and by month, and any cut of a period, agree with the whole', async () => {
    const here = await world();
    const times = [
      '2026-03-01T00:00:00Z',
      '2026-03-08T06:59:59.999Z',
      '2026-03-08T07:00:00Z',
      '2026-03-14T23:45:00Z',
    ];
    await here.run((ctx) =>
      ingest(ctx, [...times.map((time) => event({ time })), event({ time: NOW, data: { bytes: '-3.25' } })]),
    );
    const request = {
      customerId: here.customerId,
      meter: asked.bytes(here.meters.bytes),
      timeZone: 'Asia/Kolkata',
      from: at('2026-03-01T00:00:00Z'),
      to: at('2026-03-20T10:20:30.400Z'),
    };
    for (const granularity of ['hour', 'day', 'month'] as const) {
      const { total, points } = await here.run((ctx) => getUsage(ctx, { ...request, granularity }));
      expect(total.quantity).toBe(36_750_000_000_000n);
      expect(points.reduce((sum, { quantity }) => sum + quantity, 0n)).toBe(total.quantity);
      expect(points.reduce((sum, { eventCount }) => sum + eventCount, 0n)).toBe(5n);
    }
    const cut = at('2026-03-08T07:00:00.000Z');
    const parts = await here.run((ctx) =>
      quantitiesForPeriods(ctx, [
        { ...request, start: request.from, end: cut },
        { ...request, start: cut, end: request.to },
        { ...request, start: cut, end: (cut + 1) as Instant },
        { ...request, start: cut, end: cut },
      ]),
    );
    expect(parts.map(({ eventCount }) => eventCount)).toEqual([2n, 3n, 1n, 0n]);
  });

  test('a meter made later counts from then on and changes nothing that was measured', async () => {
    const here = await world();
    await here.run((ctx) => ingest(ctx, [event()]));
    const meter = await here.run((ctx) =>
      createMeter(ctx, { key: 'again', name: 'Again', event_type: 'api.call', aggregation: 'count' }),
    );
    await here.run((ctx) => ingest(ctx, [event()]));
    const [raw, hours] = await here.run((ctx) =>
      quantitiesForPeriods(ctx, [
        {
          customerId: here.customerId,
          meter,
          start: at('2026-03-15T11:10:00Z'),
          end: at('2026-03-15T11:50:00Z'),
        },
        { customerId: here.customerId, meter, ...whole },
      ]),
    );
    expect([raw?.eventCount, hours?.eventCount]).toEqual([1n, 1n]);
  });
});

test('months around now get partitions of their own, once, and one that is over goes when it is empty', async () => {
  const own = await createTestDatabase();
  const { default: pg } = await import('pg');
  const admin = new pg.Client({ connectionString: own.url });
  await admin.connect();
  try {
    await admin.query(
      `insert into usage_events values (1, 's', 'e', '2026-03-02', 't', gen_random_uuid(), '{}', '\\x00', '{}', '{}', now())`,
    );
    const made = await ensureUsagePartitions(admin, at(NOW));
    expect(made).toEqual([
      'usage_events_2026_01',
      'usage_events_2026_02',
      'usage_events_2026_04',
      'usage_events_2026_05',
      'usage_events_2026_06',
    ]);
    expect(await ensureUsagePartitions(admin, at(NOW))).toEqual([]);
    await admin.query(
      `insert into usage_events values (1, 's', 'f', '2026-02-02', 't', gen_random_uuid(), '{}', '\\x00', '{}', '{}', now())`,
    );
    // In August, June and what comes after it is kept; February has an event of a tenant.
    expect(await dropEmptyPartitions(admin, at('2026-08-15T00:00:00Z'))).toEqual([
      'usage_events_2026_01',
      'usage_events_2026_04',
      'usage_events_2026_05',
    ]);
    const forced = await admin.query(
      `select relforcerowsecurity as forced from pg_class where relname = 'usage_events_2026_02'`,
    );
    expect(forced.rows).toEqual([{ forced: true }]);
  } finally {
    await admin.end();
    await own.close();
  }
});
