import type { Instant } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../platform/context.ts';

/** What one transaction moved on one account. */
export type MovedRow = {
  id: string;
  posting: string;
  sourceKind: string;
  sourceId: string;
  occurredAt: Instant;
  debitMinor: bigint;
  creditMinor: bigint;
};

type One = { account: string; currency: string };

/** Transactions that moved an account, newest first: their ids are in the order of time. */
export function listMoved(
  ctx: QueryCtx,
  filter: One & { limit: number; after: string | null },
): Promise<MovedRow[]> {
  return ctx.sql.rows<MovedRow>(
    `select t.id, t.posting, t.source_kind as "sourceKind", t.source_id as "sourceId", t.occurred_at as "occurredAt",
       e.debit as "debitMinor", e.credit as "creditMinor"
     from (
       select transaction_id, coalesce(sum(amount_minor) filter (where side = 'debit'), 0)::bigint as debit,
         coalesce(sum(amount_minor) filter (where side = 'credit'), 0)::bigint as credit
       from ledger_entries where tenant_id = $1 and account = $2 and currency = $3 and ($4::uuid is null or transaction_id < $4)
       group by transaction_id order by transaction_id desc limit $5
     ) e join ledger_transactions t on t.tenant_id = $1 and t.id = e.transaction_id order by t.id desc`,
    [ctx.tenant.id, filter.account, filter.currency, filter.after, filter.limit],
  );
}

/** Debits less credits of all that was posted to an account before a transaction. */
export async function balanceBefore(ctx: QueryCtx, one: One, transactionId: string): Promise<bigint> {
  const row = await ctx.sql.row<{ balanceMinor: bigint }>(
    `select coalesce(sum(case side when 'debit' then amount_minor else -amount_minor end), 0)::bigint as "balanceMinor"
     from ledger_entries where tenant_id = $1 and account = $2 and currency = $3 and transaction_id < $4`,
    [ctx.tenant.id, one.account, one.currency, transactionId],
  );
  return row?.balanceMinor ?? 0n;
}
