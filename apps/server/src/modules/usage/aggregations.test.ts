import { randomBytes } from 'node:crypto';
import { METER_AGGREGATIONS, type Meter, type MeterAggregation } from '@billhook/core/catalog/meter';
import { type Decimal12, formatDecimal12, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { type Instant, instant, MS_PER_HOUR, MS_PER_MINUTE } from '@billhook/core/time/instant';
import { roundQuantity } from '@billhook/core/usage/figure';
import { bucketOf, type MemberReading, measureReadings } from '@billhook/core/usage/measure-readings';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CommandCtx } from '../../platform/context.ts';
import { silentLog } from '../../platform/log.ts';
import { createTransactor } from '../../platform/transaction.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { createTestTenant } from '../../testing/tenant.ts';
import { createMeter, type MeterInput } from '../catalog/commands/create-meter.ts';
import { createCustomer } from '../customers/commands/create-customer.ts';
import { ingest, quantitiesForPeriods } from './api.ts';
import { usageByDimension } from './queries/by-dimension.ts';
import { topCustomers } from './queries/top-customers.ts';
import { verifyUsage } from './queries/verify.ts';

const NOW = '2026-03-15T12:00:00Z';
const DAY = Date.parse('2026-03-14T00:00:00Z');
const ACTOR = { kind: 'system', id: 'test' } as const;
const REGIONS = ['eu', 'us', undefined, ''] as const;

let database: TestDatabase;
let run: <T>(fn: (ctx: CommandCtx) => Promise<T>) => Promise<T>;
let customers: { ann: string; bob: string };
const meters = new Map<MeterAggregation, Meter>();
type Sent = { subject: 'ann' | 'bob'; at: Instant; value: Decimal12; member: string; region: unknown };
const sent: Sent[] = [];

/** The same figures in every run: what is wanted is many shapes, not chance. */
let seed = 7;
const draw = (below: number) => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return Math.floor((seed / 2_147_483_648) * below);
};
const MORE: Partial<Record<MeterAggregation, Partial<MeterInput>>> = {
  percentile: { percentile: '90' },
  weighted_sum: { weighted_by: 'hour' },
  average: { rounding: { step: '0.01', mode: 'half_even' } },
};

beforeAll(async () => {
  database = await createTestDatabase({ runtime: 6, work: 1 });
  const transactor = createTransactor({
    database,
    clock: () => Date.now() as Instant,
    randomBytes,
    log: silentLog,
  });
  const tenant = await createTestTenant(database, { frozenAt: NOW });
  run = (fn) => transactor.command({ tenantId: tenant.id, actor: ACTOR, requestId: null }, fn);
  await run(async (ctx) => {
    for (const aggregation of METER_AGGREGATIONS) {
      const value = aggregation === 'unique' ? 'who' : 'value';
      const meter = await createMeter(ctx, {
        key: aggregation.replace('_', '-'),
        name: aggregation,
        event_type: 'work',
        aggregation,
        ...(aggregation === 'count' ? {} : { value_property: value }),
        ...MORE[aggregation],
      });
      meters.set(aggregation, meter);
    }
    const ann = await createCustomer(ctx, { name: 'Ann', external_id: 'ann' });
    const bob = await createCustomer(ctx, { name: 'Bob', external_id: 'bob' });
    customers = { ann: ann.id, bob: bob.id };
  });
  await sendAtRandom();
});

afterAll(() => database.close());

/** Batches of events at moments of one day, not in their order, some of them sent twice, two batches at a time. */
async function sendAtRandom() {
  const batches = Array.from({ length: 8 }, () => Array.from({ length: 25 }, drawEvent));
  for (let index = 0; index < batches.length; index += 2) {
    await Promise.all(
      [batches[index] ?? [], batches[index + 1] ?? []].map((batch) => run((ctx) => ingest(ctx, batch))),
    );
  }
  const again = await run((ctx) => ingest(ctx, batches[3] ?? []));
  expect(again.counts).toEqual({ accepted: 0, duplicate: 25, quarantined: 0, rejected: 0 });
}

