import type { Decimal12 } from '@billhook/core/kernel/decimal';
import type { Instant } from '@billhook/core/time/instant';
import { countColumn, decimalColumn, timeColumn, uuidColumn } from '../../platform/columns.ts';
import type { CommandCtx } from '../../platform/context.ts';
import { always, type DueSource } from '../../platform/due.ts';
import type { Transactor } from '../../platform/transaction.ts';
import type { RollupDelta } from './rollup.ts';

const ACTOR = { kind: 'system', id: 'usage-sums' } as const;

/** What one meter read in one hour of many customers, in three lists of equal length. */
export type HourSums = {
  meterId: string;
  hour: Instant;
  customerIds: string[];
  eventCounts: bigint[];
  quantities: Decimal12[];
};

/** One row for so many customers costs less than to look for the figure of each. */
const WORTH_A_ROW = 6;
/** A figure that is far from what a column holds can always be added later. */
const MOST_WAITING = 10n ** 15n * 10n ** 12n;

/** Of what a batch adds, that which waits: sums of many customers in one hour. The rest is added at once, in its order. */
export function partedSums(deltas: readonly RollupDelta[]): { waiting: HourSums[]; atOnce: RollupDelta[] } {
  const byMeter = new Map<string, Map<Instant, RollupDelta[]>>();
  for (const delta of deltas) {
    const byHour = byMeter.get(delta.meterId) ?? new Map<Instant, RollupDelta[]>();
    if (byHour.size === 0) byMeter.set(delta.meterId, byHour);
    const same = byHour.get(delta.hour);
    if (same === undefined) byHour.set(delta.hour, [delta]);
    else same.push(delta);
  }
  const all = [...byMeter.values()].flatMap((byHour) => [...byHour.values()]);
  const isWorth = (same: readonly RollupDelta[]) => same.length >= WORTH_A_ROW && same.every(mayWait);
  const waiting = all.filter(isWorth);
  if (waiting.length === 0) return { waiting: [], atOnce: [...deltas] };
  if (waiting.length === all.length) return { waiting: waiting.map(sumsOf), atOnce: [] };
  const taken = new Set(waiting.flat());
  return { waiting: waiting.map(sumsOf), atOnce: deltas.filter((delta) => !taken.has(delta)) };
}

function sumsOf(same: readonly RollupDelta[]): HourSums {
  const { meterId, hour } = same[0] as RollupDelta;
  return {
    meterId,
    hour,
    customerIds: same.map(({ customerId }) => customerId),
    eventCounts: same.map(({ eventCount }) => eventCount),
    quantities: same.map(({ quantity }) => quantity),
  };
}

const mayWait = ({ joins, moment, quantity }: RollupDelta) =>
  joins === 'add' && moment === null && quantity < MOST_WAITING && quantity > -MOST_WAITING;

/** Writes sums that wait; every reader of `usage_hours` adds them to what stands. */
export function insertSums(ctx: CommandCtx, sums: readonly HourSums[]): Promise<number> {
  if (sums.length === 0) return Promise.resolve(0);
  let count = 0;
  const lasts = sums.map(({ customerIds }) => (count += customerIds.length));
  return ctx.sql.run(
    `insert into usage_sums (tenant_id, id, meter_id, hour, customer_ids, event_counts, quantities)
     select $1, s.id, s.meter_id, s.hour, ($6::uuid[])[s.last - s.size + 1:s.last], ($7::bigint[])[s.last - s.size + 1:s.last],
       ($8::numeric[])[s.last - s.size + 1:s.last]
     from unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::bigint[], $9::bigint[]) as s (id, meter_id, hour, last, size)`,
    [
      ctx.tenant.id,
      uuidColumn(sums.map(() => ctx.newId())),
      uuidColumn(sums.map(({ meterId }) => meterId)),
      timeColumn(sums.map(({ hour }) => hour)),
      countColumn(lasts),
      uuidColumn(sums.flatMap(({ customerIds }) => customerIds)),
      countColumn(sums.flatMap(({ eventCounts }) => eventCounts)),
      decimalColumn(sums.flatMap(({ quantities }) => quantities)),
      countColumn(sums.map(({ customerIds }) => customerIds.length)),
    ],
    'usage.insert_sums',
  );
}

/** So many rows are added up at once: some hundred kilobytes. */
const AT_ONCE = 2_000;
/** What is added to a figure of an hour within this time is added to it once. */
const REST_MS = 1_000;

/**
 * Adds sums that wait to the figures of their hours. Who does it holds all figures that it adds to, and none is held by two:
 * a transaction that works figures out anew must have seen to it first that nothing of these waits (`separateSums`).
 */
export function usageSumsSource(transactor: Transactor): DueSource {
  return {
    name: 'usage-sums',
    restMs: REST_MS,
    givesWay: true,
    mostAtOnce: AT_ONCE,
    async tenantsDue(sql) {
      const rows = await sql.rows<{ tenantId: number }>(
        'select distinct tenant_id as "tenantId" from usage_sums',
      );
      return rows.map(({ tenantId }) => tenantId);
    },
    // Nobody reads another figure for it, so no moment of a clock that is moved is the moment for it.
    nextDueAt: async () => null,
    // What is behind is added up without a rest: whoever reads passes all that waits.
    async run(tenantId, limit, goesOn = always) {
      let done = 0;
      for (let more = limit; more === limit && goesOn(); done += more)
        more = await addSumsOf(transactor, tenantId, limit);
      return done;
    },
  };
}

