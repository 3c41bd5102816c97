import type { QueryCtx } from '../../../platform/context.ts';
import { listOperators, type OperatorRow, organizationOf } from '../repo.ts';
import type { Role } from '../roles.ts';

/** People of the tenant's organization who have one of these roles. */
export async function staffWith(ctx: QueryCtx, roles: readonly Role[]): Promise<OperatorRow[]> {
  const { id } = await organizationOf(ctx);
  return (await listOperators(ctx.sql, id)).filter(({ role }) => roles.includes(role));
}

/** The names of people who work for sellers, by id; one who is gone is missing. */
export async function operatorNames(
  ctx: QueryCtx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.sql.rows<{ id: string; name: string }>(
    'select id, name from auth."user" where id = any ($1::text[])',
    [[...new Set(ids)]],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}
