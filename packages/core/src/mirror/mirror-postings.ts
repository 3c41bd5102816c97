import { cashAccount, type LedgerAccount } from '../ledger/accounts.ts';
import { assertBalanced } from '../ledger/postings.ts';
import type { LedgerEntry, LedgerTransaction, LedgerTransactionKind } from '../ledger/transaction.ts';
import type { CurrencyCode } from '../money/currency.ts';
import type { Instant } from '../time/instant.ts';
import type { MirroredTotals } from './decide-invoice.ts';

/** What customers have as balance at Stripe is held there, and is no credit of ours that could pay our invoices. */
export const BALANCE_AT_STRIPE = cashAccount('stripe_balance');

export interface PostedInvoice {
  readonly id: string;
  readonly customerId: string;
  readonly currency: CurrencyCode;
  readonly totals: MirroredTotals;
}

/** What a mirrored invoice says was sold and owed, and what the balance at Stripe paid of it. Empty for nothing. */
export function mirroredIssuedPosting(invoice: PostedInvoice, at: Instant): readonly LedgerTransaction[] {
  const { netMinor, taxMinor, totalMinor, balanceAppliedMinor } = invoice.totals;
  const against: LedgerAccount = totalMinor < 0n ? BALANCE_AT_STRIPE : 'receivable';
  return [
    ...posting(invoice, 'invoice_issued', at, [
      [against, totalMinor],
      ['revenue', -netMinor],
      ['tax', -taxMinor],
    ]),
    ...posting(invoice, 'credit_applied', at, [
      [BALANCE_AT_STRIPE, balanceAppliedMinor],
      ['receivable', -balanceAppliedMinor],
    ]),
  ];
}

/** The reverse of all that issuing posted. */
export function mirroredVoidedPosting(invoice: PostedInvoice, at: Instant): readonly LedgerTransaction[] {
  const { netMinor, taxMinor, totalMinor, balanceAppliedMinor } = invoice.totals;
  const isCredit = totalMinor < 0n;
  return posting(invoice, 'invoice_voided', at, [
    ['revenue', netMinor],
    ['tax', taxMinor],
    ['receivable', isCredit ? 0n : balanceAppliedMinor - totalMinor],
    [BALANCE_AT_STRIPE, isCredit ? -totalMinor : -balanceAppliedMinor],
  ]);
}

/** Debits are positive, credits negative. */
function posting(
  { id, customerId, currency }: PostedInvoice,
  kind: LedgerTransactionKind,
  occurredAt: Instant,
  signed: readonly (readonly [LedgerAccount, bigint])[],
): readonly LedgerTransaction[] {
  const entries = signed
    .filter(([, amountMinor]) => amountMinor !== 0n)
    .map(
      ([account, amountMinor]): LedgerEntry =>
        amountMinor > 0n
          ? { account, side: 'debit', amountMinor }
          : { account, side: 'credit', amountMinor: -amountMinor },
    );
  if (entries.length === 0) return [];
  const transaction: LedgerTransaction = {
    sourceType: 'invoice',
    sourceId: id,
    kind,
    customerId,
    currency,
    occurredAt,
    entries,
  };
  assertBalanced(transaction);
  return [transaction];
}
