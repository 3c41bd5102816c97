import { invariant } from '../kernel/invariant.ts';

export interface Entry {
  readonly account: string;
  readonly side: 'debit' | 'credit';
  readonly amountMinor: bigint;
}

/** One booking of a journal: an amount from one account to another. */
export interface Booking {
  readonly debit: string;
  readonly credit: string;
  readonly amountMinor: bigint;
}

/**
 * The entries of a balanced transaction as bookings of two accounts each, as journals of accountants have them. Every
 * account is moved by the same sums as in the ledger, and there are fewer bookings than entries.
 */
export function pairEntries(entries: readonly Entry[]): Booking[] {
  const debits = open(entries, 'debit');
  const credits = open(entries, 'credit');
  const bookings: Booking[] = [];
  let [debit, credit] = [debits.shift(), credits.shift()];
  while (debit !== undefined && credit !== undefined) {
    const amountMinor = debit.left < credit.left ? debit.left : credit.left;
    bookings.push({ debit: debit.account, credit: credit.account, amountMinor });
    debit.left -= amountMinor;
    credit.left -= amountMinor;
    if (debit.left === 0n) debit = debits.shift();
    if (credit.left === 0n) credit = credits.shift();
  }
  invariant(debit === undefined && credit === undefined, 'A transaction of the ledger is balanced.');
  return bookings;
}

function open(entries: readonly Entry[], side: Entry['side']) {
  return entries
    .filter((entry) => entry.side === side)
    .map(({ account, amountMinor }) => ({ account, left: amountMinor }));
}
