import { addMs, type Instant } from '@billhook/core/time/instant';
import { nextGrantNewsAt, tellGrants } from '../modules/entitlements/api.ts';
import type { Actor } from '../platform/context.ts';
import type { DueSource } from '../platform/due.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';

const ACTOR: Actor = { kind: 'system', id: 'grant-news' };
/** Longer than the worker sleeps, so that each instant is seen before it comes. */
const LOOK_AHEAD_MS = 2_000;
const NAME = 'grant-news';

/**
 * Tells that rights which were given for a time began or ended. It looks a little ahead and has itself woken at the very
 * instant, so that whoever keeps copies of rights hears of it within milliseconds.
 */
export function grantNewsSource(transactor: Transactor, wake: (source: string) => void): DueSource {
  let timer: NodeJS.Timeout | undefined;
  return {
    name: NAME,
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number; at: Instant; isFrozen: boolean }>(
        `select t.id, n.at, t.frozen_at is not null as "isFrozen"
         from tenants t cross join lateral (
           select min(g.next_news_at) as at from entitlement_grants g where g.tenant_id = t.id) n
         where n.at <= coalesce(t.frozen_at, $1)`,
        [iso(addMs(wallNow, LOOK_AHEAD_MS))],
      );
      const ahead = rows.filter(({ at, isFrozen }) => !isFrozen && at > wallNow);
      clearTimeout(timer);
      if (ahead.length > 0)
        timer = setTimeout(() => wake(NAME), Math.min(...ahead.map(({ at }) => at)) - wallNow).unref();
      return rows.filter((row) => !ahead.includes(row)).map(({ id }) => id);
    },
    nextDueAt: nextGrantNewsAt,
    run: (tenantId, limit) =>
      transactor.command({ tenantId, actor: ACTOR, requestId: null }, (ctx) => tellGrants(ctx, limit)),
  };
}
