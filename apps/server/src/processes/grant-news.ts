import { nextGrantNewsAt, tellGrants } from '../modules/entitlements/api.ts';
import type { Actor } from '../platform/context.ts';
import type { DueSource } from '../platform/due.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';

const ACTOR: Actor = { kind: 'system', id: 'grant-news' };

/** Tells that rights which were given for a time began or ended. */
export function grantNewsSource(transactor: Transactor): DueSource {
  return {
    name: 'grant-news',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        `select distinct g.tenant_id as id from entitlement_grants g join tenants t on t.id = g.tenant_id
         where g.next_news_at <= coalesce(t.frozen_at, $1)`,
        [iso(wallNow)],
      );
      return rows.map((row) => row.id);
    },
    nextDueAt: nextGrantNewsAt,
    run: (tenantId, limit) =>
      transactor.command({ tenantId, actor: ACTOR, requestId: null }, (ctx) => tellGrants(ctx, limit)),
  };
}
