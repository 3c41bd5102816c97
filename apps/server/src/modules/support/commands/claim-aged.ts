import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';

export type AgedCase = { id: string; kind: string; customerId: string | null; detail: string };

/** Takes open cases of these kinds that nobody was told of since they were opened before `before`; each is taken once. */
export async function claimAged(ctx: CommandCtx, before: Instant, limit: number): Promise<AgedCase[]> {
  return ctx.sql.rows<AgedCase>(
    `update cases set told_at = $3 where tenant_id = $1 and id in (
       select id from cases where tenant_id = $1 and kind like 'reconciliation.%' and closed_at is null
         and told_at is null and opened_at <= $2 order by opened_at, id limit $4)
     returning id, kind, customer_id as "customerId", detail`,
    [ctx.tenant.id, iso(before), iso(ctx.now), limit],
  );
}

/** When the oldest case that nobody was told of was opened. */
export async function oldestUntold(ctx: QueryCtx): Promise<Instant | null> {
  const row = await ctx.sql.row<{ at: Instant | null }>(
    `select min(opened_at) as at from cases where tenant_id = $1 and kind like 'reconciliation.%'
       and closed_at is null and told_at is null`,
    [ctx.tenant.id],
  );
  return row?.at ?? null;
}
