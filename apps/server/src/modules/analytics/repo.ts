import type { Instant } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../platform/context.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';

/** Read views over the tables of lower modules. Nothing is written here. */
export type Cash = { paidMinor: bigint; refundedMinor: bigint };

/** Money that came in and went back in each stretch of time. */
export async function cashBetween(
  ctx: QueryCtx,
  currency: string,
  spans: readonly { start: Instant; end: Instant }[],
): Promise<Cash[]> {
  return ctx.sql.rows<Cash>(
    `select
       coalesce((select sum(p.amount_minor) from payments p where p.tenant_id = $1 and p.currency = $2 and p.reversed_at is null
         and p.succeeded_at >= s.start_at and p.succeeded_at < s.end_at), 0)::bigint as "paidMinor",
       coalesce((select sum(r.amount_minor) from refunds r where r.tenant_id = $1 and r.currency = $2
         and r.status in ('succeeded', 'returned') and r.finished_at >= s.start_at and r.finished_at < s.end_at), 0)::bigint
       -- What came back counts when it did; the month it was sent in stays what it was.
       - coalesce((select sum(r.amount_minor) from refunds r where r.tenant_id = $1 and r.currency = $2
         and r.returned_at >= s.start_at and r.returned_at < s.end_at), 0)::bigint as "refundedMinor"
     from unnest($3::timestamptz[], $4::timestamptz[]) with ordinality as s (start_at, end_at, position)
     order by s.position`,
    [ctx.tenant.id, currency, spans.map(({ start }) => iso(start)), spans.map(({ end }) => iso(end + 1))],
  );
}

export async function failedPaymentsSince(ctx: QueryCtx, currency: string, since: Instant): Promise<number> {
  const row = await ctx.sql.row<{ count: number }>(
    `select count(*)::integer as count from payment_attempts
     where tenant_id = $1 and currency = $2 and purpose = 'invoice' and status = 'failed' and finished_at >= $3`,
    [ctx.tenant.id, currency, iso(since)],
  );
  return row?.count ?? 0;
}

export async function openReceivable(ctx: QueryCtx, currency: string): Promise<bigint> {
  const row = await ctx.sql.row<{ sum: bigint }>(
    `select coalesce(sum(due_minor), 0)::bigint as sum from invoices
     where tenant_id = $1 and currency = $2 and status = 'open'`,
    [ctx.tenant.id, currency],
  );
  return row?.sum ?? 0n;
}

/** Currencies that customers have, the seller's own first. */
export async function currenciesInUse(ctx: QueryCtx): Promise<string[]> {
  const rows = await ctx.sql.rows<{ currency: string }>(
    `select currency from customers where tenant_id = $1
     union select currency from subscriptions where tenant_id = $1 order by currency`,
    [ctx.tenant.id],
  );
  const others = rows.map((row) => row.currency).filter((currency) => currency !== ctx.tenant.currency);
  return [ctx.tenant.currency, ...others];
}

export type FeedRow = {
  id: string;
  seq: bigint;
  type: string;
  object_id: string;
  customer_id: string | null;
  customer_name: string | null;
  payload: Record<string, unknown>;
  /** The total of the invoice or the amount of the payment that it is about. */
  amount_minor: bigint | null;
  currency: string | null;
  invoice_number: string | null;
  feature_name: string | null;
  plan_name: string | null;
  from_plan_name: string | null;
  occurred_at: Instant;
  recorded_at: Instant;
};

export type FeedFilter = {
  limit: number;
  /** The last event of the page before. */
  after: string | undefined;
  customerId: string | undefined;
  type: string | undefined;
  since: Instant | undefined;
};

/** Published facts, newest first, at most `limit + 1`, with the amount and the names a reader needs to know them by. */
export function feed(ctx: QueryCtx, filter: FeedFilter): Promise<FeedRow[]> {
  return ctx.sql.rows<FeedRow>(
    `with page as (
       select o.* from outbox o
       where o.tenant_id = $1 and ($2::uuid is null or o.customer_id = $2) and ($3::text is null or o.type = $3)
         and ($4::timestamptz is null or o.occurred_at >= $4)
         and ($5::uuid is null or (o.occurred_at, o.seq) <
           (select a.occurred_at, a.seq from outbox a where a.tenant_id = $1 and a.id = $5))
       order by o.occurred_at desc, o.seq desc limit $6)
     select o.id, o.seq, o.type, o.object_id, o.customer_id, c.name as customer_name, o.payload, o.occurred_at, o.recorded_at,
       coalesce(p.amount_minor, i.total_minor) as amount_minor, coalesce(p.currency, i.currency) as currency,
       i.number as invoice_number, f.name as feature_name, new_plan.name as plan_name, old_plan.name as from_plan_name
     from page o
       left join customers c on c.tenant_id = $1 and c.id = o.customer_id
       left join payment_attempts p on p.tenant_id = $1 and o.type like 'payment.%'
         and p.id = coalesce((o.payload ->> 'payment_id')::uuid, o.object_id)
       left join invoices i on i.tenant_id = $1
         and i.id = case when o.type like 'invoice.%' then o.object_id else coalesce(p.invoice_id, (o.payload ->> 'invoice_id')::uuid) end
       left join features f on f.tenant_id = $1 and f.id = (o.payload ->> 'feature_id')::uuid
       left join plans new_plan on new_plan.tenant_id = $1
         and new_plan.id = case when o.type like 'plan.%' then o.object_id else (o.payload ->> 'plan_id')::uuid end
       left join plans old_plan on old_plan.tenant_id = $1 and old_plan.id = (o.payload ->> 'from_plan_id')::uuid
     order by o.occurred_at desc, o.seq desc`,
    [
      ctx.tenant.id,
      filter.customerId ?? null,
      filter.type ?? null,
      isoOrNull(filter.since),
      filter.after ?? null,
      filter.limit + 1,
    ],
  );
}

