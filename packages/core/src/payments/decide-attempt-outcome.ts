import type { Change, Decision } from '../decision/change.ts';
import type { CoreEvent } from '../decision/event.ts';
import type { AfterFailure } from '../dunning/outlook.ts';
import type { InvoiceStatus } from '../invoicing/invoice.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import { paymentFeePosting, paymentSucceededPosting } from '../ledger/postings.ts';
import type { DayRules } from '../subscriptions/cut-item.ts';
import { draftOf, withEvent } from '../subscriptions/draft.ts';
import { paymentStanding, withStanding } from '../subscriptions/payment-standing.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import type { Instant } from '../time/instant.ts';
import { decideGiveUp } from './give-up.ts';
import type { PaymentAttempt } from './payment.ts';
import { mayMovePayment } from './transitions.ts';

/** What became known of an attempt, from a provider's answer, a webhook or a look-up. */
export type AttemptNews =
  | { readonly status: 'sending' | 'requires_action' | 'processing' | 'unknown' | 'canceled' }
  | { readonly status: 'succeeded'; readonly capturedMinor: bigint; readonly feeMinor: bigint }
  | { readonly status: 'failed'; readonly failureCode: string };

export interface AttemptOutcomeInput {
  readonly now: Instant;
  readonly attempt: PaymentAttempt;
  /** Null where the attempt belongs to no invoice: whatever it took is credit. */
  readonly invoice: {
    readonly id: string;
    readonly status: InvoiceStatus;
    /** What is still to pay. */
    readonly remainingMinor: bigint;
    /** Failed attempts for this invoice before this one. */
    readonly failureCount: number;
  } | null;
  /** Those that the invoice bills. */
  readonly subscriptions: readonly Subscription[];
  /** The ids of those whose collection has failed on another invoice that is still open. */
  readonly failingElsewhere: readonly string[];
  /** What the campaign says of a failure; null where the news is no failure, or nothing is to follow from it. */
  readonly afterFailure: AfterFailure | null;
  /** To whom the day of an end belongs, if the last try ends subscriptions. */
  readonly days: DayRules;
  readonly news: AttemptNews;
  /** What it takes is held as a deposit, and is no credit that may be spent. */
  readonly isDeposit?: boolean;
}

const EMPTY: Decision = { changes: [], events: [] };

/**
 * Takes news of an attempt. Repeated and late news change nothing. Success posts the cash and, as far as it pays the
 * invoice, recovers subscriptions that were past due; what is more than due becomes customer credit. Failure plans the
 * next try and marks the subscriptions past due; after the last try they end and the invoice is uncollectible.
 * Refusal: `payment.captured_amount` for a success over nothing.
 */
export function decideAttemptOutcome(input: AttemptOutcomeInput): Result<Decision> {
  const { attempt, news } = input;
  if (!mayMovePayment(attempt.status, news.status)) return ok(EMPTY);
  switch (news.status) {
    case 'succeeded':
      if (news.capturedMinor <= 0n || news.feeMinor < 0n) {
        return refuse('payment.captured_amount', 'A success without an amount is not believed.');
      }
      return ok(succeeded(input, news.capturedMinor, news.feeMinor));
    case 'failed':
      return ok(failed(input, news.failureCode));
    default:
      return ok({ changes: [move(attempt, news.status)], events: quietEvents(attempt, news.status) });
  }
}

function succeeded(input: AttemptOutcomeInput, capturedMinor: bigint, feeMinor: bigint): Decision {
  const { attempt, invoice, now } = input;
  const { currency, customerId } = attempt;
  const isPayable = invoice?.status === 'open' || invoice?.status === 'uncollectible';
  const payable = isPayable ? invoice.remainingMinor : 0n;
  const appliedMinor = capturedMinor < payable ? capturedMinor : payable;
  const creditedMinor = capturedMinor - appliedMinor;
  const paid = appliedMinor > 0n && appliedMinor === payable;
  const changes: Change[] = [{ ...move(attempt, 'succeeded'), capturedMinor, creditedMinor, feeMinor }];
  const events: CoreEvent[] = [
    eventOf(attempt, 'payment.succeeded', {
      captured_minor: `${capturedMinor}`,
      fee_minor: `${feeMinor}`,
      credited_minor: `${creditedMinor}`,
      currency,
    }),
  ];
  if (invoice !== null && appliedMinor > 0n) {
    changes.push({
      type: 'invoice.update',
      invoiceId: invoice.id,
      fromStatus: invoice.status,
      status: paid ? 'paid' : invoice.status,
      paidDeltaMinor: appliedMinor,
    });
  }
  if (creditedMinor > 0n && input.isDeposit !== true) {
    changes.push({
      type: 'customer_credit.add',
      customerId,
      currency,
      deltaMinor: creditedMinor,
      sourceType: 'payment',
      sourceId: attempt.id,
    });
    events.push(eventOf(attempt, 'credit.granted', { delta_minor: `${creditedMinor}`, currency }));
  }
  const postings = [
    paymentSucceededPosting(
      attempt,
      capturedMinor,
      appliedMinor,
      now,
      input.isDeposit === true ? 'deposits' : 'credit_liability',
    ),
    paymentFeePosting(attempt, feeMinor, now),
  ];
  for (const transaction of postings)
    if (transaction !== null) changes.push({ type: 'ledger.post', transaction });
  if (invoice !== null && paid) {
    events.push({
      type: 'invoice.paid',
      subjectId: invoice.id,
      customerId,
      data: { currency, payment_id: attempt.id },
    });
    changes.push({
      type: 'payment.retry',
      invoiceId: invoice.id,
      at: null,
      failureCount: invoice.failureCount,
    });
    recover(input, changes, events);
  }
  return { changes, events };
}

