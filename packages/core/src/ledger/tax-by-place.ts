import { allocate } from '../money/allocate.ts';
import type { CurrencyCode } from '../money/currency.ts';
import type { Instant } from '../time/instant.ts';
import type { LedgerAccount } from './accounts.ts';
import { assertBalanced } from './postings.ts';
import { type PlacedTax, taxByAccount } from './tax-accounts.ts';
import type { LedgerEntry, LedgerTransaction } from './transaction.ts';

/**
 * What was booked for a document on the one account of all tax, divided by whose it is: exactly as the document says where
 * the whole of it was booked, else in its proportions, as for the refund of a part.
 *
 * @param bookedMinor credits less debits
 */
export function placedShares(
  bookedMinor: bigint,
  taxes: readonly PlacedTax[],
): readonly (readonly [LedgerAccount, bigint])[] {
  let sumMinor = 0n;
  for (const { taxMinor } of taxes) sumMinor += taxMinor;
  const accounts = taxByAccount(taxes, sumMinor);
  if (accounts.length === 0) return [['tax', bookedMinor]];
  if (bookedMinor === sumMinor) return accounts;
  if (bookedMinor === -sumMinor) return accounts.map(([account, minor]) => [account, -minor]);
  const weights = accounts.map(([, minor]) => (minor < 0n ? 0n : minor));
  if (weights.every((weight) => weight === 0n)) return [['tax', bookedMinor]];
  const sizes = allocate(bookedMinor < 0n ? -bookedMinor : bookedMinor, weights);
  return accounts.map(([account], at) => [account, (bookedMinor < 0n ? -1n : 1n) * (sizes[at] ?? 0n)]);
}

/**
 * Moves tax that was booked before there were accounts by place to them, on the day of the correction: months that are
 * closed stay as they are. Null where nothing is to be moved.
 *
 * @param sharesMinor credits less debits that belong on each account
 */
export function taxByPlacePosting(
  correction: { readonly id: string; readonly currency: CurrencyCode },
  sharesMinor: ReadonlyMap<LedgerAccount, bigint>,
  occurredAt: Instant,
): LedgerTransaction | null {
  let movedMinor = 0n;
  const placed: LedgerEntry[] = [];
  for (const [account, minor] of [...sharesMinor].sort(([left], [right]) => (left < right ? -1 : 1))) {
    if (account === 'tax' || minor === 0n) continue;
    movedMinor += minor;
    placed.push(entry(account, minor));
  }
  if (placed.length === 0) return null;
  const transaction: LedgerTransaction = {
    sourceType: 'ledger_correction',
    sourceId: correction.id,
    kind: 'tax_by_place',
    customerId: null,
    currency: correction.currency,
    occurredAt,
    entries: movedMinor === 0n ? placed : [entry('tax', -movedMinor), ...placed],
  };
  assertBalanced(transaction);
  return transaction;
}

/** A credit for a positive amount, a debit for a negative one. */
function entry(account: LedgerAccount, minor: bigint): LedgerEntry {
  return minor < 0n
    ? { account, side: 'debit', amountMinor: -minor }
    : { account, side: 'credit', amountMinor: minor };
}
