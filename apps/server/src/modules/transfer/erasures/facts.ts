import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { type Hindrance, hindrancesOf, type IssuedIn, keptUntil } from '@billhook/core/privacy/erasure';
import type { QueryCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';
import { DECISIONS, type Topic } from './decisions.ts';
import { standingHold } from './holds.ts';
import { countRows, type Whose } from './pieces.ts';
import { latestErasure } from './repo.ts';
import { readPrivacySettings } from './settings.ts';

/** Everything in the way of an erasure now. `own` is the erasure that asks, which does not hinder itself. */
export async function hindrancesNow(
  ctx: QueryCtx,
  customerId: string,
  own: string | null,
): Promise<readonly Hindrance[]> {
  const row = await ctx.sql.row<
    Record<'subscriptions' | 'unbilled' | 'invoices' | 'money' | 'disputes', number>
  >(
    `select
       (select count(*)::int from subscriptions where tenant_id = $1 and customer_id = $2 and status <> 'canceled') as subscriptions,
       (select count(*)::int from subscriptions where tenant_id = $1 and customer_id = $2 and status = 'canceled'
          and next_bill_at is not null) as unbilled,
       (select count(*)::int from invoices where tenant_id = $1 and customer_id = $2 and status = 'open') as invoices,
       (select count(*)::int from payment_attempts where tenant_id = $1 and customer_id = $2
          and status in ('created', 'sending', 'requires_action', 'processing', 'unknown'))
       + (select count(*)::int from refunds r join payments p on p.tenant_id = r.tenant_id and p.id = r.payment_id
          where p.tenant_id = $1 and p.customer_id = $2 and r.status in ('pending', 'unknown'))
       + (select count(*)::int from checkouts where tenant_id = $1 and customer_id = $2
          and status in ('creating', 'open') and expires_at > $3) as money,
       (select count(*)::int from disputes where tenant_id = $1 and customer_id = $2 and closed_at is null) as disputes`,
    [ctx.tenant.id, customerId, iso(ctx.now)],
  );
  const latest = await latestErasure(ctx, customerId);
  const other = latest === undefined || latest.id === own ? undefined : latest.state;
  return hindrancesOf({
    isErased: other === 'done' || other === 'swept',
    isUnderWay: other === 'waiting' || other === 'queued' || other === 'running',
    isOnHold: (await standingHold(ctx, customerId)) !== undefined,
    subscriptions: row?.subscriptions ?? 0,
    unbilled: row?.unbilled ?? 0,
    openInvoices: row?.invoices ?? 0,
    moneyUnderWay: row?.money ?? 0,
    openDisputes: row?.disputes ?? 0,
  });
}

/** The last day on which the law has any document of the customer kept. */
export async function keptUntilOf(ctx: QueryCtx, customerId: string): Promise<string | null> {
  const { retention } = await readPrivacySettings(ctx);
  const issued = await ctx.sql.rows<IssuedIn>(
    `select distinct extract(year from d.issued_at at time zone $3)::int as year, $4::text as country from (
       select issued_at from invoices where tenant_id = $1 and customer_id = $2
       union all select issued_at from credit_notes where tenant_id = $1 and customer_id = $2
       union all select issued_at from receipts where tenant_id = $1 and customer_id = $2
       union all select issued_at from customer_documents where tenant_id = $1 and customer_id = $2) d`,
    [ctx.tenant.id, customerId, ctx.tenant.timeZone, sellerCountry(ctx)],
  );
  return keptUntil(issued, retention);
}

/** The country whose law says for how long. */
export const sellerCountry = ({ tenant: { settings } }: QueryCtx): string | null =>
  settings.taxRules?.country ?? settings.sellerIdentity?.country ?? null;

/**
 * What is known of a customer outside, by which messages are found that name it. An address or a person that another
 * customer has as well marks nothing: it would take out that one's messages.
 */
export async function whoseOf(ctx: QueryCtx, customerId: string, kept: readonly string[]): Promise<Whose> {
  const typeId = encodeTypeId('cus', customerId);
  const rows = await ctx.sql.rows<{ mark: string }>(
    `with known as (
       select id as customer_id, '"' || email || '"' as mark from customers where tenant_id = $1 and email is not null
       union select customer_id, user_id from members where tenant_id = $1
       union select customer_id, '"' || email || '"' from member_invitations where tenant_id = $1
       union select m.customer_id, '"' || u.email || '"' from members m
         join member_user u on u.tenant_id = m.tenant_id and u.id = m.user_id where m.tenant_id = $1)
     select mark from known where customer_id = $2
       and not exists (select from known other where other.mark = known.mark and other.customer_id <> $2)
     union select provider_customer_id from provider_customers where tenant_id = $1 and customer_id = $2`,
    [ctx.tenant.id, customerId],
  );
  const marks = new Set([...kept, typeId, customerId, ...rows.map(({ mark }) => mark)]);
  return { customerId, typeId, marks: [...marks] };
}

export type TopicCount = { topic: Topic; rows: number; reason: string | null };

/** What would go and what would stay, by topic, as it stands now. */
export async function countTopics(ctx: QueryCtx, whose: Whose) {
  const goes = new Map<Topic, TopicCount>();
  const stays = new Map<string, TopicCount>();
  for (const [table, decision] of Object.entries(DECISIONS)) {
    const rows = await countRows(ctx, table, whose);
    if (rows === 0) continue;
    const { topic } = decision;
    const reason = decision.verdict === 'kept' ? decision.reason : null;
    const [into, key] = reason === null ? [goes, topic] : [stays, `${topic} ${reason}`];
    const known = into.get(key as Topic);
    into.set(key as Topic, { topic, reason, rows: rows + (known?.rows ?? 0) });
  }
  return { goes: [...goes.values()], stays: [...stays.values()] };
}
