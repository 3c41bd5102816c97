import type { CurrencyCode } from '../../money/currency.ts';
import type { Instant } from '../../time/instant.ts';
import type { InvoiceAdjustment, InvoiceLine, IssuedInvoice } from '../invoice.ts';
import type { LineTax, TaxMode } from '../tax.ts';

/** What a note needs of its invoice: all of it stands on the frozen document. */
export interface CreditedInvoice
  extends Pick<IssuedInvoice, 'id' | 'customerId' | 'currency' | 'taxMode' | 'totals' | 'policies'> {
  readonly lines: readonly Pick<
    InvoiceLine,
    'position' | 'key' | 'description' | 'grossMinor' | 'amountMinor' | 'taxes'
  >[];
  readonly adjustments: readonly Pick<
    InvoiceAdjustment,
    'position' | 'description' | 'amountMinor' | 'taxes'
  >[];
}

/** A credit note as decided: it takes back a part of one invoice. Its number is given when it is written. */
export interface CreditNote {
  readonly id: string;
  readonly invoiceId: string;
  readonly customerId: string;
  readonly currency: CurrencyCode;
  readonly issuedAt: Instant;
  readonly reason: string;
  readonly taxMode: TaxMode;
  readonly lines: readonly CreditNoteLine[];
  readonly taxes: readonly LineTax[];
  readonly totals: CreditNoteTotals;
}

/** What is taken back of one line, or of an allowance or charge of the document. */
export interface CreditNoteLine {
  /** That of the line or adjustment on the invoice. */
  readonly position: number;
  /** Key of the line; null for an allowance or charge. */
  readonly key: string | null;
  readonly description: string;
  /** Before discounts; of the sign of the line. */
  readonly creditMinor: bigint;
  /** The share of the line's discounts that comes off it. */
  readonly discountMinor: bigint;
  /** Credit less discounts: what the line's amount is lowered by. */
  readonly amountMinor: bigint;
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
  readonly taxes: readonly LineTax[];
}

/** In minor units, all 0 or more. net + tax = total = reduced + granted. */
export interface CreditNoteTotals {
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
  readonly totalMinor: bigint;
  /** What it takes off what the invoice still has due. */
  readonly invoiceReducedMinor: bigint;
  /** What becomes customer credit, because the invoice was paid. */
  readonly creditGrantedMinor: bigint;
}
