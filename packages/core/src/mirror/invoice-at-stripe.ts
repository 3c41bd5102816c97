import type { Instant } from '../time/instant.ts';
import type { Period } from '../time/period.ts';

/** What Stripe says of an invoice at one look-up. Ids are Stripe's, amounts minor units. */
export interface InvoiceAtStripe {
  readonly id: string;
  /** Null while it is a draft. */
  readonly number: string | null;
  readonly customerId: string;
  /** Null for one that bills no subscription. */
  readonly subscriptionId: string | null;
  readonly status: string;
  /** Three capital letters. */
  readonly currency: string;
  readonly totalMinor: bigint;
  /** What is to be paid: the total less what the customer had as balance at Stripe, and less what credit notes took off. */
  readonly amountDueMinor: bigint;
  readonly amountPaidMinor: bigint;
  /** What credit notes took off it before it was paid, and gave back afterwards. */
  readonly reducedByNotesMinor: bigint;
  readonly returnedByNotesMinor: bigint;
  readonly collection: 'automatic' | 'manual';
  readonly finalizedAt: Instant | null;
  readonly dueAt: Instant | null;
  readonly paidAt: Instant | null;
  readonly voidedAt: Instant | null;
  readonly lines: readonly InvoiceLineAtStripe[];
  readonly taxes: readonly InvoiceTaxAtStripe[];
  /** Tries of Stripe to collect, and when it tries again; null for never. */
  readonly attemptCount: number;
  readonly nextAttemptAt: Instant | null;
  /** Where the customer sees and pays it; null for a draft. */
  readonly hostedUrl: string | null;
  readonly payments: readonly InvoicePaymentAtStripe[];
}

export interface InvoiceLineAtStripe {
  readonly id: string;
  readonly description: string;
  /** Decimal text. */
  readonly quantity: string;
  readonly priceId: string | null;
  readonly isProration: boolean;
  readonly period: Period;
  /** Before discounts; with tax where `isTaxIncluded`. */
  readonly amountMinor: bigint;
  readonly discountMinor: bigint;
  /** What the discount is made of, by name. */
  readonly discounts: readonly { readonly name: string; readonly amountMinor: bigint }[];
  readonly taxMinor: bigint;
  readonly isTaxIncluded: boolean;
}

export interface InvoiceTaxAtStripe {
  readonly name: string;
  /** Decimal text; null where Stripe does not say. */
  readonly percent: string | null;
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
}

export interface InvoicePaymentAtStripe {
  readonly id: string;
  /** Null for money that came beside Stripe. */
  readonly intentId: string | null;
  readonly isPaid: boolean;
  readonly amountMinor: bigint;
}
