import type { MovementKind } from '@billhook/core/reconciliation/decide-reconciliation';
import type { Instant } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../../platform/context.ts';

export type CurrencySums = {
  currency: string;
  providerMinor: bigint;
  booksMinor: bigint;
  openMinor: bigint;
  unlistedMinor: bigint;
  openCount: number;
  matchedCount: number;
  unlistedCount: number;
};

/** Both balances of each currency and what lies between them. */
export function sumsOf(ctx: QueryCtx, provider: string): Promise<CurrencySums[]> {
  return ctx.sql.rows<CurrencySums>(
    `with own as materialized (
       select t.id, t.source_kind, t.source_id, t.posting, t.currency,
         sum(case e.side when 'debit' then e.amount_minor else -e.amount_minor end)::bigint as cash,
         exists (select from provider_transactions p where p.tenant_id = $1 and p.ledger_transaction_id = t.id) as met
       from ledger_entries e join ledger_transactions t on t.tenant_id = e.tenant_id and t.id = e.transaction_id
       where e.tenant_id = $1 and e.account = 'cash:' || $2::text
       group by t.id, t.source_kind, t.source_id, t.posting, t.currency),
     -- A fee counts with the payment or dispute it was taken for; what a movement posted counts with the movement.
     books as (
       select o.currency, o.cash, o.posting, (o.met or o.source_kind = 'provider_transaction'
         or exists (
           select from own m where m.source_id = o.source_id and m.met
             and (m.posting, o.posting) in (('payment_succeeded', 'payment_fee'), ('dispute_withdrawn', 'dispute_fee')))) as listed
       from own o),
     ours as (
       select currency, sum(cash)::bigint as books, coalesce(sum(cash) filter (where not listed), 0)::bigint as unlisted,
         count(*) filter (where not listed and posting not in ('payment_fee', 'dispute_fee'))::integer as unlisted_count
       from books group by currency),
     theirs as (
       select currency, sum(net_minor)::bigint as provider,
         coalesce(sum(net_minor) filter (where state = 'open'), 0)::bigint as open,
         count(*) filter (where state = 'open')::integer as open_count,
         count(*) filter (where state <> 'open')::integer as matched_count
       from provider_transactions where tenant_id = $1 and provider = $2 group by currency)
     select currency, coalesce(provider, 0)::bigint as "providerMinor", coalesce(books, 0)::bigint as "booksMinor",
       coalesce(open, 0)::bigint as "openMinor", coalesce(unlisted, 0)::bigint as "unlistedMinor",
       coalesce(open_count, 0) as "openCount", coalesce(matched_count, 0) as "matchedCount",
       coalesce(unlisted_count, 0) as "unlistedCount"
     from ours full join theirs using (currency) order by currency`,
    [ctx.tenant.id, provider],
  );
}

export async function openSince(
  ctx: QueryCtx,
  provider: string,
): Promise<{ count: number; oldestAt: Instant | null }> {
  const row = await ctx.sql.row<{ count: number; oldestAt: Instant | null }>(
    `select count(*)::integer as count, min(occurred_at) as "oldestAt" from provider_transactions
     where tenant_id = $1 and provider = $2 and state = 'open'`,
    [ctx.tenant.id, provider],
  );
  return row ?? { count: 0, oldestAt: null };
}

export type MovementRow = {
  id: string;
  provider: string;
  name: string;
  kind: MovementKind;
  grossMinor: bigint;
  feeMinor: bigint;
  netMinor: bigint;
  currency: string;
  occurredAt: Instant;
  availableAt: Instant | null;
  payoutId: string | null;
  description: string | null;
  state: 'open' | 'matched' | 'posted' | 'empty';
  reason: string | null;
  detail: string | null;
  ledgerId: string | null;
  posting: string | null;
  paymentId: string | null;
  customerId: string | null;
  customerName: string | null;
  invoiceNumber: string | null;
};

