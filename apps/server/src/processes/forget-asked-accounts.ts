import { dropRunOutAccounts } from '../modules/payments/api.ts';
import type { Actor } from '../platform/context.ts';
import type { DueSource } from '../platform/due.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';

const ACTOR: Actor = { kind: 'system', id: 'asked-accounts' };

/** Erases the accounts of refunds whose request ran out before somebody decided. Requests run out in real time. */
export function askedAccountsSource(deps: { transactor: Transactor }): DueSource {
  return {
    name: 'asked-accounts',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        `select distinct k.tenant_id as id from asked_refund_accounts k
         join approvals a on a.tenant_id = k.tenant_id and a.id = k.approval_id where a.expires_at <= $1`,
        [iso(wallNow)],
      );
      return rows.map(({ id }) => id);
    },
    nextDueAt: async () => null,
    run: (tenantId, limit) =>
      deps.transactor.command({ tenantId, actor: ACTOR, requestId: null }, (ctx) =>
        dropRunOutAccounts(ctx, limit),
      ),
  };
}