/** In a transaction of its own, unless somebody does so already. Who reads figures of many is quicker afterwards. */
export async function addSumsOf(transactor: Transactor, tenantId: number, limit = AT_ONCE): Promise<number> {
  const added = transactor.command({ tenantId, actor: ACTOR, requestId: null }, async (ctx) => {
    // Others wait for the figures that it holds already; a figure that somebody holds for long can be added to later.
    await ctx.sql.run(`set local lock_timeout = '${MAX_WAIT_MS}ms'`);
    const row = await ctx.sql.row<{ isFree: boolean }>(
      'select pg_try_advisory_xact_lock($1, $2) as "isFree"',
      [SUMS_LOCK, ctx.tenant.id],
    );
    return row?.isFree === true ? addSome(ctx, limit) : 0;
  });
  return added.catch((error: unknown) => {
    if ((error as { code?: unknown } | null)?.code === LOCK_NOT_AVAILABLE) return 0;
    throw error;
  });
}

const MAX_WAIT_MS = 250;
const LOCK_NOT_AVAILABLE = '55P03';

const SUMS_LOCK = 7_240_123;

/** Hours of customers' meters whose figures are written anew. */
type Anew = { customerIds: readonly string[]; meterIds: readonly string[]; hours: readonly string[] };

/**
 * Nothing waits afterwards of customers whom the caller holds whole, and nobody else adds any up until the transaction ends.
 * What waited of them stands in the figures of their hours, but of hours that are written anew, and of somebody erased
 * (`null`). Figures of others are not touched: their writers would wait for the caller's end.
 */
export async function separateSums(
  ctx: CommandCtx,
  customerIds: readonly string[],
  anew: Anew | null,
): Promise<void> {
  await ctx.sql.rows('select pg_advisory_xact_lock($1, $2)', [SUMS_LOCK, ctx.tenant.id]);
  await ctx.sql.run(
    `with hit as (
       delete from usage_sums where tenant_id = $1 and customer_ids && $2::uuid[]
       returning id, meter_id, hour, customer_ids, event_counts, quantities),
     parts as materialized (
       select h.id, h.meter_id, h.hour, c.customer_id, c.event_count, c.quantity, c.place,
         c.customer_id = any ($2::uuid[]) as is_theirs
       from hit h cross join lateral unnest(h.customer_ids, h.event_counts, h.quantities) with ordinality
         as c (customer_id, event_count, quantity, place)),
     of_others as (
       insert into usage_sums (tenant_id, id, meter_id, hour, customer_ids, event_counts, quantities)
       select $1, id, meter_id, hour, array_agg(customer_id order by place), array_agg(event_count order by place),
         array_agg(quantity order by place)
       from parts where not is_theirs group by id, meter_id, hour)
     insert into usage_rollups as r (tenant_id, customer_id, meter_id, hour, event_count, quantity)
     select $1, p.customer_id, p.meter_id, p.hour, sum(p.event_count)::bigint, sum(p.quantity) from parts p
     where p.is_theirs and not $3::boolean and not exists (
       select from unnest($4::uuid[], $5::uuid[], $6::timestamptz[]) as a (customer_id, meter_id, hour)
       where a.customer_id = p.customer_id and a.meter_id = p.meter_id and a.hour = p.hour)
     group by p.customer_id, p.meter_id, p.hour order by p.customer_id, p.meter_id, p.hour
     on conflict (tenant_id, customer_id, meter_id, hour) do update
       set event_count = r.event_count + excluded.event_count, quantity = r.quantity + excluded.quantity`,
    [
      ctx.tenant.id,
      customerIds,
      anew === null,
      anew?.customerIds ?? [],
      anew?.meterIds ?? [],
      anew?.hours ?? [],
    ],
  );
}

/** Figures in the order of their keys, in which every writer locks them. */
async function addSome(ctx: CommandCtx, limit: number): Promise<number> {
  const row = await ctx.sql.row<{ count: bigint }>(
    `with first as materialized (select id from usage_sums where tenant_id = $1 order by id limit $2),
     taken as (
       delete from usage_sums s using first where s.tenant_id = $1 and s.id = first.id
       returning s.meter_id, s.hour, s.customer_ids, s.event_counts, s.quantities),
     summed as materialized (
       select c.customer_id, t.meter_id, t.hour, sum(c.event_count)::bigint as event_count, sum(c.quantity) as quantity
       from taken t cross join lateral unnest(t.customer_ids, t.event_counts, t.quantities)
         as c (customer_id, event_count, quantity)
       group by 1, 2, 3 order by 1, 2, 3),
     added as (
       insert into usage_rollups as r (tenant_id, customer_id, meter_id, hour, event_count, quantity)
       select $1, customer_id, meter_id, hour, event_count, quantity from summed
       on conflict (tenant_id, customer_id, meter_id, hour) do update
         set event_count = r.event_count + excluded.event_count, quantity = r.quantity + excluded.quantity)
     select count(*) as count from taken`,
    [ctx.tenant.id, limit],
    'usage.add_waiting_sums',
  );
  return Number(row?.count ?? 0n);
}
