import type { LedgerTransaction } from '@billhook/core/ledger/transaction';
import type { Instant } from '@billhook/core/time/instant';
import { countColumn, textColumn, timeColumn, uuidColumn } from '../../platform/columns.ts';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';

export type AccountRow = { account: string; currency: string; debitMinor: bigint; creditMinor: bigint };

export type TransactionRow = {
  id: string;
  sourceKind: string;
  sourceId: string;
  posting: string;
  currency: string;
  occurredAt: Instant;
};

export type EntryRow = {
  transactionId: string;
  account: string;
  side: 'debit' | 'credit';
  amountMinor: bigint;
  customerId: string | null;
};

export type TransactionFilter = {
  limit: number;
  /** Only those with an entry on this account. */
  account: string | null;
  customerId: string | null;
  sourceId: string | null;
  /** The last transaction of the page before. */
  after: string | null;
};

const INSERT_TRANSACTIONS = `insert into ledger_transactions (tenant_id, id, source_kind, source_id, posting, currency, occurred_at, recorded_at)
  select $1, t.id, t.source_kind, t.source_id, t.posting, t.currency, greatest(t.occurred_at, (select app.open_books($1))), $2
  from (
    select unnest($3::uuid[]) as id, unnest($4::text[]) as source_kind, unnest($5::uuid[]) as source_id,
      unnest($6::text[]) as posting, unnest($7::text[]) as currency, unnest($8::timestamptz[]) as occurred_at
  ) t`;

const INSERT_ENTRIES = `insert into ledger_entries (tenant_id, transaction_id, position, account, side, amount_minor, currency, customer_id)
  select $1, unnest($2::uuid[]), unnest($3::bigint[]), unnest($4::text[]), unnest($5::text[]), unnest($6::bigint[]),
    unnest($7::text[]), unnest($8::uuid[])`;

/**
 * One statement a table, so that the database checks the balance of every transaction as a whole; both go over the wire
 * at once. What happened in a month that is closed is booked at the beginning of the first open one, and no month closes
 * before this transaction ends.
 */
export async function insertTransactions(
  ctx: CommandCtx,
  transactions: readonly LedgerTransaction[],
): Promise<void> {
  if (transactions.length === 0) return;
  const numbered = transactions.map((transaction) => ({ id: ctx.newId(), transaction }));
  const entries = numbered.flatMap(({ id, transaction }) =>
    transaction.entries.map((entry, index) => ({ id, position: BigInt(index + 1), transaction, entry })),
  );
  await Promise.all([
    ctx.sql.run(
      INSERT_TRANSACTIONS,
      [
        ctx.tenant.id,
        iso(ctx.wallNow),
        uuidColumn(numbered.map(({ id }) => id)),
        textColumn(transactions.map((transaction) => transaction.sourceType)),
        uuidColumn(transactions.map((transaction) => transaction.sourceId)),
        textColumn(transactions.map((transaction) => transaction.kind)),
        textColumn(transactions.map((transaction) => transaction.currency)),
        timeColumn(transactions.map((transaction) => transaction.occurredAt)),
      ],
      'ledger.transactions',
    ),
    ctx.sql.run(
      INSERT_ENTRIES,
      [
        ctx.tenant.id,
        uuidColumn(entries.map(({ id }) => id)),
        countColumn(entries.map(({ position }) => position)),
        textColumn(entries.map(({ entry }) => entry.account)),
        textColumn(entries.map(({ entry }) => entry.side)),
        countColumn(entries.map(({ entry }) => entry.amountMinor)),
        textColumn(entries.map(({ transaction }) => transaction.currency)),
        uuidColumn(entries.map(({ transaction }) => transaction.customerId)),
      ],
      'ledger.entries',
    ),
  ]);
}

/** Debits and credits of every account and currency that was ever posted to. */
export function sumAccounts(ctx: QueryCtx): Promise<AccountRow[]> {
  return ctx.sql.rows<AccountRow>(
    `select account, currency,
       coalesce(sum(amount_minor) filter (where side = 'debit'), 0)::bigint as "debitMinor",
       coalesce(sum(amount_minor) filter (where side = 'credit'), 0)::bigint as "creditMinor"
     from ledger_entries where tenant_id = $1 group by account, currency order by currency, account`,
    [ctx.tenant.id],
  );
}

/** Transactions, newest first: their ids are in the order of time. All entries of one name the customer whom the first names. */
export function listTransactions(ctx: QueryCtx, filter: TransactionFilter): Promise<TransactionRow[]> {
  return ctx.sql.rows<TransactionRow>(
    `select t.id, t.source_kind as "sourceKind", t.source_id as "sourceId", t.posting, t.currency,
       t.occurred_at as "occurredAt"
     from ledger_transactions t
     where t.tenant_id = $1 and ($2::uuid is null or t.source_id = $2) and ($3::uuid is null or t.id < $3)
       and ($4::text is null or exists (
         select 1 from ledger_entries e where e.tenant_id = t.tenant_id and e.transaction_id = t.id and e.account = $4))
       and ($5::uuid is null or t.id = any (array(
         select e.transaction_id from ledger_entries e where e.tenant_id = $1 and e.customer_id = $5 and e.position = 1)))
     order by t.id desc limit $6`,
    [ctx.tenant.id, filter.sourceId, filter.after, filter.account, filter.customerId, filter.limit],
  );
}

/** The entries of these transactions, each one's in their order. */
export function entriesOf(ctx: QueryCtx, transactionIds: readonly string[]): Promise<EntryRow[]> {
  return ctx.sql.rows<EntryRow>(
    `select transaction_id as "transactionId", account, side, amount_minor as "amountMinor", customer_id as "customerId"
     from ledger_entries where tenant_id = $1 and transaction_id = any ($2::uuid[]) order by transaction_id, position`,
    [ctx.tenant.id, transactionIds],
  );
}
