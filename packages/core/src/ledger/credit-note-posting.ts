import type { CurrencyCode } from '../money/currency.ts';
import type { Instant } from '../time/instant.ts';
import { assertBalanced } from './postings.ts';
import { type PlacedTax, taxByAccount } from './tax-accounts.ts';
import type { LedgerEntry, LedgerTransaction } from './transaction.ts';

/**
 * Takes back a part of what was sold: revenue and tax against what is still receivable, and the rest becomes customer
 * credit. Null for a note over nothing.
 */
export function creditNotePosting(note: {
  readonly id: string;
  readonly customerId: string;
  readonly currency: CurrencyCode;
  readonly issuedAt: Instant;
  readonly taxes: readonly PlacedTax[];
  readonly totals: {
    readonly netMinor: bigint;
    readonly taxMinor: bigint;
    readonly invoiceReducedMinor: bigint;
    readonly creditGrantedMinor: bigint;
  };
}): LedgerTransaction | null {
  const { netMinor, taxMinor, invoiceReducedMinor, creditGrantedMinor } = note.totals;
  const all: readonly LedgerEntry[] = [
    { account: 'revenue', side: 'debit', amountMinor: netMinor },
    ...taxByAccount(note.taxes, taxMinor).map(
      ([account, amountMinor]): LedgerEntry => ({ account, side: 'debit', amountMinor }),
    ),
    { account: 'receivable', side: 'credit', amountMinor: invoiceReducedMinor },
    { account: 'credit_liability', side: 'credit', amountMinor: creditGrantedMinor },
  ];
  const entries = all.filter((entry) => entry.amountMinor !== 0n).map(positive);
  if (entries.length === 0) return null;
  const transaction: LedgerTransaction = {
    sourceType: 'credit_note',
    sourceId: note.id,
    kind: 'credit_note_issued',
    customerId: note.customerId,
    currency: note.currency,
    occurredAt: note.issuedAt,
    entries,
  };
  assertBalanced(transaction);
  return transaction;
}

/** Parts of a note may be negative, where a line took something back: they go to the other side. */
function positive(entry: LedgerEntry): LedgerEntry {
  if (entry.amountMinor > 0n) return entry;
  return {
    account: entry.account,
    side: entry.side === 'debit' ? 'credit' : 'debit',
    amountMinor: -entry.amountMinor,
  };
}
