import { uuidV7FromParts } from '@billhook/core/kernel/typeid';
import { addMs, type Instant, MS_PER_DAY, MS_PER_MINUTE } from '@billhook/core/time/instant';
import { releaseReservations } from '../modules/entitlements/api.ts';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import type { DueSource } from '../platform/due.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';

const ACTOR = { kind: 'system', id: 'unit-upkeep' } as const;
/** As long as every key of a caller: asked again under it within this time, the same reservation is answered. */
const KEPT_MS = 30 * MS_PER_DAY;
/** Nobody waits for it, so it is looked for now and then. */
const LOOKS_EVERY_MS = MS_PER_MINUTE;

/**
 * Removes what can be worked out again or is of no use to anyone any more: reservations that hold nothing, or whose window
 * is over, thirty days after their time; and counters of windows that are over and that hold nothing.
 */
export function unitUpkeepSource(transactor: Transactor): DueSource {
  let looksAgainAt = Number.NEGATIVE_INFINITY;
  const restsUntil = new Map<number, number>();
  return {
    name: 'unit-upkeep',
    async tenantsDue(sql, wallNow) {
      if (wallNow < looksAgainAt) return [];
      const rows = await sql.rows<{ id: number }>(
        `select t.id from tenants t
         where exists (
           select 1 from usage_counters c
           where c.tenant_id = t.id and c.window_end < coalesce(t.frozen_at, $1) and ${HAS_END} and c.held = 0)
         or exists (
           select 1 from usage_reservations r
           where r.tenant_id = t.id and r.id < $3 and r.expires_at < $2
             and (r.held = 0 or r.window_end < coalesce(t.frozen_at, $1)
               or exists (select 1 from credit_holds h where h.tenant_id = r.tenant_id and h.reservation_id = r.id)))`,
        [iso(wallNow), iso(endedBefore(wallNow)), firstIdAt(endedBefore(wallNow))],
      );
      if (rows.length === 0) looksAgainAt = wallNow + LOOKS_EVERY_MS;
      return rows.map(({ id }) => id);
    },
    nextDueAt: async () => null,
    async run(tenantId, limit) {
      const wallNow = transactor.wallNow();
      // A clock that is moved through a year asks at every instant of it.
      if (wallNow < (restsUntil.get(tenantId) ?? wallNow)) return 0;
      const request = { tenantId, actor: ACTOR, requestId: null };
      const forgotten = await transactor.query(request, (ctx) => forgottenHolds(ctx, limit));
      await releaseReservations(transactor, request, forgotten);
      const removed = await transactor.command(
        request,
        async (ctx) => (await removeEnded(ctx, limit)) + (await removeOver(ctx, limit)),
      );
      if (removed === 0) restsUntil.set(tenantId, wallNow + LOOKS_EVERY_MS);
      return removed;
    },
  };
}

/** True of all counters. The index of those that are over has this condition, so that nobody else takes it for the key. */
const HAS_END = `c.window_end < 'infinity'`;

const endedBefore = (wallNow: Instant) => addMs(wallNow, -KEPT_MS);

/** Ids begin with the moment at which they were made, and a reservation lives at least as long as its time. */
const firstIdAt = (moment: Instant) => uuidV7FromParts(moment, new Uint8Array(10));

/** Credits that nobody settled for thirty days after the time of their reservation go back. */
async function forgottenHolds(ctx: QueryCtx, limit: number): Promise<string[]> {
  const before = endedBefore(ctx.wallNow);
  const rows = await ctx.sql.rows<{ id: string }>(
    `select distinct r.id from credit_holds h
     join usage_reservations r on r.tenant_id = h.tenant_id and r.id = h.reservation_id
     where h.tenant_id = $1 and r.expires_at < $2 order by r.id limit $3`,
    [ctx.tenant.id, iso(before), limit],
  );
  return rows.map(({ id }) => id);
}

/** Whoever works with a reservation has it locked; it is left for the next time. */
async function removeEnded(ctx: CommandCtx, limit: number): Promise<number> {
  const before = endedBefore(ctx.wallNow);
  return ctx.sql.run(
    `delete from usage_reservations where tenant_id = $1 and id = any (array(
       select id from usage_reservations
       where tenant_id = $1 and id < $3 and expires_at < $2 and (held = 0 or window_end < $4)
         and not exists (select 1 from credit_holds h where h.tenant_id = $1 and h.reservation_id = usage_reservations.id)
       order by id limit $5 for update skip locked))`,
    [ctx.tenant.id, iso(before), firstIdAt(before), iso(ctx.now), limit],
  );
}

/**
 * Counters are locked first, and looked at again then: who took units meanwhile may hold some. One that is
 * asked for again is made again from usage.
 */
async function removeOver(ctx: CommandCtx, limit: number): Promise<number> {
  const locked = await ctx.sql.rows<Record<'customer' | 'meter', string> & Record<'start' | 'end', number>>(
    `select c.customer_id as customer, c.meter_id as meter, c.window_start as start, c.window_end as "end"
     from usage_counters c
     where c.tenant_id = $1 and c.window_end < $2 and ${HAS_END} and c.held = 0
     order by c.customer_id, c.meter_id, c.window_start, c.window_end limit $3 for update skip locked`,
    [ctx.tenant.id, iso(ctx.now), limit],
  );
  if (locked.length === 0) return 0;
  return ctx.sql.run(
    `delete from usage_counters c
     using unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[]) as k (customer, meter, starts, ends)
     where c.tenant_id = $1 and c.customer_id = k.customer and c.meter_id = k.meter and c.window_start = k.starts
       and c.window_end = k.ends and c.held = 0`,
    [
      ctx.tenant.id,
      locked.map(({ customer }) => customer),
      locked.map(({ meter }) => meter),
      locked.map(({ start }) => iso(start)),
      locked.map(({ end }) => iso(end)),
    ],
  );
}
