import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import { iso } from '../platform/sql.ts';

/** Purchases whose invoice does not stand any more as it did when they were looked at. */
const MOVED_PURCHASES = `credit_purchases p join invoices i on i.tenant_id = p.tenant_id and i.id = p.invoice_id
  where p.tenant_id = $1 and p.status = 'pending' and p.check_at > $2
    and (i.status <> 'open' or i.failure_count > p.seen_failures)`;

/** Subscriptions that do not stand any more as they did, of plans that ever granted anything. */
const MOVED_SUBSCRIPTIONS = `subscriptions s
  left join credit_allowance_due a on a.tenant_id = s.tenant_id and a.subscription_id = s.id
  where s.tenant_id = $1 and exists (select from credit_allowances where tenant_id = $1) and (a.next_at is null or a.next_at > $2) and case
    when a.subscription_id is null then s.status in ('trialing', 'active', 'past_due')
      and exists (select from credit_allowances c where c.tenant_id = s.tenant_id and c.plan_id = s.plan_id)
    else (a.seen_status, a.seen_plan_id) is distinct from (s.status, s.plan_id) end`;

/** Events reach listeners only once a moved clock has arrived, so while it moves what changed is found by looking. */
function isMoved(ctx: QueryCtx): boolean {
  return ctx.now !== ctx.wallNow;
}

/**
 * When credits have work next: a grant that ends, something to be looked at, or now where a moved clock has changed
 * what they follow. One statement, since a moved clock asks at each of its steps.
 */
export async function nextCreditWorkAt(ctx: QueryCtx): Promise<Instant | null> {
  const row = await ctx.sql.row<{ at: Instant | null }>(
    `select least(
       (select min(expires_at) from credit_grants where tenant_id = $1 and has_left),
       (select min(check_at) from credit_purchases where tenant_id = $1),
       (select min(shortfall_at) from credit_purchases where tenant_id = $1),
       (select min(check_at) from credit_reloads where tenant_id = $1),
       (select min(next_at) from credit_allowance_due where tenant_id = $1),
       case when $3 and (exists (select from ${MOVED_PURCHASES}) or exists (select from ${MOVED_SUBSCRIPTIONS}))
         then $2::timestamptz end) as at`,
    [ctx.tenant.id, iso(ctx.now), isMoved(ctx)],
  );
  return row?.at ?? null;
}

/** Marks what changed, so that it is looked at now. */
export async function markMoved(ctx: CommandCtx): Promise<void> {
  if (!isMoved(ctx)) return;
  const values = [ctx.tenant.id, iso(ctx.now)];
  await ctx.sql.run(
    `update credit_purchases set check_at = $2 where tenant_id = $1 and id in (select p.id from ${MOVED_PURCHASES})`,
    values,
  );
  await ctx.sql.run(
    `insert into credit_allowance_due (tenant_id, subscription_id, customer_id, next_at)
     select s.tenant_id, s.id, s.customer_id, $2 from ${MOVED_SUBSCRIPTIONS}
     on conflict (tenant_id, subscription_id) do update set next_at = excluded.next_at`,
    values,
  );
}

/** What a plan grants changes at an instant: every running subscription of it is looked at then. */
export async function markPlan(ctx: CommandCtx, planId: string, at: Instant): Promise<void> {
  await ctx.sql.run(
    `insert into credit_allowance_due (tenant_id, subscription_id, customer_id, next_at)
     select s.tenant_id, s.id, s.customer_id, $3::timestamptz from subscriptions s
     where s.tenant_id = $1 and s.plan_id = $2 and s.status in ('trialing', 'active', 'past_due')
     on conflict (tenant_id, subscription_id)
       do update set next_at = least(credit_allowance_due.next_at, excluded.next_at)`,
    [ctx.tenant.id, planId, iso(at)],
  );
}
