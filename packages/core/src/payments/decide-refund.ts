import type { Change, Decision } from '../decision/change.ts';
import type { CoreEvent } from '../decision/event.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import {
  type RefundedInvoice,
  refundPosting,
  refundReleasedPosting,
  refundReservedPosting,
  refundReturnedPosting,
} from '../ledger/postings.ts';
import type { Instant } from '../time/instant.ts';
import type { PaymentAttempt } from './payment.ts';
import type { Refund, RefundStatus } from './refund.ts';
import { mayMoveRefund } from './transitions.ts';

export interface RefundInput {
  readonly refundId: string;
  readonly now: Instant;
  readonly attempt: PaymentAttempt;
  /** The customer's credit as it stands. */
  readonly creditBalanceMinor: bigint;
  readonly amountMinor: bigint;
  readonly reason: string;
}

/**
 * What may still go back: what was captured, less refunds that succeeded, wait or are unknown. The part that became
 * credit goes back only as far as the customer still has credit: what was spent has paid for something.
 */
export function refundableMinor(attempt: PaymentAttempt, creditBalanceMinor: bigint): bigint {
  if (attempt.status !== 'succeeded') return 0n;
  const { capturedMinor, creditedMinor, refundedMinor, creditReturnedMinor } = attempt;
  const salesLeftMinor = capturedMinor - creditedMinor - (refundedMinor - creditReturnedMinor);
  return salesLeftMinor + surplusLeft(attempt, creditBalanceMinor);
}

function surplusLeft({ creditedMinor, creditReturnedMinor }: PaymentAttempt, balanceMinor: bigint): bigint {
  const leftMinor = creditedMinor - creditReturnedMinor;
  return leftMinor < balanceMinor ? leftMinor : balanceMinor;
}

/**
 * Intends a refund; the provider is asked after the intent is committed. `refund.create` also adds the amount to the
 * attempt's refunded sums. What was more than due goes back first: that part leaves the customer's credit at once, so
 * that it cannot be spent while the refund is under way. Refusals: `refund.not_captured`, `refund.amount`, `refund.exceeds_captured`.
 */
export function decideRefund(input: RefundInput): Result<Decision> {
  const { attempt, amountMinor } = input;
  if (attempt.status !== 'succeeded')
    return refuse('refund.not_captured', 'Only a payment that succeeded can be refunded.');
  if (amountMinor <= 0n) return refuse('refund.amount', 'A refund is one minor unit or more.');
  const refundable = refundableMinor(attempt, input.creditBalanceMinor);
  if (amountMinor > refundable) {
    return refuse('refund.exceeds_captured', 'A payment cannot be refunded beyond what was captured.', {
      refundable_minor: `${refundable}`,
    });
  }
  const surplusMinor = surplusLeft(attempt, input.creditBalanceMinor);
  const creditMinor = amountMinor < surplusMinor ? amountMinor : surplusMinor;
  const refund: Refund = {
    id: input.refundId,
    paymentId: attempt.id,
    invoiceId: attempt.invoiceId,
    customerId: attempt.customerId,
    provider: attempt.provider,
    currency: attempt.currency,
    amountMinor,
    creditMinor,
    status: 'pending',
    reason: input.reason,
  };
  const changes: Change[] = [{ type: 'refund.create', refund }];
  if (creditMinor > 0n) changes.push(...moveCredit(refund, -creditMinor, input.now));
  return ok({ changes, events: [eventOf(refund, 'refund.requested')] });
}

/** Takes credit out for a refund, or gives it back after one that failed or came back. */
function moveCredit(refund: Refund, deltaMinor: bigint, now: Instant): readonly Change[] {
  const { id, customerId, currency } = refund;
  return [
    {
      type: 'customer_credit.add',
      customerId,
      currency,
      deltaMinor,
      sourceType: 'refund',
      sourceId: id,
    },
    {
      type: 'ledger.post',
      transaction: deltaMinor < 0n ? refundReservedPosting(refund, now) : refundReleasedPosting(refund, now),
    },
  ];
}

export interface RefundOutcomeInput {
  readonly now: Instant;
  readonly refund: Refund;
  /** Net and tax of the invoice that was paid; null for a payment that was credit whole. */
  readonly invoice: RefundedInvoice | null;
  /** Σ of other refunds of this invoice that succeeded, without what they took out of credit. */
  readonly refundedBeforeMinor: bigint;
  /** Σ of what credit notes of the provider that stand promised to refund of this invoice; left out for nothing. */
  readonly promisedMinor?: bigint;
  readonly news: RefundNews;
}

/**
 * `failed`: the provider says of a refund that it has that it did not, or no longer, reach the customer. `refused`: it
 * did not take the call to make one, which says nothing of one that it made.
 */
export type RefundNews = 'unknown' | 'succeeded' | 'failed' | 'refused';

/**
 * Takes news of a refund; repeated and late news change nothing. Success posts, and a failure after it posts that back;
 * either failure takes the amount off the attempt's refunded sums, so that it can go back by another way, and what was
 * credit is credit again.
 */
export function decideRefundOutcome(input: RefundOutcomeInput): Decision {
  const { refund, now } = input;
  const status = statusAfter(refund, input.news);
  if (!mayMoveRefund(refund.status, status)) return { changes: [], events: [] };
  const { id: refundId, status: fromStatus } = refund;
  const changes: Change[] = [{ type: 'refund.update', refundId, fromStatus, status }];
  if (status === 'unknown') return { changes, events: [] };
  if (status !== 'failed') {
    const posting = status === 'succeeded' ? refundPosting : refundReturnedPosting;
    const transaction = posting(
      ...([refund, input.invoice, input.refundedBeforeMinor, now, input.promisedMinor] as const),
    );
    if (transaction !== null) changes.push({ type: 'ledger.post', transaction });
  }
  if (status !== 'succeeded' && refund.creditMinor > 0n)
    changes.push(...moveCredit(refund, refund.creditMinor, now));
  return { changes, events: [eventOf(refund, `refund.${status}`)] };
}

function statusAfter({ status }: Refund, news: RefundNews): Exclude<RefundStatus, 'pending'> {
  if (news === 'refused') return 'failed';
  return news === 'failed' && status === 'succeeded' ? 'returned' : news;
}

function eventOf(refund: Refund, type: CoreEvent['type']): CoreEvent {
  return {
    type,
    subjectId: refund.id,
    customerId: refund.customerId,
    data: {
      payment_id: refund.paymentId,
      amount_minor: `${refund.amountMinor}`,
      currency: refund.currency,
      provider: refund.provider,
    },
  };
}
