import { addMs, MS_PER_DAY } from '@billhook/core/time/instant';
import { claimAged, oldestUntold } from '../modules/support/api.ts';
import type { Actor } from '../platform/context.ts';
import type { DueSource } from '../platform/due.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';

const ACTOR: Actor = { kind: 'system', id: 'aged-cases' };

/** How long money may be unreconciled before staff are told by mail. */
const AGE_MS = MS_PER_DAY;

/** Tells once of each case of the reconciliation that nobody closed within a day. */
export function agedCasesSource(deps: { transactor: Transactor }): DueSource {
  return {
    name: 'aged-cases',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        `select distinct c.tenant_id as id from cases c join tenants t on t.id = c.tenant_id
         where c.kind like 'reconciliation.%' and c.closed_at is null and c.told_at is null
           and c.opened_at <= coalesce(t.frozen_at, $1) - make_interval(secs => $2::double precision / 1000)`,
        [iso(wallNow), AGE_MS],
      );
      return rows.map(({ id }) => id);
    },
    async nextDueAt(ctx) {
      const oldest = await oldestUntold(ctx);
      return oldest === null ? null : addMs(oldest, AGE_MS);
    },
    run: (tenantId, limit) =>
      deps.transactor.command({ tenantId, actor: ACTOR, requestId: null }, async (ctx) => {
        const aged = await claimAged(ctx, addMs(ctx.now, -AGE_MS), limit);
        for (const { id, kind, customerId, detail } of aged)
          ctx.emit({
            type: 'case.aged',
            objectId: id,
            customerId: customerId ?? undefined,
            payload: { kind, detail },
          });
        return aged.length;
      }),
  };
}
