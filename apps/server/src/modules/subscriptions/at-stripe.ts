import { doesServiceRest, type PausedCollection } from '@billhook/core/mirror/subscription-at-stripe';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import type { Instant } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../platform/context.ts';
import { isoOrNull } from '../../platform/sql.ts';

type StoredDiscount = {
  name: string;
  code: string | null;
  percent: string | null;
  amount_minor: string | null;
  starts_at: string;
  ends_at: string | null;
};

/** What stands at Stripe for a subscription that it computes. */
export type AtStripe = {
  id: string;
  stripeId: string;
  discounts: StoredDiscount[];
  behaviour: PausedCollection['behaviour'] | null;
  resumesAt: Instant | null;
};

/** Of those that Stripe computes, by id. */
export async function atStripe(
  ctx: QueryCtx,
  subscriptions: readonly Subscription[],
): Promise<ReadonlyMap<string, AtStripe>> {
  const ids = subscriptions.flatMap(({ id, billingAuthority }) =>
    billingAuthority === 'stripe' ? [id] : [],
  );
  if (ids.length === 0) return new Map();
  const rows = await ctx.sql.rows<AtStripe>(
    `select l.object_id as id, l.stripe_id as "stripeId", coalesce(t.discounts, '[]'::jsonb) as discounts,
       t.paused_behaviour as behaviour, t.resumes_at as "resumesAt"
     from stripe_links l left join stripe_terms t on t.tenant_id = l.tenant_id and t.subscription_id = l.object_id
     where l.tenant_id = $1 and l.kind = 'subscription' and l.object_id = any ($2::uuid[])`,
    [ctx.tenant.id, ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Stripe takes a discount off when it ends; until its word comes, its end is enough. */
export function presentTerms(terms: AtStripe | undefined, now: Instant) {
  if (terms === undefined) return null;
  const { behaviour, resumesAt } = terms;
  const discounts = terms.discounts.filter(({ ends_at: end }) => end === null || Date.parse(end) > now);
  return {
    discounts: discounts.map(({ name, code, percent, amount_minor, starts_at, ends_at }) => ({
      name,
      code,
      percent,
      amount: amount_minor,
      starts_at,
      ends_at,
    })),
    collection_paused:
      behaviour === null
        ? null
        : {
            invoices: behaviour,
            service_rests: doesServiceRest({ behaviour, resumesAt }),
            resumes_at: isoOrNull(resumesAt),
          },
  };
}
