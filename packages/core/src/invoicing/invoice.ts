import type { CurrencyCode } from '../money/currency.ts';
import type { TaxQuote } from '../tax/tax-quote.ts';
import type { Instant } from '../time/instant.ts';
import type { DiscountPolicy } from './discount-lines.ts';
import type { ProposedLine } from './line.ts';
import type { LineTax, TaxMode, TaxSubtotal } from './tax.ts';
import type { TaxPolicy } from './tax-policy.ts';

/**
 * `open` waits for payment, `paid` has nothing due. `skipped` holds lines that add up to nothing for a seller who wants
 * no such documents: it is kept so that its lines count as billed, and gets no number, document or mail. Documents are
 * never edited after issue, only their payment state moves.
 */
export type InvoiceStatus = 'open' | 'paid' | 'uncollectible' | 'void' | 'skipped';

/** A line as it stands on an invoice: its net and tax add up to the invoice's totals to the unit. */
export interface InvoiceLine extends ProposedLine {
  readonly position: number;
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
  /** The first of its rates. */
  readonly taxRateId: string | null;
  /** Every rate of the line; they add up to `taxMinor`. */
  readonly taxes: readonly LineTax[];
}

/** An amount on the document as a whole: an allowance is negative, a charge positive. */
export interface InvoiceAdjustment {
  /** Counted on from the lines. */
  readonly position: number;
  readonly kind: 'allowance' | 'charge';
  readonly description: string;
  /** As on a line: before tax, or with it where prices include it. */
  readonly amountMinor: bigint;
  readonly taxCode: string;
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
  readonly taxes: readonly LineTax[];
}

/** The seller's choices that the figures of a document rest on, frozen with it. */
export interface InvoicePolicies {
  readonly tax: TaxPolicy;
  readonly discounts: DiscountPolicy;
}

/** An invoice as decided. Its number is given when it is written, from the counter row of its series. */
export interface IssuedInvoice {
  readonly id: string;
  readonly customerId: string;
  readonly currency: CurrencyCode;
  readonly status: InvoiceStatus;
  readonly issuedAt: Instant;
  readonly dueAt: Instant;
  readonly taxMode: TaxMode;
  readonly lines: readonly InvoiceLine[];
  readonly adjustments: readonly InvoiceAdjustment[];
  readonly taxes: readonly TaxSubtotal[];
  readonly totals: InvoiceTotals;
  readonly policies: InvoicePolicies;
  /** What a provider of taxes said, whose tax it charges; left out for none. */
  readonly quote?: TaxQuote;
  /** The voided invoice that this one takes the place of; null for none. */
  readonly replacesInvoiceId: string | null;
  /** On a debit note: the invoice whose claim it raises, and why; left out by an invoice. */
  readonly raises?: RaisedInvoice;
}

/** What a debit note refers to. */
export interface RaisedInvoice {
  readonly invoiceId: string;
  readonly invoiceNumber: string;
  readonly reason: string;
}

/** All in minor units. net + tax = total; total + creditGranted − creditApplied = due. */
export interface InvoiceTotals {
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
  readonly totalMinor: bigint;
  /** Customer credit used up by this invoice; 0 or more. */
  readonly creditAppliedMinor: bigint;
  /** Customer credit made by a negative total; 0 or more. */
  readonly creditGrantedMinor: bigint;
  /** What is left to pay; 0 or more. */
  readonly dueMinor: bigint;
}