export type CaseRow = {
  id: string;
  kind: string;
  customer_id: string | null;
  customer_name: string | null;
  subject_id: string | null;
  detail: string;
  facts: Record<string, unknown>;
  opened_at: Instant;
  closed_at: Instant | null;
};

const CASE = `select k.id, k.kind, k.customer_id, c.name as customer_name, k.subject_id, k.detail, k.facts, k.opened_at,
    k.closed_at
  from cases k left join customers c on c.tenant_id = k.tenant_id and c.id = k.customer_id`;

export function caseById(ctx: QueryCtx, id: string): Promise<CaseRow | undefined> {
  return ctx.sql.row<CaseRow>(`${CASE} where k.tenant_id = $1 and k.id = $2`, [ctx.tenant.id, id]);
}

/** Cases, newest first, at most `limit + 1`. */
export function cases(
  ctx: QueryCtx,
  filter: { limit: number; after: string | undefined; open: boolean | undefined },
): Promise<CaseRow[]> {
  return ctx.sql.rows<CaseRow>(
    `${CASE}
     where k.tenant_id = $1 and ($2::boolean is null or (k.closed_at is null) = $2)
       and ($3::uuid is null or (k.opened_at, k.id) <
         (select a.opened_at, a.id from cases a where a.tenant_id = $1 and a.id = $3))
     order by k.opened_at desc, k.id desc limit $4`,
    [ctx.tenant.id, filter.open ?? null, filter.after ?? null, filter.limit + 1],
  );
}

export type Receivable = { currency: string; openMinor: bigint; openInvoices: number; paidMinor: bigint };

/** What each customer owes and has paid in each currency. Customers without invoices are missing. */
export async function receivables(
  ctx: QueryCtx,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, Receivable[]>> {
  const rows = await ctx.sql.rows<Receivable & { customerId: string }>(
    `select customer_id as "customerId", currency,
       coalesce(sum(due_minor) filter (where status = 'open'), 0)::bigint as "openMinor",
       count(*) filter (where status = 'open')::integer as "openInvoices",
       coalesce(sum(paid_minor - refunded_minor), 0)::bigint as "paidMinor"
     from invoices where tenant_id = $1 and customer_id = any ($2::uuid[]) group by customer_id, currency`,
    [ctx.tenant.id, customerIds],
  );
  return Map.groupBy(rows, (row) => row.customerId);
}

/** Whether anything stands against a change of the customer's currency. */
export async function hasBusiness(ctx: QueryCtx, customerId: string): Promise<boolean> {
  const row = await ctx.sql.row<{ bound: boolean }>(
    `select exists (select from subscriptions where tenant_id = $1 and customer_id = $2)
       or exists (select from invoices where tenant_id = $1 and customer_id = $2) as bound`,
    [ctx.tenant.id, customerId],
  );
  return row?.bound ?? false;
}

/** `none` has no subscription; `canceled` only ended ones; the others name the state of one that runs. */
export type CustomerStatus = 'active' | 'trialing' | 'past_due' | 'paused' | 'canceled' | 'none' | 'parked';

export type CustomerPage = {
  limit: number;
  after: string | undefined;
  search: string | undefined;
  status: CustomerStatus | undefined;
};

/** Ids of one page of customers, newest first, of at most `limit + 1`. */
export async function pageOfCustomers(ctx: QueryCtx, page: CustomerPage): Promise<string[]> {
  const rows = await ctx.sql.rows<{ id: string }>(
    `select c.id from customers c
     where c.tenant_id = $1
       and ($2::uuid is null or (c.created_at, c.id) <
         (select a.created_at, a.id from customers a where a.tenant_id = $1 and a.id = $2))
       and ($3::text is null or c.name ilike $3 or c.email ilike $3 or c.external_id ilike $3)
       and case $4::text
         when 'parked' then c.parked_at is not null
         when 'none' then not exists (
           select from subscriptions s where s.tenant_id = $1 and s.customer_id = c.id)
         when 'canceled' then exists (
             select from subscriptions s where s.tenant_id = $1 and s.customer_id = c.id)
           and not exists (
             select from subscriptions s where s.tenant_id = $1 and s.customer_id = c.id and s.status <> 'canceled')
         else $4::text is null or exists (
           select from subscriptions s where s.tenant_id = $1 and s.customer_id = c.id and s.status = $4)
       end
     order by c.created_at desc, c.id desc limit $5`,
    [ctx.tenant.id, page.after ?? null, likePattern(page.search), page.status ?? null, page.limit + 1],
  );
  return rows.map((row) => row.id);
}

function likePattern(search: string | undefined): string | null {
  return search === undefined || search === '' ? null : `%${search.replace(/[\\%_]/g, '\\$&')}%`;
}
