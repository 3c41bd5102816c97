import { parseIban } from '@billhook/core/banking/iban';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { refuse } from '../../platform/refuse.ts';
import { iso } from '../../platform/sql.ts';

/** Where a person transfers a refund to. */
export type RefundAccount = { holder: string; iban: string };

/**
 * Keeps where a refund is transferred to, in place of what was said before. Refuses with `request.invalid` where the IBAN
 * was mistyped.
 *
 * @param pointer where the account stands in the request
 */
export async function putRefundAccount(
  ctx: CommandCtx,
  refund: { id: string; customerId: string },
  account: RefundAccount,
  pointer = '',
): Promise<RefundAccount> {
  const { holder, iban } = checkedAccount(account, pointer);
  await ctx.sql.run(
    `insert into refund_accounts (tenant_id, refund_id, customer_id, holder, iban, given_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (tenant_id, refund_id) do update set holder = excluded.holder, iban = excluded.iban, given_at = excluded.given_at`,
    [ctx.tenant.id, refund.id, refund.customerId, holder, iban, iso(ctx.now)],
  );
  return { holder, iban };
}

/** The account with its IBAN as banks write it; refuses with `request.invalid` where that was mistyped. */
export function checkedAccount({ holder, iban }: RefundAccount, pointer: string): RefundAccount {
  const parsed = parseIban(iban);
  if (parsed.ok) return { holder, iban: parsed.value };
  return refuse('request.invalid', 'The account is not right.', {
    faults: [{ pointer: `${pointer}/iban`, code: 'invalid', detail: parsed.refusal.detail }],
  });
}

/** By the id of the refund. */
export async function refundAccounts(
  ctx: QueryCtx,
  refundIds: readonly string[],
): Promise<ReadonlyMap<string, RefundAccount>> {
  const rows = await ctx.sql.rows<RefundAccount & { refundId: string }>(
    `select refund_id as "refundId", holder, iban from refund_accounts
     where tenant_id = $1 and refund_id = any ($2::uuid[])`,
    [ctx.tenant.id, refundIds],
  );
  return new Map(rows.map(({ refundId, ...account }) => [refundId, account]));
}
