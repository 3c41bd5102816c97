import type { CurrencyCode } from '../money/currency.ts';
import type { LedgerAccount } from './accounts.ts';
import type { LedgerTransaction } from './transaction.ts';

export interface AccountBalance {
  readonly currency: CurrencyCode;
  readonly account: LedgerAccount;
  /** Debits less credits. */
  readonly balanceMinor: bigint;
}

/** Debits less credits of every account and currency, sorted. The balances of one currency add up to zero. */
export function trialBalance(transactions: readonly LedgerTransaction[]): readonly AccountBalance[] {
  const balances = new Map<string, AccountBalance>();
  for (const { currency, entries } of transactions) {
    for (const { account, side, amountMinor } of entries) {
      const name = `${currency}/${account}`;
      const before = balances.get(name)?.balanceMinor ?? 0n;
      const balanceMinor = side === 'debit' ? before + amountMinor : before - amountMinor;
      balances.set(name, { currency, account, balanceMinor });
    }
  }
  return [...balances].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, balance]) => balance);
}
