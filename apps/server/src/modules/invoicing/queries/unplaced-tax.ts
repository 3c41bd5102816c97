import type { LedgerAccount } from '@billhook/core/ledger/accounts';
import { placedShares } from '@billhook/core/ledger/tax-by-place';
import type { Instant } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';
import { placedTaxes } from '../placed-taxes.ts';
import { DOCUMENTS } from './posted-documents.ts';
import type { StoredInvoice } from './read.ts';

type Booked = { id: string; minor: bigint; isBefore: boolean } & Pick<StoredInvoice, 'taxes' | 'authority'>;

const PAGE_ROWS = 2_000;
const NONE = '00000000-0000-0000-0000-000000000000';

/**
 * What was recorded until a moment on the one account of all tax, by the account on which its documents would book it: credits less debits.
 */
export async function unplacedTax(
  ctx: QueryCtx,
  currency: string,
  until: Instant,
): Promise<Map<LedgerAccount, bigint>> {
  const shares = new Map<LedgerAccount, bigint>();
  for (let after = NONE; ; ) {
    const rows = await ctx.sql.rows<Booked>(
      `select e.transaction_id as id, e.minor, coalesce(i.taxes, n.taxes, ri.taxes, '[]'::jsonb) as taxes,
         coalesce(i.authority, ri.authority, 'billhook') as authority, t.recorded_at <= $5 as "isBefore"
       from (
         select transaction_id, sum(case side when 'credit' then amount_minor else -amount_minor end)::bigint as minor
         from ledger_entries where tenant_id = $1 and account = 'tax' and currency = $2 and transaction_id > $3
         group by transaction_id order by transaction_id limit $4
       ) e join ledger_transactions t on t.tenant_id = $1 and t.id = e.transaction_id ${DOCUMENTS}
       order by e.transaction_id`,
      [ctx.tenant.id, currency, after, PAGE_ROWS, iso(until)],
    );
    for (const row of rows.filter(({ isBefore }) => isBefore))
      for (const [account, minor] of placedShares(row.minor, placedTaxes(row)))
        shares.set(account, (shares.get(account) ?? 0n) + minor);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE_ROWS) return shares;
    after = last.id;
  }
}
