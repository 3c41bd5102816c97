import type { Change, Decision } from '../decision/change.ts';
import type { InvoiceStatus } from '../invoicing/invoice.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import { paymentReversedPosting } from '../ledger/reversal-posting.ts';
import type { Instant } from '../time/instant.ts';
import type { PaymentAttempt } from './payment.ts';

export interface ReversalInput {
  readonly now: Instant;
  readonly payment: PaymentAttempt;
  /** The invoice that it paid; null for one that was credit whole. */
  readonly invoice: {
    readonly id: string;
    readonly status: InvoiceStatus;
    readonly failureCount: number;
    readonly isAutomatic: boolean;
    /** What is refunded of it, and what credit notes made into credit: both rest on the money that came. */
    readonly refundedMinor: bigint;
    readonly notedMinor: bigint;
    readonly paidMinor: bigint;
  } | null;
  readonly creditBalanceMinor: bigint;
  readonly reason: string;
}

/**
 * Takes back a payment that came outside of a provider and proved wrong: matched to the wrong invoice, returned by the
 * bank, a cheque that bounced. The books get entries of their own, the invoice is owed again, and what had become credit
 * leaves the balance. The payment is final then.
 * Refusals: `reversal.not_succeeded`, `reversal.refunded`, `reversal.credit_spent`.
 */
export function decideReversal(input: ReversalInput): Result<Decision> {
  const { payment, invoice, now } = input;
  if (payment.status !== 'succeeded')
    return refuse('reversal.not_succeeded', 'Only a payment that came can be taken back.');
  const { capturedMinor, creditedMinor, currency, customerId } = payment;
  const appliedMinor = capturedMinor - creditedMinor;
  const restsOnMinor = (invoice?.refundedMinor ?? 0n) + (invoice?.notedMinor ?? 0n);
  const paidLeftMinor = (invoice?.paidMinor ?? 0n) - appliedMinor;
  if (payment.refundedMinor > 0n || (restsOnMinor > 0n && paidLeftMinor < restsOnMinor))
    return refuse('reversal.refunded', 'Money of this payment was given back or credited already.');
  if (input.creditBalanceMinor < creditedMinor) {
    return refuse(
      'reversal.credit_spent',
      'What this payment made into credit has paid for something since.',
      {
        missing_minor: `${creditedMinor - input.creditBalanceMinor}`,
      },
    );
  }
  const changes: Change[] = [
    {
      type: 'payment.update',
      paymentId: payment.id,
      fromStatus: 'succeeded',
      status: 'reversed',
      capturedMinor: 0n,
      creditedMinor: 0n,
      feeMinor: payment.feeMinor,
      failureCode: null,
    },
  ];
  if (invoice !== null && appliedMinor > 0n) {
    const status = invoice.status === 'paid' ? 'open' : invoice.status;
    changes.push({
      type: 'invoice.update',
      invoiceId: invoice.id,
      fromStatus: invoice.status,
      status,
      paidDeltaMinor: -appliedMinor,
    });
    if (status === 'open' && invoice.isAutomatic) {
      const { id: invoiceId, failureCount } = invoice;
      changes.push({ type: 'payment.retry', invoiceId, at: now, failureCount });
    }
  }
  if (creditedMinor > 0n) {
    changes.push({
      type: 'customer_credit.add',
      customerId,
      currency,
      deltaMinor: -creditedMinor,
      sourceType: 'payment',
      sourceId: payment.id,
    });
  }
  changes.push({ type: 'ledger.post', transaction: paymentReversedPosting(payment, now) });
  const data = {
    invoice_id: payment.invoiceId,
    captured_minor: `${capturedMinor}`,
    currency,
    reason: input.reason,
  };
  return ok({
    changes,
    events: [{ type: 'payment.reversed', subjectId: payment.id, customerId, data }],
  });
}
