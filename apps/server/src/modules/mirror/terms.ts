import type { SubscriptionAtStripe } from '@billhook/core/mirror/subscription-at-stripe';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';

/** Keeps what Stripe says of a subscription that has no place among our own terms. */
export async function setTerms(
  ctx: CommandCtx,
  subscriptionId: string,
  { discounts, paused }: Pick<SubscriptionAtStripe, 'discounts' | 'paused'>,
): Promise<void> {
  const given = discounts.map(({ id, couponId, name, code, percent, amountMinor, startAt, endAt }) => ({
    id,
    coupon: couponId,
    name,
    code,
    percent,
    amount_minor: amountMinor === null ? null : `${amountMinor}`,
    starts_at: iso(startAt),
    ends_at: isoOrNull(endAt),
  }));
  await ctx.sql.run(
    `insert into stripe_terms as t (tenant_id, subscription_id, discounts, paused_behaviour, resumes_at, updated_at)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (tenant_id, subscription_id) do update set discounts = excluded.discounts,
       paused_behaviour = excluded.paused_behaviour, resumes_at = excluded.resumes_at, updated_at = excluded.updated_at
     where (t.discounts, t.paused_behaviour, t.resumes_at)
       is distinct from (excluded.discounts, excluded.paused_behaviour, excluded.resumes_at)`,
    [
      ctx.tenant.id,
      subscriptionId,
      JSON.stringify(given),
      paused?.behaviour ?? null,
      isoOrNull(paused?.resumesAt ?? null),
      iso(ctx.now),
    ],
  );
}

/** Stripe's ids of the subscriptions that have a discount of this coupon. */
export async function termsWithCoupon(ctx: QueryCtx, couponId: string): Promise<string[]> {
  const rows = await ctx.sql.rows<{ id: string }>(
    `select l.stripe_id as id from stripe_terms t
     join stripe_links l on l.tenant_id = t.tenant_id and l.kind = 'subscription' and l.object_id = t.subscription_id
     where t.tenant_id = $1 and t.discounts @> $2::jsonb order by l.stripe_id`,
    [ctx.tenant.id, JSON.stringify([{ coupon: couponId }])],
  );
  return rows.map(({ id }) => id);
}
