import type { Instant } from '@billhook/core/time/instant';
import { timeColumn, uuidColumn } from '../../platform/columns.ts';
import type { CommandCtx } from '../../platform/context.ts';
import { iso, type Sql } from '../../platform/sql.ts';
import type { Reservation } from './reservations.ts';

/*
 * A lease has the ids of reservations whose time is over together. One statement writes it for all that it makes
 * (`add-reservations.ts`); it stays until that time, whatever becomes of them, so that ending them changes no index.
 */

/** Leases anew what is held until another time than before. What was leased until then is not over when it ends. */
export function lease(ctx: CommandCtx, all: readonly Reservation[]): Promise<number> {
  const leased = all.filter(({ held, onExpiry }) => held > 0n && onExpiry === 'release');
  if (leased.length === 0) return Promise.resolve(0);
  return ctx.sql.run(
    `insert into usage_leases (tenant_id, id, expires_at, reservation_ids)
     select $1, gen_random_uuid(), r.expires_at, array_agg(r.id)
     from unnest($2::uuid[], $3::timestamptz[]) as r (id, expires_at) group by r.expires_at`,
    [
      ctx.tenant.id,
      uuidColumn(leased.map(({ id }) => id)),
      timeColumn(leased.map(({ expiresAt }) => expiresAt)),
    ],
    'leases.add',
  );
}

/** Tenants with leases that are over. As the work role. */
export async function tenantsWithExpired(sql: Sql, wallNow: Instant): Promise<number[]> {
  const rows = await sql.rows<{ tenantId: number }>(
    'select distinct tenant_id as "tenantId" from usage_leases where expires_at <= $1',
    [iso(wallNow)],
  );
  return rows.map(({ tenantId }) => tenantId);
}

/**
 * Takes leases that are over, of `limit` reservations or of the first lease alone, and says of which reservations they
 * were. Those that another process is about to take are left to it.
 */
export async function takeExpired(ctx: CommandCtx, limit: number): Promise<string[]> {
  const rows = await ctx.sql.rows<{ id: string }>(
    `with over as (
       select id, expires_at, cardinality(reservation_ids) as size from usage_leases
       where tenant_id = $1 and expires_at <= $2 order by expires_at, id limit $3 for update skip locked),
     taken as (
       delete from usage_leases l using (
         select id from (
           select id, sum(size) over (order by expires_at, id) - size as before from over) o
         where before < $3) o
       where l.tenant_id = $1 and l.id = o.id returning l.reservation_ids)
     select distinct unnest(reservation_ids) as id from taken`,
    [ctx.tenant.id, iso(ctx.wallNow), limit],
  );
  return rows.map(({ id }) => id);
}
