import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { iso } from '../../platform/sql.ts';
import type { AccountRow, EntryRow, TransactionRow } from './repo.ts';

const PREFIXES: Readonly<Record<string, string>> = {
  invoice: 'inv',
  payment: 'pay',
  refund: 're',
  dispute: 'dp',
};

/** Sums by account, and by currency, where the two sides must be equal. */
export function presentTrialBalance(rows: readonly AccountRow[], asOf: number) {
  const totals = [...Map.groupBy(rows, (row) => row.currency)].map(([currency, accounts]) => {
    const debit = accounts.reduce((sum, row) => sum + row.debitMinor, 0n);
    const credit = accounts.reduce((sum, row) => sum + row.creditMinor, 0n);
    return { currency, debit: `${debit}`, credit: `${credit}`, difference: `${debit - credit}` };
  });
  return {
    object: 'trial_balance' as const,
    as_of: iso(asOf),
    balanced: totals.every((total) => total.difference === '0'),
    accounts: rows.map((row) => ({
      account: row.account,
      currency: row.currency,
      debit: `${row.debitMinor}`,
      credit: `${row.creditMinor}`,
      balance: `${row.debitMinor - row.creditMinor}`,
    })),
    totals,
  };
}

export function presentTransactions(rows: readonly TransactionRow[], entries: readonly EntryRow[]) {
  const byTransaction = Map.groupBy(entries, (entry) => entry.transactionId);
  return rows.map((row) => ({
    id: encodeTypeId('lt', row.id),
    object: 'ledger_transaction' as const,
    source_kind: row.sourceKind,
    source_id: encodeTypeId(PREFIXES[row.sourceKind] ?? 'src', row.sourceId),
    posting: row.posting,
    currency: row.currency,
    occurred_at: iso(row.occurredAt),
    entries: (byTransaction.get(row.id) ?? []).map((entry) => ({
      account: entry.account,
      side: entry.side,
      amount: `${entry.amountMinor}`,
      customer: entry.customerId === null ? null : encodeTypeId('cus', entry.customerId),
    })),
    created_at: iso(row.occurredAt),
  }));
}
