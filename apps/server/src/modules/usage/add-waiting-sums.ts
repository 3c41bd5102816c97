import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx } from '../../platform/context.ts';
import { always, type DueSource } from '../../platform/due.ts';
import type { Transactor } from '../../platform/transaction.ts';
import { SUMS_LOCK } from './drop-waiting-sums.ts';

const ACTOR = { kind: 'system', id: 'usage-sums' } as const;

/** So many rows are added up at once: some hundred kilobytes. */
const AT_ONCE = 2_000;
/** What is added to a figure of an hour within this time is added to it once. */
const REST_MS = 1_000;

/** When sums of a tenant were last added up here, by whomever. */
const addedUp = new WeakMap<Transactor, Map<number, Instant>>();

function addedUpBy(transactor: Transactor): Map<number, Instant> {
  const known = addedUp.get(transactor) ?? new Map<number, Instant>();
  addedUp.set(transactor, known);
  return known;
}

/**
 * Adds sums that wait to the figures of their hours. Who does it holds all figures that it adds to, and none is held by two:
 * a transaction that works figures out anew must have seen to it first that nothing waits for these (`dropWaiting`).
 */
export function usageSumsSource(transactor: Transactor): DueSource {
  return {
    name: 'usage-sums',
    restMs: REST_MS,
    givesWay: true,
    mostAtOnce: AT_ONCE,
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ tenantId: number }>(
        'select distinct tenant_id as "tenantId" from usage_sums',
      );
      // Who looked at limits a moment ago has added them up for that.
      const lately = addedUpBy(transactor);
      return rows.flatMap(({ tenantId }) =>
        Math.abs(wallNow - (lately.get(tenantId) ?? 0)) < REST_MS ? [] : [tenantId],
      );
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
    if (row?.isFree !== true) return 0;
    const count = await addSome(ctx, limit);
    ctx.afterCommit(() => void addedUpBy(transactor).set(tenantId, ctx.wallNow));
    return count;
  });
  return added.catch((error: unknown) => {
    if ((error as { code?: unknown } | null)?.code === LOCK_NOT_AVAILABLE) return 0;
    throw error;
  });
}

const MAX_WAIT_MS = 250;
const LOCK_NOT_AVAILABLE = '55P03';

/** Adds up the first rows that wait, in the order of the keys of figures, in which every statement locks them. */
async function addSome(ctx: CommandCtx, limit: number): Promise<number> {
  const row = await ctx.sql.row<{ count: bigint }>(
    `with first as materialized (select id from usage_sums where tenant_id = $1 order by id limit $2),
     taken as (
       delete from usage_sums where tenant_id = $1 and id = any (array(select id from first))
       returning meter_id, hour, customer_ids, event_counts, quantities),
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
