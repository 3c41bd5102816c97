import type { AppliedDiscount, DiscountPeriods } from '../catalog/coupon.ts';
import type { CreditNote } from '../invoicing/documents/credit-note.ts';
import type { InvoiceStatus, IssuedInvoice } from '../invoicing/invoice.ts';
import type { LedgerTransaction } from '../ledger/transaction.ts';
import type { CurrencyCode } from '../money/currency.ts';
import type { Dispute } from '../payments/dispute.ts';
import type { PaymentAttempt, PaymentStatus } from '../payments/payment.ts';
import type { Refund, RefundStatus } from '../payments/refund.ts';
import type { OneOffCharge, Subscription, SubscriptionItem } from '../subscriptions/subscription.ts';
import type { Instant } from '../time/instant.ts';
import type { CoreEvent } from './event.ts';

/**
 * The closed union of row-level effects that a decision may contain. Plain data: the simulator applies it in memory
 * (`decision/apply.ts`), the server in SQL, and both must end in the same state.
 */
export type Change =
  | { readonly type: 'subscription.create'; readonly subscription: Subscription }
  | {
      readonly type: 'subscription.update';
      readonly subscriptionId: string;
      /** The status that the decision rests on; the update must refuse to write over another one. */
      readonly fromStatus: Subscription['status'];
      readonly fields: SubscriptionFields;
      /** Set where Stripe computes the subscription, which then moves along a table of its own. */
      readonly authority?: 'stripe';
    }
  | {
      readonly type: 'subscription_item.create';
      readonly subscriptionId: string;
      readonly item: SubscriptionItem;
    }
  | {
      readonly type: 'subscription_item.end';
      readonly subscriptionId: string;
      readonly itemId: string;
      readonly at: Instant;
      readonly creditUnused: boolean;
    }
  | {
      readonly type: 'subscription_charge.create';
      readonly subscriptionId: string;
      readonly charge: OneOffCharge;
    }
  | {
      readonly type: 'subscription_discount.create';
      readonly subscriptionId: string;
      readonly discount: AppliedDiscount;
    }
  | {
      readonly type: 'subscription_discount.end';
      readonly subscriptionId: string;
      readonly discountId: string;
      /** Lines of periods that begin here or later are not lowered any more. */
      readonly until: Instant;
    }
  | {
      /** A discount that has not begun is laid out from another beginning, because its trial moved. */
      readonly type: 'subscription_discount.move';
      readonly subscriptionId: string;
      readonly discountId: string;
      readonly from: Instant;
      readonly until: Instant | null;
      readonly periods: DiscountPeriods | null;
    }
  | { readonly type: 'invoice.create'; readonly invoice: IssuedInvoice }
  | {
      readonly type: 'invoice.update';
      readonly invoiceId: string;
      readonly fromStatus: InvoiceStatus;
      readonly status: InvoiceStatus;
      readonly paidDeltaMinor: bigint;
    }
  | {
      /** The invoice counts no more: its lines do not stand any longer, or stand as waived. */
      readonly type: 'invoice.void';
      readonly invoiceId: string;
      readonly fromStatus: InvoiceStatus;
      readonly periods: 'bill_again' | 'waive';
      readonly reason: string;
    }
  | {
      /** Also raises what is credited of the lines that stand. */
      readonly type: 'credit_note.create';
      readonly creditNote: CreditNote;
    }
  | {
      /** Credit pays a part of an invoice after its issue, or all that is left. */
      readonly type: 'invoice.credit';
      readonly invoiceId: string;
      readonly fromStatus: InvoiceStatus;
      readonly status: InvoiceStatus;
      readonly amountMinor: bigint;
    }
  | {
      /** Conditional: the balance after it is never below zero. */
      readonly type: 'customer_credit.add';
      readonly customerId: string;
      readonly currency: CurrencyCode;
      readonly deltaMinor: bigint;
      readonly sourceType: 'invoice' | 'credit_note' | 'payment' | 'refund' | 'deposit_release';
      readonly sourceId: string;
    }
  | { readonly type: 'payment.create'; readonly attempt: PaymentAttempt }
  | {
      readonly type: 'payment.update';
      readonly paymentId: string;
      readonly fromStatus: PaymentStatus;
      readonly status: PaymentStatus;
      readonly capturedMinor: bigint;
      readonly creditedMinor: bigint;
      readonly feeMinor: bigint;
      readonly failureCode: string | null;
    }
  | {
      readonly type: 'payment.retry';
      readonly invoiceId: string;
      readonly at: Instant | null;
      readonly failureCount: number;
    }
  | { readonly type: 'refund.create'; readonly refund: Refund }
  | {
      readonly type: 'refund.update';
      readonly refundId: string;
      readonly fromStatus: RefundStatus;
      readonly status: RefundStatus;
    }
  | {
      /** The dispute as it is now, whether it is new or not. */
      readonly type: 'dispute.put';
      readonly dispute: Dispute;
    }
  | { readonly type: 'ledger.post'; readonly transaction: LedgerTransaction };

export type SubscriptionFields = Partial<
  Pick<
    Subscription,
    | 'status'
    | 'planId'
    | 'planVersionId'
    | 'seats'
    | 'anchorAt'
    | 'trialEndAt'
    | 'endedAt'
    | 'schedule'
    | 'pauses'
    | 'nextActionAt'
  >
>;

/** What core returns: effects to apply and facts to publish, in one transaction. */
export interface Decision {
  readonly changes: readonly Change[];
  readonly events: readonly CoreEvent[];
}
