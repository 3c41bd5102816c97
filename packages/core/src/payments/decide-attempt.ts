import type { Decision } from '../decision/change.ts';
import type { InvoiceStatus } from '../invoicing/invoice.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import type { CurrencyCode } from '../money/currency.ts';
import type { PaymentAttempt, PaymentStatus } from './payment.ts';
import { isTerminalPayment } from './transitions.ts';

export interface AttemptInput {
  readonly attemptId: string;
  readonly provider: string;
  readonly invoice: {
    readonly id: string;
    readonly customerId: string;
    readonly currency: CurrencyCode;
    readonly status: InvoiceStatus;
    readonly remainingMinor: bigint;
  };
  /** The statuses of all attempts to collect this invoice so far. */
  readonly attempts: readonly PaymentStatus[];
}

/**
 * Intends to collect what is left of an invoice. The provider is asked after the intent is committed, and there is one
 * open way at most: while an attempt is under way or unknown, no other begins.
 * Refusals: `payment.invoice_not_open`, `payment.nothing_due`, `payment.in_flight`.
 */
export function decideAttempt(input: AttemptInput): Result<Decision> {
  const { invoice } = input;
  if (invoice.status !== 'open')
    return refuse('payment.invoice_not_open', 'Only an open invoice is collected.');
  if (invoice.remainingMinor <= 0n) return refuse('payment.nothing_due', 'Nothing is left to pay.');
  if (input.attempts.some((status) => !isTerminalPayment(status))) {
    return refuse('payment.in_flight', 'Another attempt for this invoice is under way or unknown.');
  }
  const attempt: PaymentAttempt = {
    id: input.attemptId,
    customerId: invoice.customerId,
    invoiceId: invoice.id,
    provider: input.provider,
    currency: invoice.currency,
    amountMinor: invoice.remainingMinor,
    status: 'created',
    capturedMinor: 0n,
    creditedMinor: 0n,
    feeMinor: 0n,
    refundedMinor: 0n,
    creditReturnedMinor: 0n,
    failureCode: null,
  };
  return ok({ changes: [{ type: 'payment.create', attempt }], events: [] });
}
