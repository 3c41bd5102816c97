import type { LedgerTransaction } from '@billhook/core/ledger/transaction';
import type { CommandCtx } from '../../platform/context.ts';
import { type Members, makeIds } from '../../platform/members.ts';
import { patternInsert } from '../../platform/pattern-insert.ts';

/** What the first of a kind posts, and its names. */
export type PostingPattern = {
  kind: number;
  names: readonly string[];
  transactions: readonly LedgerTransaction[];
};

const transactionPatterns = patternInsert(
  'ledger_transactions',
  {
    id: 'uuid',
    source_kind: 'text',
    source_id: 'uuid',
    posting: 'text',
    currency: 'text',
    occurred_at: 'time',
    recorded_at: 'time',
  },
  { id: 'made', source_id: 'name' },
  { occurred_at: 'greatest(p.occurred_at, (select app.open_books($1)))' },
);

const entryPatterns = patternInsert(
  'ledger_entries',
  {
    transaction_id: 'uuid',
    position: 'whole',
    account: 'text',
    side: 'text',
    amount_minor: 'whole',
    currency: 'text',
    customer_id: 'uuid',
  },
  { transaction_id: 'made', customer_id: 'name' },
);

/** As `post`, for many of whom each posts what the first of its kind does. */
export async function postAlike(
  ctx: CommandCtx,
  members: Members,
  patterns: readonly PostingPattern[],
): Promise<void> {
  const transactions = transactionPatterns();
  const entries = entryPatterns();
  const counts = new Map(patterns.map((pattern) => [pattern.kind, pattern.transactions.length]));
  for (const { kind, names, transactions: posted } of patterns) {
    for (const [index, { sourceType, sourceId, kind: posting, ...facts }] of posted.entries()) {
      const { currency, occurredAt, customerId } = facts;
      transactions.add(kind, names, {
        id: index,
        source_kind: sourceType,
        source_id: sourceId,
        posting,
        currency,
        occurred_at: occurredAt,
        recorded_at: ctx.wallNow,
      });
      for (const [position, { account, side, amountMinor }] of facts.entries.entries())
        entries.add(kind, names, {
          transaction_id: index,
          position: position + 1,
          account,
          side,
          amount_minor: amountMinor,
          currency,
          customer_id: customerId,
        });
    }
  }
  const made = makeIds(ctx, members, (kind) => counts.get(kind) ?? 0);
  await Promise.all([transactions.insert(ctx, members, made), entries.insert(ctx, members, made)]);
}
