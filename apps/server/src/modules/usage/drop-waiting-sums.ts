import type { CommandCtx } from '../../platform/context.ts';

/** Beside the tenant, the advisory lock of whoever adds up or drops what waits. */
export const SUMS_LOCK = 7_240_123;

/** Hours of customers' meters whose figures are written anew, in three lists of equal length. */
type Anew = { customerIds: readonly string[]; meterIds: readonly string[]; hours: readonly string[] };

/**
 * Nothing waits afterwards for these hours, and nobody adds anything up until the transaction ends: their figures are worked
 * out anew from the events. The customers must be under the caller's whole lock. What waits for others, and for other hours,
 * goes on waiting: to add it up here would hold its figures until the caller's end.
 */
export function dropWaiting(ctx: CommandCtx, { customerIds, meterIds, hours }: Anew): Promise<void> {
  return dropFrom(ctx, {
    whose: customerIds,
    rows: '(meter_id, hour) in (select * from unnest($3::uuid[], $4::timestamptz[]))',
    goes: `(c.customer_id, h.meter_id, h.hour) in (select * from unnest($2::uuid[], $3::uuid[], $4::timestamptz[]))`,
    values: [meterIds, hours],
  });
}

/** Nothing waits afterwards of a customer whose figures are erased. */
export function dropWaitingOf(ctx: CommandCtx, customerId: string): Promise<void> {
  return dropFrom(ctx, {
    whose: [customerId],
    rows: 'true',
    goes: 'c.customer_id = any ($2::uuid[])',
    values: [],
  });
}

async function dropFrom(
  ctx: CommandCtx,
  { whose, rows, goes, values }: { whose: readonly string[]; rows: string; goes: string; values: unknown[] },
): Promise<void> {
  await ctx.sql.rows('select pg_advisory_xact_lock($1, $2)', [SUMS_LOCK, ctx.tenant.id]);
  await ctx.sql.run(
    `with hit as (
       delete from usage_sums where tenant_id = $1 and customer_ids && $2::uuid[] and ${rows}
       returning id, meter_id, hour, customer_ids, event_counts, quantities)
     insert into usage_sums (tenant_id, id, meter_id, hour, customer_ids, event_counts, quantities)
     select $1, h.id, h.meter_id, h.hour, array_agg(c.customer_id order by c.place),
       array_agg(c.event_count order by c.place), array_agg(c.quantity order by c.place)
     from hit h cross join lateral unnest(h.customer_ids, h.event_counts, h.quantities) with ordinality
       as c (customer_id, event_count, quantity, place)
     where not (${goes})
     group by h.id, h.meter_id, h.hour`,
    [ctx.tenant.id, whose, ...values],
  );
}
