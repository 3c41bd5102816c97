import { announceTrialEnds, nextTrialNoticeAt, TRIAL_NOTICE_DAYS } from '../modules/subscriptions/api.ts';
import type { Actor } from '../platform/context.ts';
import type { DueSource } from '../platform/due.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';

const ACTOR: Actor = { kind: 'system', id: 'trial-notices' };

/** Reminds customers of the end of their trial, so that the first charge is no surprise. */
export function trialNoticesSource(deps: { transactor: Transactor }): DueSource {
  return {
    name: 'trial-notices',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        `select distinct s.tenant_id as id from subscriptions s join tenants t on t.id = s.tenant_id
         where s.status = 'trialing' and s.trial_announced_at is null
           and s.trial_end_at <= coalesce(t.frozen_at, $1) + make_interval(days => $2)`,
        [iso(wallNow), TRIAL_NOTICE_DAYS],
      );
      return rows.map((row) => row.id);
    },
    nextDueAt: nextTrialNoticeAt,
    run: (tenantId, limit) =>
      deps.transactor.command({ tenantId, actor: ACTOR, requestId: null }, (ctx) =>
        announceTrialEnds(ctx, limit),
      ),
  };
}
