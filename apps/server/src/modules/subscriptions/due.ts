import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';

/** Where a claim of due subscriptions ended. */
export type DuePlace = { at: Instant; subscriptionId: string };

/** Customers who were locked, and of how many subscriptions. */
export type Claim = { customerIds: readonly string[]; subscriptions: number; place: DuePlace | null };

/**
 * Locks the next customers with billing due, longest due first, and leaves those that another transaction holds to it. Nobody
 * else's row is waited for, so the order of the locks does not matter.
 */
export async function claimDueCustomers(
  ctx: CommandCtx,
  { after, most, skip }: { after: DuePlace | null; most: number; skip: readonly string[] },
  waiting: 'skip locked' | '' = 'skip locked',
): Promise<Claim> {
  const row = await ctx.sql.row<DuePlace & { customerIds: string[]; subscriptions: number }>(
    // One row for all: each that is read costs the program more than its lock costs the database.
    `with claimed as materialized (
       select s.customer_id, s.next_bill_at, s.id from subscriptions s
       join customers c on c.tenant_id = s.tenant_id and c.id = s.customer_id
       where s.tenant_id = $1 and s.next_bill_at <= $2 and (s.next_bill_at, s.id) > ($3::timestamptz, $4::uuid)
         and c.parked_at is null and s.customer_id <> all ($6::uuid[])
       order by s.next_bill_at, s.id limit $5 for update of c ${waiting}
     )
     select d."customerIds", d.subscriptions, l.next_bill_at as at, l.id as "subscriptionId"
     from (
       select json_agg(distinct c.customer_id order by c.customer_id) as "customerIds", count(*)::integer as subscriptions
       from claimed c
     ) d cross join lateral (
       select c.next_bill_at, c.id from claimed c order by c.next_bill_at desc, c.id desc limit 1
     ) l`,
    [
      ctx.tenant.id,
      iso(ctx.now),
      after === null ? '-infinity' : iso(after.at),
      after?.subscriptionId ?? LEAST_ID,
      most,
      skip,
    ],
  );
  if (row === undefined) return { customerIds: [], subscriptions: 0, place: null };
  const { customerIds, subscriptions, at, subscriptionId } = row;
  // In the order of ids, so that the same run gives the same numbers.
  return { customerIds, subscriptions, place: { at, subscriptionId } };
}

const LEAST_ID = '00000000-0000-0000-0000-000000000000';

/** How many customers have billing due up to a moment and are not on hold. */
export async function countDue(ctx: QueryCtx, now: Instant): Promise<number> {
  const row = await ctx.sql.row<{ count: bigint }>(
    `select count(distinct s.customer_id) as count from subscriptions s
     join customers c on c.tenant_id = s.tenant_id and c.id = s.customer_id
     where s.tenant_id = $1 and s.next_bill_at <= $2 and c.parked_at is null`,
    [ctx.tenant.id, iso(now)],
  );
  return Number(row?.count ?? 0n);
}

/** When the next subscription becomes due; null if none ever does. */
export async function nextDueAt(ctx: QueryCtx): Promise<Instant | null> {
  const row = await ctx.sql.row<{ at: Instant | null }>(
    `select min(s.next_bill_at) as at from subscriptions s
     join customers c on c.tenant_id = s.tenant_id and c.id = s.customer_id
     where s.tenant_id = $1 and s.next_bill_at is not null and c.parked_at is null`,
    [ctx.tenant.id],
  );
  return row?.at ?? null;
}
