import type { Instant } from '../time/instant.ts';
import type { InvoiceTaxAtStripe } from './invoice-at-stripe.ts';

/** What Stripe says of a credit note at one look-up. Ids are Stripe's, amounts minor units. */
export interface CreditNoteAtStripe {
  readonly id: string;
  readonly number: string;
  readonly isVoid: boolean;
  readonly voidedAt: Instant | null;
  readonly issuedAt: Instant;
  /** Why, in words. */
  readonly reason: string;
  readonly totalMinor: bigint;
  /** Taken off what was still to pay. */
  readonly reducedMinor: bigint;
  /** Refunded through Stripe, by refunds that have news of their own. */
  readonly refundedMinor: bigint;
  /** Given back beside Stripe. */
  readonly outsideMinor: bigint;
  readonly lines: readonly CreditNoteLineAtStripe[];
  readonly taxes: readonly InvoiceTaxAtStripe[];
}

export interface CreditNoteLineAtStripe {
  readonly id: string;
  readonly description: string;
  /** The line of the invoice that it takes back; null for an amount of its own. */
  readonly invoiceLineId: string | null;
  /** Before discounts; with tax where `isTaxIncluded`. */
  readonly amountMinor: bigint;
  readonly discountMinor: bigint;
  readonly taxMinor: bigint;
  readonly isTaxIncluded: boolean;
}
