import type { InvoiceTotals } from '../invoicing/invoice.ts';
import type { CurrencyCode } from '../money/currency.ts';
import type { Instant } from '../time/instant.ts';
import { assertBalanced } from './postings.ts';
import { type PlacedTax, taxByAccount } from './tax-accounts.ts';
import type { LedgerEntry, LedgerTransaction } from './transaction.ts';

/**
 * Takes back an open invoice: the reverse of what issuing posted, with the customer credit that it had used given
 * back. Null for an invoice over nothing.
 */
export function invoiceVoidedPosting(
  invoice: {
    readonly id: string;
    readonly customerId: string;
    readonly currency: CurrencyCode;
    readonly taxes: readonly PlacedTax[];
    readonly totals: Pick<InvoiceTotals, 'netMinor' | 'taxMinor' | 'totalMinor' | 'creditAppliedMinor'>;
  },
  occurredAt: Instant,
): LedgerTransaction | null {
  const { netMinor, taxMinor, totalMinor, creditAppliedMinor } = invoice.totals;
  const entries = [
    signed('revenue', netMinor),
    ...taxByAccount(invoice.taxes, taxMinor).map(([account, minor]) => signed(account, minor)),
    signed('receivable', creditAppliedMinor - totalMinor),
    signed('credit_liability', -creditAppliedMinor),
  ].filter((entry) => entry.amountMinor !== 0n);
  if (entries.length === 0) return null;
  const transaction: LedgerTransaction = {
    sourceType: 'invoice',
    sourceId: invoice.id,
    kind: 'invoice_voided',
    customerId: invoice.customerId,
    currency: invoice.currency,
    occurredAt,
    entries,
  };
  assertBalanced(transaction);
  return transaction;
}

/** A debit for a positive amount, a credit for a negative one. */
function signed(account: LedgerEntry['account'], amountMinor: bigint): LedgerEntry {
  return amountMinor < 0n
    ? { account, side: 'credit', amountMinor: -amountMinor }
    : { account, side: 'debit', amountMinor };
}
