import type { CurrencyCode } from '../money/currency.ts';

/**
 * `pending` covers the time from the written intent to the provider's word; `unknown` counts as money that may be out.
 * `returned`: the provider had sent it, and days later it came back, as from a card that was closed.
 */
export type RefundStatus = 'pending' | 'unknown' | 'succeeded' | 'failed' | 'returned';

export interface Refund {
  readonly id: string;
  readonly paymentId: string;
  readonly invoiceId: string | null;
  readonly customerId: string;
  readonly provider: string;
  readonly currency: CurrencyCode;
  readonly amountMinor: bigint;
  /** The part that is taken back out of the customer's credit; the rest reverses what was sold. */
  readonly creditMinor: bigint;
  readonly status: RefundStatus;
  readonly reason: string;
}