function recover(input: AttemptOutcomeInput, changes: Change[], events: CoreEvent[]): void {
  for (const subscription of input.subscriptions.filter(isBilledHere)) {
    const isFailing = input.failingElsewhere.includes(subscription.id);
    if (isFailing || paymentStanding(subscription) !== 'past_due') continue;
    const draft = withEvent(withStanding(draftOf(subscription), 'active'), 'subscription.recovered', {});
    changes.push(...draft.decision.changes);
    events.push(...draft.decision.events);
  }
}

function failed(input: AttemptOutcomeInput, failureCode: string): Decision {
  const { attempt, invoice, now } = input;
  if (invoice === null) return failedAlone(attempt, failureCode);
  const failureCount = invoice.failureCount + 1;
  const retryAt = input.afterFailure?.retryAt ?? null;
  const changes: Change[] = [{ ...move(attempt, 'failed'), failureCode }];
  const events: CoreEvent[] = [
    eventOf(attempt, 'payment.failed', {
      failure_code: failureCode,
      failure_count: failureCount,
      retry_at: retryAt,
      ...(input.afterFailure?.tellsCustomer === false ? { quiet: true } : {}),
    }),
  ];
  if (invoice.status !== 'open') return { changes, events };
  const { subscriptions, days } = input;
  if (input.afterFailure?.ends === true) {
    const end = decideGiveUp({ now, invoice: { ...invoice, failureCount }, subscriptions, days });
    return { changes: [...changes, ...end.changes], events: [...events, ...end.events] };
  }
  changes.push({ type: 'payment.retry', invoiceId: invoice.id, at: retryAt, failureCount });
  for (const subscription of subscriptions.filter(isBilledHere)) {
    if (paymentStanding(subscription) !== 'active') continue;
    const next = withEvent(withStanding(draftOf(subscription), 'past_due'), 'subscription.past_due', {
      invoice_id: invoice.id,
    });
    changes.push(...next.decision.changes);
    events.push(...next.decision.events);
  }
  return { changes, events };
}

/** What Stripe computes is past due or paid again by Stripe's word alone. */
const isBilledHere = ({ billingAuthority }: Subscription): boolean => billingAuthority === 'billhook';

/** Without an invoice there is nothing to try again, and nobody is past due. */
function failedAlone(attempt: PaymentAttempt, failureCode: string): Decision {
  return {
    changes: [{ ...move(attempt, 'failed'), failureCode }],
    events: [
      eventOf(attempt, 'payment.failed', { failure_code: failureCode, failure_count: 1, retry_at: null }),
    ],
  };
}

function move(
  attempt: PaymentAttempt,
  status: PaymentAttempt['status'],
): Extract<Change, { type: 'payment.update' }> {
  return {
    type: 'payment.update',
    paymentId: attempt.id,
    fromStatus: attempt.status,
    status,
    capturedMinor: 0n,
    creditedMinor: 0n,
    feeMinor: 0n,
    failureCode: null,
  };
}

function quietEvents(attempt: PaymentAttempt, status: PaymentAttempt['status']): readonly CoreEvent[] {
  if (status === 'requires_action') return [eventOf(attempt, 'payment.requires_action', {})];
  if (status === 'unknown') return [eventOf(attempt, 'payment.unknown', {})];
  return status === 'canceled' ? [eventOf(attempt, 'payment.canceled', {})] : [];
}

function eventOf(attempt: PaymentAttempt, type: CoreEvent['type'], data: CoreEvent['data']): CoreEvent {
  return {
    type,
    subjectId: attempt.id,
    customerId: attempt.customerId,
    data: { invoice_id: attempt.invoiceId, ...data },
  };
}
