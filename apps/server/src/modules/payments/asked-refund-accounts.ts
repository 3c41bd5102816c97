import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import { checkedAccount, type RefundAccount } from './refund-accounts.ts';

/** Keeps where a refund is to be transferred that waits for a second person. Refuses with `request.invalid`. */
export async function keepAskedAccount(
  ctx: CommandCtx,
  approval: { id: string; customerId: string },
  account: RefundAccount,
): Promise<void> {
  const { holder, iban } = checkedAccount(account, '/to');
  await ctx.sql.run(
    `insert into asked_refund_accounts (tenant_id, approval_id, customer_id, holder, iban, given_at)
     values ($1, $2, $3, $4, $5, $6)`,
    [ctx.tenant.id, approval.id, approval.customerId, holder, iban, iso(ctx.now)],
  );
}

/** By the id of the request. */
export async function askedAccounts(
  ctx: QueryCtx,
  approvalIds: readonly string[],
): Promise<ReadonlyMap<string, RefundAccount>> {
  const rows = await ctx.sql.rows<RefundAccount & { approvalId: string }>(
    `select approval_id as "approvalId", holder, iban from asked_refund_accounts
     where tenant_id = $1 and approval_id = any ($2::uuid[])`,
    [ctx.tenant.id, approvalIds],
  );
  return new Map(rows.map(({ approvalId, holder, iban }) => [approvalId, { holder, iban }]));
}

/** Requests beside which an account is kept. */
export async function requestsWithAccount(ctx: QueryCtx): Promise<string[]> {
  const rows = await ctx.sql.rows<{ id: string }>(
    'select approval_id as id from asked_refund_accounts where tenant_id = $1',
    [ctx.tenant.id],
  );
  return rows.map(({ id }) => id);
}

/** Once the request is decided, or has run out, nobody needs it here: what was agreed to has it with its refund. */
export async function dropAskedAccount(ctx: CommandCtx, approvalId: string): Promise<void> {
  await ctx.sql.run('delete from asked_refund_accounts where tenant_id = $1 and approval_id = $2', [
    ctx.tenant.id,
    approvalId,
  ]);
}
