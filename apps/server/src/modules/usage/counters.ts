import type { Meter } from '@billhook/core/catalog/meter';
import { type Decimal12, decimal12FromScaled, formatDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import { type Instant, instant } from '@billhook/core/time/instant';
import type { Period } from '@billhook/core/time/period';
import { decimalColumn, timeColumn, uuidColumn } from '../../platform/columns.ts';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { decimalFromNumeric } from '../../platform/numeric.ts';
import { iso } from '../../platform/sql.ts';
import { measure } from './quantities.ts';

/** The window of a customer's meter that units are taken from. */
export type CounterKey = { customerId: string; meter: Meter; window: Period };

/** What is counted in the window, and what is held for somebody who may still use it. */
export type Counter = { used: Decimal12; held: Decimal12 };

const textOf = ({ customerId, meter, window }: CounterKey) =>
  `${customerId}/${meter.id}/${window.start}/${window.end}`;

/**
 * A meter whose figure, before it is rounded, is the sum of its readings. Of others nobody can say what a further unit
 * comes to.
 */
export function isAdditive({ aggregation }: Meter): boolean {
  return aggregation === 'count' || aggregation === 'sum' || aggregation === 'level';
}

type Row = { customer_id: string; meter_id: string; start: number; end: number; used: string; held: string };

function keyArrays(ctx: QueryCtx, keys: readonly CounterKey[]): unknown[] {
  return [
    ctx.tenant.id,
    keys.map(({ customerId }) => customerId),
    keys.map(({ meter }) => meter.id),
    keys.map(({ window }) => iso(window.start)),
    keys.map(({ window }) => iso(window.end)),
  ];
}

const ASKED = `unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[])
  as k (customer_id, meter_id, window_start, window_end)`;
const MATCH = `c.tenant_id = $1 and c.customer_id = k.customer_id and c.meter_id = k.meter_id
  and c.window_start = k.window_start and c.window_end = k.window_end`;
const COLUMNS = `c.customer_id, c.meter_id, c.window_start as start, c.window_end as "end", c.used, c.held`;

function countersOf(rows: readonly Row[]): Map<string, Counter> {
  return new Map(
    rows.map((row) => [
      `${row.customer_id}/${row.meter_id}/${row.start}/${row.end}`,
      { used: decimalFromNumeric(row.used), held: decimalFromNumeric(row.held) },
    ]),
  );
}

/** A counter as it was when it was locked. */
export type LockedCounter = Counter & { customerId: string; meterId: string; window: Period };

/** Counters under lock. */
export type LockedCounters = {
  /** Undefined for a window that has none yet. */
  find(key: CounterKey): LockedCounter | undefined;
  /** Those of every window of a customer's meter. */
  ofMeter(customerId: string, meterId: string): readonly LockedCounter[];
  all: readonly LockedCounter[];
};

const NONE: readonly LockedCounter[] = [];

/** Locks all counters of these customers, in one order, as everyone does who writes usage. */
export async function lockCountersOf(
  ctx: CommandCtx,
  customerIds: readonly string[],
): Promise<LockedCounters> {
  if (customerIds.length === 0) return countersAmong([]);
  const rows = await ctx.sql.rows<Row>(
    `select ${COLUMNS} from usage_counters c
     where c.tenant_id = $1 and c.customer_id = any ($2::uuid[])
     order by c.customer_id, c.meter_id, c.window_start, c.window_end for update`,
    [ctx.tenant.id, uuidColumn(customerIds)],
    'usage.lock_counters',
  );
  return countersAmong(
    rows.map((row) => ({
      customerId: row.customer_id,
      meterId: row.meter_id,
      window: { start: instant(row.start), end: instant(row.end) },
      used: decimalFromNumeric(row.used),
      held: decimalFromNumeric(row.held),
    })),
  );
}

/** Of each customer all counters or none. */
export function countersAmong(all: readonly LockedCounter[]): LockedCounters {
  const byCustomer = new Map<string, LockedCounter[]>();
  for (const counter of all) {
    const others = byCustomer.get(counter.customerId);
    if (others === undefined) byCustomer.set(counter.customerId, [counter]);
    else others.push(counter);
  }
  return {
    all,
    ofMeter: (customerId, meterId) =>
      (byCustomer.get(customerId) ?? NONE).filter((counter) => counter.meterId === meterId),
    find: (key) => byCustomer.get(key.customerId)?.find((counter) => isCounterOf(counter, key)),
  };
}

export function isCounterOf({ meterId, window }: LockedCounter, key: CounterKey): boolean {
  return meterId === key.meter.id && window.start === key.window.start && window.end === key.window.end;
}

/** What is added to counters that are locked, each once. */
export type CounterChange = { counter: LockedCounter; used: bigint; held: bigint };

/** Which locked counters a reading counts in, as `countUnits` says it of those that it finds. */
export function countersOfReading(
  counters: LockedCounters,
  reading: { customerId: string; meter: Meter; countedAt: Instant },
): readonly LockedCounter[] {
  const { customerId, meter, countedAt } = reading;
  const isLevel = meter.aggregation === 'level';
  return counters
    .ofMeter(customerId, meter.id)
    .filter(({ window }) => (isLevel || countedAt >= window.start) && countedAt < window.end);
}

/**
 * Changes counters by their keys. Less than nothing cannot be held. The customers are asked for beside the keys: planned while the
 * table was small, a join alone reads all counters of the seller (decision 129).
 */
export function changeCounters(ctx: CommandCtx, all: readonly CounterChange[]): Promise<number> {
  if (all.length === 0) return Promise.resolve(0);
  ctx.outdate(all.map(({ counter }) => counter.customerId));
  return ctx.sql.run(
    `update usage_counters c set used = c.used + k.used, held = c.held + k.held
     from unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::numeric[], $7::numeric[])
       as k (customer_id, meter_id, window_start, window_end, used, held)
     where ${MATCH} and c.customer_id = any ($2::uuid[])`,
    [
      ctx.tenant.id,
      uuidColumn(all.map(({ counter }) => counter.customerId)),
      uuidColumn(all.map(({ counter }) => counter.meterId)),
      timeColumn(all.map(({ counter }) => counter.window.start)),
      timeColumn(all.map(({ counter }) => counter.window.end)),
      decimalColumn(all.map(({ used }) => decimal12FromScaled(used))),
      decimalColumn(all.map(({ held }) => decimal12FromScaled(held))),
    ],
    'usage.change_counters',
  );
}

/** What is held in these windows; zero where nothing ever was. */
export async function heldIn(ctx: QueryCtx, keys: readonly CounterKey[]): Promise<Decimal12[]> {
  if (keys.length === 0) return [];
  const rows = await ctx.sql.rows<Row>(
    `select c.* from ${ASKED} cross join lateral (
       select ${COLUMNS} from usage_counters c where ${MATCH} and c.held > 0 offset 0
     ) as c`,
    keyArrays(ctx, keys),
  );
  const counters = countersOf(rows);
  return keys.map((key) => counters.get(textOf(key))?.held ?? decimal12FromScaled(0n));
}

/**
 * Makes the counters that are missing, from what has been counted until now. The customers must be under the caller's
 * full lock: no usage of theirs is under way then, so none is left out and none counted twice.
 */
export async function openCounters(ctx: CommandCtx, keys: readonly CounterKey[]): Promise<void> {
  const asked = [...new Map(keys.map((key) => [textOf(key), key])).values()];
  const quantities = await measure(
    ctx,
    asked.map(({ customerId, meter, window }) => ({
      customerId,
      meter,
      start: window.start,
      end: window.end,
    })),
  );
  await ctx.sql.run(
    `insert into usage_counters (tenant_id, customer_id, meter_id, window_start, window_end, is_level, used)
     select $1, k.customer_id, k.meter_id, k.window_start, k.window_end, k.is_level, k.used
     from unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::boolean[], $7::numeric[])
       as k (customer_id, meter_id, window_start, window_end, is_level, used)
     order by 2, 3, 4, 5
     on conflict do nothing`,
    [
      ...keyArrays(ctx, asked),
      asked.map(({ meter }) => meter.aggregation === 'level'),
      quantities.map(({ measured }) => formatDecimal12(measured)),
    ],
  );
}

/** Changes what is held. The counters must be under the caller's lock; less than nothing cannot be held. */
export async function changeHeld(
  ctx: CommandCtx,
  changes: readonly { key: CounterKey; by: bigint }[],
): Promise<void> {
  const byKey = new Map<string, { key: CounterKey; by: bigint }>();
  for (const { key, by } of changes) {
    const text = textOf(key);
    byKey.set(text, { key, by: (byKey.get(text)?.by ?? 0n) + by });
  }
  const all = [...byKey.values()].filter(({ by }) => by !== 0n);
  if (all.length === 0) return;
  ctx.outdate(all.map(({ key }) => key.customerId));
  const changed = await ctx.sql.run(
    `update usage_counters c set held = c.held + k.by
     from unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::numeric[])
       as k (customer_id, meter_id, window_start, window_end, by)
     where ${MATCH} and c.customer_id = any ($2::uuid[])`,
    [
      ...keyArrays(
        ctx,
        all.map(({ key }) => key),
      ),
      all.map(({ by }) => formatDecimal12(by as Decimal12)),
    ],
    'usage.change_held',
  );
  invariant(changed === all.length, 'What is held has a counter.');
}

/** Works the counters of these customers out again, after usage was put right. They are under the caller's whole lock. */
export async function recountCounters(
  ctx: CommandCtx,
  customerIds: readonly string[],
  meters: readonly Meter[],
): Promise<void> {
  const rows = await ctx.sql.rows<Row>(
    `select ${COLUMNS} from usage_counters c where c.tenant_id = $1 and c.customer_id = any ($2::uuid[])
     order by c.customer_id, c.meter_id, c.window_start, c.window_end for update`,
    [ctx.tenant.id, [...new Set(customerIds)]],
  );
  const byId = new Map(meters.map((meter) => [meter.id, meter]));
  const keys = rows.flatMap((row): CounterKey[] => {
    const meter = byId.get(row.meter_id);
    const window = { start: instant(row.start), end: instant(row.end) };
    return meter === undefined ? [] : [{ customerId: row.customer_id, meter, window }];
  });
  if (keys.length === 0) return;
  const quantities = await measure(
    ctx,
    keys.map(({ customerId, meter, window }) => ({
      customerId,
      meter,
      start: window.start,
      end: window.end,
    })),
  );
  await ctx.sql.run(
    `update usage_counters c set used = k.used
     from unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::numeric[])
       as k (customer_id, meter_id, window_start, window_end, used)
     where ${MATCH}`,
    [...keyArrays(ctx, keys), quantities.map(({ measured }) => formatDecimal12(measured))],
  );
}