/** Movements with what they are in our books, newest first. */
export function listMovements(
  ctx: QueryCtx,
  filter: {
    limit: number;
    provider: string | null;
    state: string | null;
    kind: string | null;
    payout: string | null;
    after: string | null;
  },
): Promise<MovementRow[]> {
  return ctx.sql.rows<MovementRow>(
    `select t.id, t.provider, t.provider_transaction_id as name, t.kind, t.gross_minor as "grossMinor", t.fee_minor as "feeMinor",
       t.net_minor as "netMinor", t.currency, t.occurred_at as "occurredAt", t.available_at as "availableAt",
       t.payout_id as "payoutId", t.description, t.state, t.reason, t.detail, l.id as "ledgerId", l.posting,
       a.id as "paymentId", c.id as "customerId", c.name as "customerName", i.number as "invoiceNumber"
     from provider_transactions t
     left join ledger_transactions l on l.tenant_id = t.tenant_id and l.id = t.ledger_transaction_id
     left join refunds r on l.source_kind = 'refund' and r.tenant_id = t.tenant_id and r.id = l.source_id
     left join payment_attempts a on a.tenant_id = t.tenant_id
       and a.id = case l.source_kind when 'payment' then l.source_id when 'refund' then r.payment_id end
     left join customers c on c.tenant_id = t.tenant_id and c.id = a.customer_id
     left join invoices i on i.tenant_id = t.tenant_id and i.id = a.invoice_id
     where t.tenant_id = $1 and ($2::text is null or t.state = $2) and ($3::text is null or t.kind = $3)
       and ($4::text is null or t.payout_id = $4)
       and ($5::uuid is null or (t.occurred_at, t.id) <
         (select occurred_at, id from provider_transactions where tenant_id = $1 and id = $5))
       and ($7::text is null or t.provider = $7)
     order by t.occurred_at desc, t.id desc limit $6`,
    [
      ...[ctx.tenant.id, filter.state, filter.kind, filter.payout, filter.after, filter.limit],
      filter.provider,
    ],
  );
}

export type PayoutRow = {
  id: string;
  provider: string;
  name: string;
  amountMinor: bigint;
  currency: string;
  status: string;
  createdAt: Instant;
  arrivesAt: Instant | null;
  /** What the movements in it add up to; null while none is known. */
  movementsMinor: bigint | null;
};

// The payout itself is a movement too; what it is made of are the others.
const PAYOUT = `p.id, p.provider, p.provider_payout_id as name, p.amount_minor as "amountMinor", p.currency, p.status,
  p.created_at as "createdAt", p.arrives_at as "arrivesAt",
  (select sum(t.net_minor)::bigint from provider_transactions t where t.tenant_id = p.tenant_id and t.provider = p.provider
     and t.payout_id = p.provider_payout_id and t.kind not in ('payout', 'payout_failure')) as "movementsMinor"`;

export function listPayouts(
  ctx: QueryCtx,
  filter: { limit: number; provider: string | null; after: string | null },
): Promise<PayoutRow[]> {
  return ctx.sql.rows<PayoutRow>(
    `select ${PAYOUT} from provider_payouts p where p.tenant_id = $1 and ($4::text is null or p.provider = $4)
       and ($2::uuid is null or (p.created_at, p.id) < (select created_at, id from provider_payouts where tenant_id = $1 and id = $2))
     order by p.created_at desc, p.id desc limit $3`,
    [ctx.tenant.id, filter.after, filter.limit, filter.provider],
  );
}

export function findPayout(ctx: QueryCtx, id: string): Promise<PayoutRow | undefined> {
  return ctx.sql.row<PayoutRow>(
    `select ${PAYOUT} from provider_payouts p where p.tenant_id = $1 and p.id = $2`,
    [ctx.tenant.id, id],
  );
}

export type PayoutLine = {
  kind: MovementKind;
  count: number;
  grossMinor: bigint;
  feeMinor: bigint;
  netMinor: bigint;
};

export function linesOfPayout(ctx: QueryCtx, provider: string, name: string): Promise<PayoutLine[]> {
  return ctx.sql.rows<PayoutLine>(
    `select kind, count(*)::integer as count, sum(gross_minor)::bigint as "grossMinor", sum(fee_minor)::bigint as "feeMinor",
       sum(net_minor)::bigint as "netMinor"
     from provider_transactions where tenant_id = $1 and provider = $2 and payout_id = $3
       and kind not in ('payout', 'payout_failure')
     group by kind order by kind`,
    [ctx.tenant.id, provider, name],
  );
}

/** Payouts of late whose parts are not known to add up. */
export function payoutsToRead(ctx: QueryCtx, provider: string, since: string): Promise<{ name: string }[]> {
  return ctx.sql.rows(
    `select p.name from (select ${PAYOUT} from provider_payouts p
       where p.tenant_id = $1 and p.provider = $2 and p.created_at >= $3 and p.status in ('paid', 'in_transit')) p
     where p."movementsMinor" is distinct from p."amountMinor" order by p."createdAt" limit 50`,
    [ctx.tenant.id, provider, since],
  );
}
