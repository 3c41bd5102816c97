import type { QueryCtx } from '../../../platform/context.ts';

/** The plans that each add-on is offered with; empty means all. */
export async function offeringsOf(
  ctx: QueryCtx,
  addOnIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (addOnIds.length === 0) return new Map();
  const rows = await ctx.sql.rows<{ id: string; plans: string[] }>(
    'select id, offered_with::text[] as plans from plans where tenant_id = $1 and id = any ($2::uuid[])',
    [ctx.tenant.id, addOnIds],
  );
  return new Map(rows.map(({ id, plans }) => [id, plans]));
}
