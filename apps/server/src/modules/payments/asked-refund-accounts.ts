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

/** By the id of the request; none of one that ran out, which waits to be erased. */
export async function askedAccounts(
  ctx: QueryCtx,
  approvalIds: readonly string[],
): Promise<ReadonlyMap<string, RefundAccount>> {
  const rows = await ctx.sql.rows<RefundAccount & { approvalId: string }>(
    `select k.approval_id as "approvalId", k.holder, k.iban from asked_refund_accounts k
     join approvals a on a.tenant_id = k.tenant_id and a.id = k.approval_id
     where k.tenant_id = $1 and k.approval_id = any ($2::uuid[]) and a.expires_at > $3`,
    [ctx.tenant.id, approvalIds, iso(ctx.wallNow)],
  );
  return new Map(rows.map(({ approvalId, holder, iban }) => [approvalId, { holder, iban }]));
}

/** Once the request is decided nobody needs it here: what was agreed to has it with its refund. */
export async function dropAskedAccount(ctx: CommandCtx, approvalId: string): Promise<void> {
  await ctx.sql.run('delete from asked_refund_accounts where tenant_id = $1 and approval_id = $2', [
    ctx.tenant.id,
    approvalId,
  ]);
}

/** Nobody can agree any more to what ran out, so nobody needs its account. Answers how many there were. */
export function dropRunOutAccounts(ctx: CommandCtx, limit: number): Promise<number> {
  return ctx.sql.run(
    `delete from asked_refund_accounts k using (
       select o.approval_id from asked_refund_accounts o
       join approvals a on a.tenant_id = o.tenant_id and a.id = o.approval_id
       where o.tenant_id = $1 and a.expires_at <= $2 limit $3
     ) gone where k.tenant_id = $1 and k.approval_id = gone.approval_id`,
    [ctx.tenant.id, iso(ctx.wallNow), limit],
  );
}