function drawEvent() {
  const at = instant(DAY + draw(6 * 60) * MS_PER_MINUTE + draw(3) * 1000);
  const value = parseDecimal12(`${draw(90) - 20}.${draw(9) + 1}`);
  if (!value.ok) throw new Error('a decimal is a decimal');
  const one: Sent = {
    subject: draw(3) === 0 ? 'bob' : 'ann',
    at,
    value: value.value,
    member: `user-${draw(9)}`,
    region: REGIONS[draw(REGIONS.length)],
  };
  sent.push(one);
  const data = { value: formatDecimal12(one.value), who: one.member, region: one.region };
  return {
    specversion: '1.0',
    id: `e-${sent.length}`,
    source: 'test',
    type: 'work',
    subject: one.subject,
    time: new Date(at).toISOString(),
    data,
  };
}

const meterOf = (aggregation: MeterAggregation) => meters.get(aggregation) as Meter;

function readingsOf(aggregation: MeterAggregation, some: readonly Sent[]): MemberReading[] {
  const one = parseDecimal12('1');
  if (!one.ok) throw new Error('one is a decimal');
  return some.map(({ at, value, member }) => ({
    at,
    member,
    value: aggregation === 'count' || aggregation === 'unique' ? one.value : value,
  }));
}

/** What core makes of the readings themselves. */
function expected(
  aggregation: MeterAggregation,
  some: readonly Sent[],
  span: { start: Instant; end: Instant },
) {
  const meter = meterOf(aggregation);
  const exact = measureReadings(meter, readingsOf(aggregation, some), span);
  return roundQuantity(exact, meter.terms?.rounding ?? null).quantity;
}

const anyPeriod = () => {
  const start = instant(DAY + draw(5 * 60) * MS_PER_MINUTE + draw(2) * 500);
  return { start, end: instant(start + draw(4 * 60) * MS_PER_MINUTE) };
};

describe('every way to measure', () => {
  test('I36 agrees with the readings themselves in any period, whatever part of it comes from hourly figures', async () => {
    const periods = Array.from({ length: 25 }, anyPeriod);
    const asked = METER_AGGREGATIONS.flatMap((aggregation) =>
      periods.map((period) => ({ aggregation, period })),
    );
    const found = await run((ctx) =>
      quantitiesForPeriods(
        ctx,
        asked.map(({ aggregation, period }) => ({
          customerId: customers.ann,
          meter: meterOf(aggregation),
          ...period,
        })),
      ),
    );
    const own = sent.filter(({ subject }) => subject === 'ann');
    for (const [index, { aggregation, period }] of asked.entries()) {
      const name = `${aggregation} of ${new Date(period.start).toISOString()} to ${new Date(period.end).toISOString()}`;
      const inside = own.filter(({ at }) => at >= period.start && at < period.end);
      expect([name, found[index]?.quantity]).toEqual([name, expected(aggregation, own, period)]);
      expect([name, found[index]?.eventCount]).toEqual([name, BigInt(inside.length)]);
    }
  });

  test('I126 has buckets by property that share no event and leave none out, with one for events without it', async () => {
    const period = { start: instant(DAY + 17 * MS_PER_MINUTE), end: instant(DAY + 4 * MS_PER_HOUR + 5000) };
    for (const aggregation of METER_AGGREGATIONS) {
      const meter = meterOf(aggregation);
      const found = await run((ctx) =>
        usageByDimension(ctx, {
          customerId: customers.ann,
          meter,
          properties: ['region'],
          periods: [period],
        }),
      );
      const own = sent.filter(({ subject }) => subject === 'ann');
      const buckets = Map.groupBy(own, ({ region }) => bucketOf(['region'], { region } as never)[0] ?? '');
      expect(found.map(({ values }) => values[0]).sort()).toEqual(['', 'eu', 'us']);
      for (const { values, quantity } of found) {
        const some = buckets.get(values[0] ?? '') ?? [];
        const exact = measureReadings(meter, readingsOf(aggregation, some), period);
        expect([aggregation, values, quantity]).toEqual([
          aggregation,
          values,
          roundQuantity(exact, null).quantity,
        ]);
      }
      const inside = own.filter(({ at }) => at >= period.start && at < period.end);
      expect(found.reduce((sum, { eventCount }) => sum + eventCount, 0n)).toBe(BigInt(inside.length));
    }
  });

  test('a sum over time that runs counts the time that has passed, not what is to come', async () => {
    const meter = meterOf('weighted_sum');
    const start = instant(Date.parse(NOW) - MS_PER_HOUR);
    const ask = (end: number) => ({ customerId: customers.ann, meter, start, end: instant(end) });
    const [soFar, whole] = await run((ctx) =>
      quantitiesForPeriods(ctx, [ask(Date.parse(NOW)), ask(Date.parse(NOW) + 48 * MS_PER_HOUR)]),
    );
    expect(whole?.quantity).toBe(soFar?.quantity);
    expect(soFar?.quantity).not.toBe(0n);
  });

  test('names the customers with the most, measured as their bills are', async () => {
    const period = { start: instant(DAY + 17 * MS_PER_MINUTE), end: instant(DAY + 3 * MS_PER_HOUR + 5000) };
    for (const aggregation of METER_AGGREGATIONS) {
      const top = await run((ctx) => topCustomers(ctx, { meter: meterOf(aggregation), limit: 2, ...period }));
      const of = (subject: 'ann' | 'bob') => ({
        customerId: customers[subject],
        quantity: expected(
          aggregation,
          sent.filter((one) => one.subject === subject),
          period,
        ),
      });
      const order = [of('ann'), of('bob')].sort((a, b) => (a.quantity > b.quantity ? -1 : 1));
      expect(top.map(({ customerId, quantity }) => ({ customerId, quantity }))).toEqual(order);
    }
  });
});

