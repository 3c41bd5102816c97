import { addMs, type Instant, MS_PER_DAY } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';

/** How long before its end a customer is reminded of a trial. A shorter trial needs no reminder. */
export const TRIAL_NOTICE_DAYS = 3;

const NOTICE_MS = TRIAL_NOTICE_DAYS * MS_PER_DAY;

// A trial that is going to be canceled at its end costs nothing, so nobody is reminded of it.
const WAITING = `status = 'trialing' and trial_announced_at is null
  and trial_end_at - started_at > make_interval(days => ${TRIAL_NOTICE_DAYS})
  and not jsonb_path_exists(schedule, '$[*] ? (@.kind == "cancel")')`;

/** Publishes `subscription.trial_ending` for trials that end within three days, once each. How many. */
export async function announceTrialEnds(ctx: CommandCtx, limit: number): Promise<number> {
  const rows = await ctx.sql.rows<{ id: string; customerId: string; endsAt: Instant }>(
    `with due as materialized (
       select id from subscriptions where tenant_id = $1 and ${WAITING} and trial_end_at <= $3
       order by trial_end_at, id limit $4 for update skip locked)
     update subscriptions s set trial_announced_at = $2
     where s.tenant_id = $1 and s.id = any (array(select id from due))
     returning s.id, s.customer_id as "customerId", s.trial_end_at as "endsAt"`,
    [ctx.tenant.id, iso(ctx.now), iso(addMs(ctx.now, NOTICE_MS)), limit],
  );
  ctx.emit(
    ...rows.map((row) => ({
      type: 'subscription.trial_ending',
      objectId: row.id,
      customerId: row.customerId,
      payload: { trial_end_at: iso(row.endsAt) },
    })),
  );
  return rows.length;
}

/** The next instant at which a customer is to be reminded. */
export async function nextTrialNoticeAt(ctx: QueryCtx): Promise<Instant | null> {
  const row = await ctx.sql.row<{ endsAt: Instant | null }>(
    `select min(trial_end_at) as "endsAt" from subscriptions where tenant_id = $1 and ${WAITING}`,
    [ctx.tenant.id],
  );
  return row?.endsAt == null ? null : addMs(row.endsAt, -NOTICE_MS);
}
