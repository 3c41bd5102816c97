import type { CreditNote } from '../invoicing/documents/credit-note.ts';
import type { InvoiceStatus, IssuedInvoice } from '../invoicing/invoice.ts';
import type { BilledLine } from '../invoicing/line.ts';
import type { LedgerTransaction } from '../ledger/transaction.ts';
import type { CurrencyCode } from '../money/currency.ts';
import type { Dispute } from '../payments/dispute.ts';
import type { PaymentAttempt } from '../payments/payment.ts';
import type { Refund } from '../payments/refund.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import type { Instant } from '../time/instant.ts';

/** An invoice with its payment state, which moves while the document stands still. */
export interface InvoiceRecord {
  readonly invoice: IssuedInvoice;
  readonly status: InvoiceStatus;
  readonly paidMinor: bigint;
  /** Paid by credit that was granted after the issue. */
  readonly creditPaidMinor: bigint;
  readonly failureCount: number;
  readonly retryAt: Instant | null;
}

/** What is left to pay of an invoice. */
export function remainingOf({ invoice, paidMinor, creditPaidMinor }: InvoiceRecord): bigint {
  return invoice.totals.dueMinor - paidMinor - creditPaidMinor;
}

/** What the customer has to spend in one currency. */
export function creditOf(
  { creditMinor }: Pick<CustomerBooks, 'creditMinor'>,
  currency: CurrencyCode,
): bigint {
  return creditMinor.get(currency) ?? 0n;
}

/** Everything that decisions about one customer read and change, held in memory. `applyChanges` writes to it. */
export interface CustomerBooks {
  readonly customerId: string;
  /** What the customer has to spend in each currency, in minor units; credit of one never pays in another. */
  readonly creditMinor: Map<CurrencyCode, bigint>;
  readonly subscriptions: Map<string, Subscription>;
  readonly invoices: Map<string, InvoiceRecord>;
  readonly billed: BilledLine[];
  readonly creditNotes: Map<string, CreditNote>;
  readonly payments: Map<string, PaymentAttempt>;
  readonly refunds: Map<string, Refund>;
  readonly disputes: Map<string, Dispute>;
  readonly ledger: LedgerTransaction[];
  /** Names of posted facts, so that a fact posts once. */
  readonly posted: Set<string>;
}

export function emptyBooks(customerId: string): CustomerBooks {
  return {
    customerId,
    creditMinor: new Map(),
    subscriptions: new Map(),
    invoices: new Map(),
    billed: [],
    creditNotes: new Map(),
    payments: new Map(),
    refunds: new Map(),
    disputes: new Map(),
    ledger: [],
    posted: new Set(),
  };
}
