import type { CurrencyCode } from '../money/currency.ts';
import type { Instant } from '../time/instant.ts';
import type { ProposedLine } from './line.ts';
import type { TaxMode, TaxSubtotal } from './tax.ts';

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
  readonly taxRateId: string | null;
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
  readonly taxes: readonly TaxSubtotal[];
  readonly totals: InvoiceTotals;
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
