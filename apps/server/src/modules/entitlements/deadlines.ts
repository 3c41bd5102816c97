import type { Instant } from '@billhook/core/time/instant';
import { timeColumn, uuidColumn } from '../../platform/columns.ts';
import type { CommandCtx } from '../../platform/context.ts';
import { iso, type Sql } from '../../platform/sql.ts';
import type { Reservation } from './reservations.ts';

/*
 * A deadline has the ids of reservations whose time is over together. One statement writes it for all that it makes
 * (`add-reservations.ts`); it stays until that time, whatever becomes of them, so that ending them changes no index.
 */

/** Sets a deadline for what is held until another time than before. At the former one it is found not to be over. */
export function setDeadlines(ctx: CommandCtx, all: readonly Reservation[]): Promise<number> {
  const held = all.filter((one) => one.held > 0n && one.onExpiry === 'release');
  if (held.length === 0) return Promise.resolve(0);
  return ctx.sql.run(
    `insert into usage_deadlines (tenant_id, id, expires_at, reservation_ids)
     select $1, gen_random_uuid(), r.expires_at, array_agg(r.id)
     from unnest($2::uuid[], $3::timestamptz[]) as r (id, expires_at) group by r.expires_at`,
    [ctx.tenant.id, uuidColumn(held.map(({ id }) => id)), timeColumn(held.map(({ expiresAt }) => expiresAt))],
    'deadlines.add',
  );
}

/** Tenants with deadlines that are over. As the work role. */
export async function tenantsWithExpired(sql: Sql, wallNow: Instant): Promise<number[]> {
  const rows = await sql.rows<{ tenantId: number }>(
    'select distinct tenant_id as "tenantId" from usage_deadlines where expires_at <= $1',
    [iso(wallNow)],
  );
  return rows.map(({ tenantId }) => tenantId);
}

/**
 * Takes deadlines that are over, of `limit` reservations or of the first deadline alone, and says of which reservations they
 * were. Those that another process is about to take are left to it.
 */
export async function takeExpired(ctx: CommandCtx, limit: number): Promise<string[]> {
  const rows = await ctx.sql.rows<{ id: string }>(
    `with over as (
       select id, expires_at, cardinality(reservation_ids) as size from usage_deadlines
       where tenant_id = $1 and expires_at <= $2 order by expires_at, id limit $3 for update skip locked),
     taken as (
       delete from usage_deadlines where tenant_id = $1 and id = any (array(
         select id from (
           select id, sum(size) over (order by expires_at, id) - size as before from over) o
         where before < $3)) returning reservation_ids)
     select distinct unnest(reservation_ids) as id from taken`,
    [ctx.tenant.id, iso(ctx.wallNow), limit],
  );
  return rows.map(({ id }) => id);
}
