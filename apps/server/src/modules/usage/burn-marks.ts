import { uuidColumn } from '../../platform/columns.ts';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';

/** Events of this source say what credits did not cover. They are priced, and never paid for in credits themselves. */
export const CREDITS_SOURCE = 'billhook:credits';

/** An event of a customer whose credits are to be looked at. */
export type BurnMark = { customerId: string; source: string; eventId: string };

/** Marks events in the transaction that changes what they count for, so that none is ever missed. */
export async function markBurns(ctx: CommandCtx, marks: readonly BurnMark[]): Promise<void> {
  const paid = marks.filter(({ source }) => source !== CREDITS_SOURCE);
  if (paid.length === 0) return;
  await ctx.sql.run(
    `insert into usage_burn_marks (tenant_id, customer_id, source, event_id, marked_at)
     select distinct $1::integer, m.customer_id, m.source, m.event_id, $2::timestamptz
     from unnest($3::uuid[], $4::text[], $5::text[]) as m (customer_id, source, event_id)
     order by m.customer_id, m.source, m.event_id
     on conflict (tenant_id, customer_id, source, event_id) do nothing`,
    [
      ctx.tenant.id,
      iso(ctx.wallNow),
      paid.map(({ customerId }) => customerId),
      paid.map(({ source }) => source),
      paid.map(({ eventId }) => eventId),
    ],
    'usage.mark_burns',
  );
}

/** Takes the marks of customers who are locked, up to so many; they are gone once the transaction commits. */
export function takeBurnMarks(
  ctx: CommandCtx,
  customerIds: readonly string[],
  limit: number,
): Promise<BurnMark[]> {
  if (customerIds.length === 0) return Promise.resolve([]);
  return ctx.sql.rows<BurnMark>(
    `with taken as materialized (
       select customer_id, source, event_id from usage_burn_marks
       where tenant_id = $1 and customer_id = any ($2::uuid[])
       order by customer_id, source, event_id limit $3)
     delete from usage_burn_marks m using taken t
     where m.tenant_id = $1 and m.customer_id = t.customer_id and m.source = t.source and m.event_id = t.event_id
     returning m.customer_id as "customerId", m.source, m.event_id as "eventId"`,
    [ctx.tenant.id, uuidColumn(customerIds), limit],
    'usage.take_burn_marks',
  );
}

/** Takes the marks of these events alone, for a caller who pays for them itself. */
export async function dropBurnMarks(ctx: CommandCtx, marks: readonly BurnMark[]): Promise<void> {
  if (marks.length === 0) return;
  await ctx.sql.run(
    `delete from usage_burn_marks m using unnest($2::uuid[], $3::text[], $4::text[]) as k (customer_id, source, event_id)
     where m.tenant_id = $1 and m.customer_id = k.customer_id and m.source = k.source and m.event_id = k.event_id`,
    [
      ctx.tenant.id,
      marks.map(({ customerId }) => customerId),
      marks.map(({ source }) => source),
      marks.map(({ eventId }) => eventId),
    ],
  );
}

/** Customers with events that are still to be paid for, the one that waits longest first. */
export async function customersToBurn(ctx: QueryCtx, limit: number): Promise<string[]> {
  const rows = await ctx.sql.rows<{ id: string }>(
    `select customer_id as id from usage_burn_marks where tenant_id = $1
     group by customer_id order by min(marked_at), customer_id limit $2`,
    [ctx.tenant.id, limit],
  );
  return rows.map(({ id }) => id);
}

export async function areBurnsWaiting(ctx: QueryCtx): Promise<boolean> {
  const row = await ctx.sql.row<{ waiting: boolean }>(
    'select exists (select from usage_burn_marks where tenant_id = $1) as waiting',
    [ctx.tenant.id],
  );
  return row?.waiting === true;
}

/** How many events of a customer are still to be paid for. */
export async function countBurnMarks(ctx: QueryCtx, customerId: string): Promise<number> {
  const row = await ctx.sql.row<{ count: number }>(
    `select count(*)::integer as count from usage_burn_marks where tenant_id = $1 and customer_id = $2`,
    [ctx.tenant.id, customerId],
  );
  return row?.count ?? 0;
}
