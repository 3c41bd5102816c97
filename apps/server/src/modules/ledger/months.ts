import type { LedgerAccount } from '@billhook/core/ledger/accounts';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';

/** A month that is over, with the books brought to its end. */
export type MonthRow = {
  /** Such as `2026-03`. */
  month: string;
  endsAt: Instant;
  recognisedAt: Instant;
  closedAt: Instant | null;
  closedBy: string | null;
  ends: { currency: string; deferred: string; doubtful: string }[];
};

/** The last month that was done; null for none. */
export async function lastMonth(ctx: QueryCtx): Promise<{ month: string; endsAt: Instant } | null> {
  const [row] = await ctx.sql.rows<{ month: string; endsAt: Instant }>(
    `select month, ends_at as "endsAt" from ledger_months where tenant_id = $1 order by ends_at desc limit 1`,
    [ctx.tenant.id],
  );
  return row ?? null;
}

/** When the first fact that stands in the books happened; null for empty books. */
export async function firstPostingAt(ctx: QueryCtx): Promise<Instant | null> {
  const [row] = await ctx.sql.rows<{ at: Instant | null }>(
    'select min(occurred_at) as at from ledger_transactions where tenant_id = $1',
    [ctx.tenant.id],
  );
  return row?.at ?? null;
}

/** False if the month was done already, also by somebody at the same time. */
export async function addMonth(ctx: CommandCtx, month: string, endsAt: Instant): Promise<boolean> {
  const rows = await ctx.sql.rows(
    `insert into ledger_months (tenant_id, month, ends_at, recognised_at) values ($1, $2, $3, $4)
     on conflict do nothing returning month`,
    [ctx.tenant.id, month, iso(endsAt), iso(ctx.wallNow)],
  );
  return rows.length > 0;
}

/** Answers the id that the posting of this month and currency has as its source. */
export async function addMonthEnd(
  ctx: CommandCtx,
  end: { month: string; currency: string; deferredMinor: bigint; doubtfulMinor: bigint },
): Promise<string> {
  const id = ctx.newId();
  await ctx.sql.run(
    `insert into ledger_month_ends (tenant_id, id, month, currency, deferred_minor, doubtful_minor)
     values ($1, $2, $3, $4, $5, $6)`,
    [ctx.tenant.id, id, end.month, end.currency, end.deferredMinor, end.doubtfulMinor],
  );
  return id;
}

/** Credits less debits of an account, by currency. */
export async function balancesInBooks(ctx: QueryCtx, account: LedgerAccount): Promise<Map<string, bigint>> {
  const rows = await ctx.sql.rows<{ currency: string; balanceMinor: bigint }>(
    `select currency, sum(case side when 'credit' then amount_minor else -amount_minor end)::bigint as "balanceMinor"
     from ledger_entries where tenant_id = $1 and account = $2 group by currency`,
    [ctx.tenant.id, account],
  );
  return new Map(rows.map(({ currency, balanceMinor }) => [currency, balanceMinor]));
}

/** All months that were done, newest first. */
export function listMonths(ctx: QueryCtx): Promise<MonthRow[]> {
  return ctx.sql.rows<MonthRow>(
    `select m.month, m.ends_at as "endsAt", m.recognised_at as "recognisedAt", m.closed_at as "closedAt",
       m.closed_by as "closedBy", coalesce(e.ends, '[]'::jsonb) as ends
     from ledger_months m
     left join lateral (
       select jsonb_agg(jsonb_build_object('currency', x.currency, 'deferred', x.deferred_minor::text,
         'doubtful', x.doubtful_minor::text) order by x.currency) as ends
       from ledger_month_ends x where x.tenant_id = m.tenant_id and x.month = m.month
     ) e on true
     where m.tenant_id = $1 order by m.ends_at desc limit 240`,
    [ctx.tenant.id],
  );
}

/** Keeps every month as open or closed as it is, until the end of the transaction. */
export async function keepMonths(ctx: CommandCtx): Promise<void> {
  await ctx.sql.rows('select app.open_books($1)', [ctx.tenant.id]);
}

/**
 * Waits for everybody who is posting, and lets nobody post until the end of the transaction: who comes later finds the
 * month closed. Taken before anything else, so that two never wait for each other.
 */
export async function holdBooks(ctx: CommandCtx): Promise<void> {
  await ctx.sql.rows('select pg_advisory_xact_lock(7240122, $1)', [ctx.tenant.id]);
}

/** Closes a month and every month before it, for good. Needs `holdBooks`. */
export async function closeMonths(ctx: CommandCtx, month: string, by: string): Promise<void> {
  await ctx.sql.run(
    `update ledger_months set closed_at = $3, closed_by = $4
     where tenant_id = $1 and month <= $2 and closed_at is null`,
    [ctx.tenant.id, month, iso(ctx.now), by],
  );
}
