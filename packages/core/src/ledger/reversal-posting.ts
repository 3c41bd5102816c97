import type { PaymentAttempt } from '../payments/payment.ts';
import type { Instant } from '../time/instant.ts';
import { cashAccount } from './accounts.ts';
import { assertBalanced } from './postings.ts';
import type { LedgerEntry, LedgerTransaction } from './transaction.ts';

/** A payment that came is taken back: cash goes out, and what it paid is owed again. */
export function paymentReversedPosting(payment: PaymentAttempt, occurredAt: Instant): LedgerTransaction {
  const { capturedMinor, creditedMinor, customerId, currency } = payment;
  const entries: LedgerEntry[] = [
    { account: 'receivable', side: 'debit', amountMinor: capturedMinor - creditedMinor },
    { account: 'credit_liability', side: 'debit', amountMinor: creditedMinor },
    { account: cashAccount(payment.provider), side: 'credit', amountMinor: capturedMinor },
  ];
  const transaction: LedgerTransaction = {
    sourceType: 'payment',
    sourceId: payment.id,
    kind: 'payment_reversed',
    customerId,
    currency,
    occurredAt,
    entries: entries.filter(({ amountMinor }) => amountMinor > 0n),
  };
  assertBalanced(transaction);
  return transaction;
}
