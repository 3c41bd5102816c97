import type { LedgerTransaction } from '@billhook/core/ledger/transaction';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import * as repo from './repo.ts';

export { type PostingPattern, postAlike } from './alike.ts';
export { claimCorrection, endCorrection, nextCorrectionAt } from './corrections.ts';
export {
  addMonth,
  addMonthEnd,
  balancesInBooks,
  closeMonths,
  firstPostingAt,
  holdBooks,
  keepMonths,
  lastMonth,
  listMonths,
  type MonthRow,
} from './months.ts';
export type { AccountRow } from './repo.ts';

/**
 * Writes business facts into the books, set-wise. A fact that was posted before is a bug of the caller: the unique
 * key (source, posting) ends the transaction, and nothing is counted twice.
 */
export function post(ctx: CommandCtx, transactions: readonly LedgerTransaction[]): Promise<void> {
  return repo.insertTransactions(ctx, transactions);
}

/** Debits and credits by account and currency. The two sides of one currency are always equal. */
export function trialBalance(ctx: QueryCtx): Promise<repo.AccountRow[]> {
  return repo.sumAccounts(ctx);
}
