import type { QueryCtx } from '../../../platform/context.ts';
import { listOperators, type OperatorRow, organizationOf } from '../repo.ts';
import type { Role } from '../roles.ts';

/** People of the tenant's organization who have one of these roles. */
export async function staffWith(ctx: QueryCtx, roles: readonly Role[]): Promise<OperatorRow[]> {
  const { id } = await organizationOf(ctx);
  return (await listOperators(ctx.sql, id)).filter(({ role }) => roles.includes(role));
}
