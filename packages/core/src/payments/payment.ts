import type { CurrencyCode } from '../money/currency.ts';

/**
 * One try at collecting an invoice. `created`: the intent is committed. `sending`: a call to the provider is under
 * way. `requires_action`: the customer must confirm. `processing`: the provider works on it. `unknown`: a call ended
 * without an answer. `succeeded`, `failed` and `canceled` are final, but for what came outside of a provider and was taken
 * back by a person: that is `reversed`.
 */
export type PaymentStatus =
  | 'created'
  | 'sending'
  | 'requires_action'
  | 'processing'
  | 'unknown'
  | 'succeeded'
  | 'failed'
  | 'canceled'
  | 'reversed';

export interface PaymentAttempt {
  readonly id: string;
  readonly customerId: string;
  /** Null for money that came for nothing we had billed; it becomes credit whole. */
  readonly invoiceId: string | null;
  readonly provider: string;
  readonly currency: CurrencyCode;
  readonly amountMinor: bigint;
  readonly status: PaymentStatus;
  /** What the provider really took; 0 until it succeeded. */
  readonly capturedMinor: bigint;
  readonly feeMinor: bigint;
  /** The part of the captured amount that was more than due and became customer credit. */
  readonly creditedMinor: bigint;
  /** Σ of refunds that succeeded, are pending or unknown. */
  readonly refundedMinor: bigint;
  /** The part of these refunds that was taken back out of the credit. */
  readonly creditReturnedMinor: bigint;
  readonly failureCode: string | null;
}
