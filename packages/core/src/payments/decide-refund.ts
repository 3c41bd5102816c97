import type { Decision } from '../decision/change.ts';
import type { CoreEvent } from '../decision/event.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import { refundPosting } from '../ledger/postings.ts';
import type { Instant } from '../time/instant.ts';
import type { PaymentAttempt } from './payment.ts';
import type { Refund } from './refund.ts';
import { mayMoveRefund } from './transitions.ts';

export interface RefundInput {
  readonly refundId: string;
  readonly attempt: PaymentAttempt;
  readonly amountMinor: bigint;
  readonly reason: string;
}

/** What may still go back: captured less what became customer credit, less refunds that succeeded, wait or are unknown. */
export function refundableMinor(attempt: PaymentAttempt): bigint {
  return attempt.status === 'succeeded'
    ? attempt.capturedMinor - attempt.creditedMinor - attempt.refundedMinor
    : 0n;
}

/**
 * Intends a refund; the provider is asked after the intent is committed. `refund.create` also adds the amount to the
 * attempt's refunded sum. Refusals: `refund.not_captured`, `refund.amount`, `refund.exceeds_captured`.
 */
export function decideRefund(input: RefundInput): Result<Decision> {
  const { attempt, amountMinor } = input;
  if (attempt.status !== 'succeeded')
    return refuse('refund.not_captured', 'Only a payment that succeeded can be refunded.');
  if (amountMinor <= 0n) return refuse('refund.amount', 'A refund is one minor unit or more.');
  const refundable = refundableMinor(attempt);
  if (amountMinor > refundable) {
    return refuse('refund.exceeds_captured', 'A payment cannot be refunded beyond what was captured.', {
      refundable_minor: `${refundable}`,
    });
  }
  const refund: Refund = {
    id: input.refundId,
    paymentId: attempt.id,
    invoiceId: attempt.invoiceId,
    customerId: attempt.customerId,
    provider: attempt.provider,
    currency: attempt.currency,
    amountMinor,
    status: 'pending',
    reason: input.reason,
  };
  return ok({ changes: [{ type: 'refund.create', refund }], events: [eventOf(refund, 'refund.requested')] });
}

export interface RefundOutcomeInput {
  readonly now: Instant;
  readonly refund: Refund;
  /** Net and tax of the invoice that was paid. */
  readonly invoice: { readonly netMinor: bigint; readonly taxMinor: bigint };
  /** Σ of earlier refunds of this invoice that succeeded. */
  readonly refundedBeforeMinor: bigint;
  readonly news: 'unknown' | 'succeeded' | 'failed';
}

/**
 * Takes news of a refund; repeated and late news change nothing. Only success posts; `refund.update` to failed also
 * takes the amount off the attempt's refunded sum.
 */
export function decideRefundOutcome(input: RefundOutcomeInput): Decision {
  const { refund, news } = input;
  if (!mayMoveRefund(refund.status, news)) return { changes: [], events: [] };
  const update = {
    type: 'refund.update',
    refundId: refund.id,
    fromStatus: refund.status,
    status: news,
  } as const;
  if (news === 'unknown') return { changes: [update], events: [] };
  if (news === 'failed') return { changes: [update], events: [eventOf(refund, 'refund.failed')] };
  const transaction = refundPosting(refund, input.invoice, input.refundedBeforeMinor, input.now);
  return {
    changes: transaction === null ? [update] : [update, { type: 'ledger.post', transaction }],
    events: [eventOf(refund, 'refund.succeeded')],
  };
}

function eventOf(refund: Refund, type: CoreEvent['type']): CoreEvent {
  return {
    type,
    subjectId: refund.id,
    customerId: refund.customerId,
    data: { payment_id: refund.paymentId, amount_minor: `${refund.amountMinor}`, currency: refund.currency },
  };
}
