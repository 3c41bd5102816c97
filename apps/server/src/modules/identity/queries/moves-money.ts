import { MONEY_STAFF } from '@billhook/contract/scopes';
import { decodeTypeId } from '@billhook/core/kernel/typeid';
import type { QueryCtx } from '../../../platform/context.ts';
import { findOperatorRights } from '../repo.ts';

/** Whether who asks may move money, and so may see the accounts that it goes to: people by their role, keys by their scope. */
export async function movesMoney(ctx: QueryCtx): Promise<boolean> {
  const { kind, id } = ctx.actor;
  if (kind === 'operator') {
    const rights = await findOperatorRights(ctx.sql, id);
    const own = rights.find(({ tenantId }) => tenantId === ctx.tenant.id);
    return own !== undefined && (MONEY_STAFF as readonly string[]).includes(own.role);
  }
  if (kind !== 'api_key') return kind === 'system';
  const keyId = decodeTypeId('key', id);
  if (!keyId.ok) return false;
  const key = await ctx.sql.row<{ may: boolean }>(
    `select 'payments:write' = any (scopes) as may from api_keys where tenant_id = $1 and id = $2`,
    [ctx.tenant.id, keyId.value],
  );
  return key?.may === true;
}
