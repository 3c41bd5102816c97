import type { CurrencyCode } from '../money/currency.ts';
import type { Instant } from '../time/instant.ts';
import type { LedgerAccount } from './accounts.ts';
import { assertBalanced } from './postings.ts';
import type { LedgerEntry, LedgerTransaction } from './transaction.ts';

/** What the books of one currency should hold at the end of a month, and what they hold. All are 0 or more but for faults. */
export interface MonthEnd {
  /** Names the month and currency, so that it posts once. */
  readonly id: string;
  readonly currency: CurrencyCode;
  /** The last moment of the month. */
  readonly occurredAt: Instant;
  /** Invoiced and not yet earned. */
  readonly deferredMinor: bigint;
  readonly deferredInBooksMinor: bigint;
  /** Receivables that are not expected to be paid any more. */
  readonly doubtfulMinor: bigint;
  readonly doubtfulInBooksMinor: bigint;
}

/**
 * Brings the books to what they should hold at the end of a month: what was invoiced and lies ahead is deferred, what of
 * it has come to pass is revenue, and what will not be paid is a loss until it is. The difference alone is posted, so
 * that a month done again adds nothing, and a fault or a late correction is made good by the next open month. Null for
 * no difference.
 */
export function monthEndPosting(monthEnd: MonthEnd): LedgerTransaction | null {
  const deferred = monthEnd.deferredMinor - monthEnd.deferredInBooksMinor;
  const doubtful = monthEnd.doubtfulMinor - monthEnd.doubtfulInBooksMinor;
  const entries = [
    ...moved('revenue', 'deferred_revenue', deferred),
    ...moved('bad_debt', 'bad_debt_allowance', doubtful),
  ];
  if (entries.length === 0) return null;
  const transaction: LedgerTransaction = {
    sourceType: 'ledger_month',
    sourceId: monthEnd.id,
    kind: 'month_end',
    customerId: null,
    currency: monthEnd.currency,
    occurredAt: monthEnd.occurredAt,
    entries,
  };
  assertBalanced(transaction);
  return transaction;
}

function moved(from: LedgerAccount, to: LedgerAccount, amountMinor: bigint): readonly LedgerEntry[] {
  if (amountMinor === 0n) return [];
  const size = amountMinor < 0n ? -amountMinor : amountMinor;
  const [debit, credit] = amountMinor < 0n ? [to, from] : [from, to];
  return [
    { account: debit, side: 'debit', amountMinor: size },
    { account: credit, side: 'credit', amountMinor: size },
  ];
}