describe('a verification', () => {
  const verify = () => run((ctx) => verifyUsage(ctx, [...meters.values()], { from: null, to: null }));

  test('I129 recomputes every hourly figure and set of values from the events, for each way to measure, and finds no difference', async () => {
    const found = await verify();
    expect(found.map(({ aggregation }) => aggregation)).toEqual(METER_AGGREGATIONS);
    const hours = new Set(sent.map(({ subject, at }) => `${subject}/${Math.floor(at / MS_PER_HOUR)}`));
    for (const entry of found) {
      expect(entry).toMatchObject({ differences: 0n, examples: [], events: BigInt(sent.length) });
      expect(entry.hours).toBe(BigInt(hours.size));
    }
    const values = new Set(
      sent.map(({ subject, at, member }) => `${subject}/${Math.floor(at / MS_PER_HOUR)}/${member}`),
    );
    expect(found.find(({ aggregation }) => aggregation === 'unique')?.values).toBe(BigInt(values.size));
  });

  test('I129 names each difference that was planted: a wrong figure, a lost one, one too many, a lost and a foreign value', async () => {
    const admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    const plant = (text: string, values: unknown[]) => admin.query(text, values);
    const id = (aggregation: MeterAggregation) => meterOf(aggregation).id;
    const first = `(select min(hour) from usage_rollups)`;
    await plant(
      `update usage_rollups set quantity = quantity + 1 where meter_id = $1 and hour = ${first}
      and customer_id = $2`,
      [id('sum'), customers.ann],
    );
    await plant(
      `update usage_rollups set moment = moment - 1 where meter_id = $1 and hour = ${first}
      and customer_id = $2`,
      [id('weighted_sum'), customers.ann],
    );
    await plant(`delete from usage_rollups where meter_id = $1 and hour = ${first} and customer_id = $2`, [
      id('max'),
      customers.ann,
    ]);
    await plant(
      `insert into usage_values select tenant_id, customer_id, meter_id, hour, 'nobody' from usage_values
      where customer_id = $1 and hour = ${first} limit 1`,
      [customers.ann],
    );
    await admin.end();
    const found = await verify();
    const told = new Map(found.map(({ aggregation, differences }) => [aggregation, differences]));
    expect(Object.fromEntries(told)).toEqual({
      count: 0n,
      sum: 1n,
      max: 1n,
      level: 0n,
      latest: 0n,
      unique: 1n,
      average: 0n,
      weighted_sum: 1n,
      percentile: 0n,
    });
    const examples = found.flatMap((entry) => entry.examples);
    expect(examples).toHaveLength(4);
    for (const example of examples) expect(example).toMatchObject({ customerId: customers.ann });
    expect(examples.find(({ kind }) => kind === 'value')).toMatchObject({ kept: 'nobody', recomputed: null });
    expect(examples.find(({ meterId }) => meterId === id('max'))).toMatchObject({ kept: null });
  });
});
