import { applyChanges } from '@billhook/core/decision/apply';
import { type CustomerBooks, creditOf, type InvoiceRecord, remainingOf } from '@billhook/core/decision/books';
import type { Decision } from '@billhook/core/decision/change';
import type { Result } from '@billhook/core/kernel/result';
import { decideAttempt } from '@billhook/core/payments/decide-attempt';
import { type AttemptNews, decideAttemptOutcome } from '@billhook/core/payments/decide-attempt-outcome';
import { decideDispute } from '@billhook/core/payments/decide-dispute';
import { decideRefund, decideRefundOutcome } from '@billhook/core/payments/decide-refund';
import { type Dispute, isClosedDispute } from '@billhook/core/payments/dispute';
import { afterAbsence, nextLookUpAt } from '@billhook/core/payments/look-up';
import type { PaymentAttempt } from '@billhook/core/payments/payment';
import { isTerminalPayment } from '@billhook/core/payments/transitions';
import { DEFAULT_PRORATION_POLICY } from '@billhook/core/proration/policy';
import { addMs, type Instant, MS_PER_DAY } from '@billhook/core/time/instant';
import {
  disputeAt,
  type Fault,
  type Intent,
  type KeyedProvider,
  refundsAt,
  statusAt,
} from './keyed-provider.ts';

/** One more try after three days; a second failure ends it. */
const afterFailure = (now: Instant, failureCount: number) => {
  const ends = failureCount > 0;
  return { retryAt: ends ? null : addMs(now, 3 * MS_PER_DAY), retryStep: null, ends, tellsCustomer: true };
};

/**
 * Collects one invoice as the server does: the intent and its key stand before the call, a call without an answer is
 * looked up on the schedule of core, and webhooks only say where to look.
 */
export class Till {
  /** When the outcome is looked up next; null once nothing is open or the schedule has run out. */
  lookUpAt: Instant | null = null;
  /** Whether a person has to look, because the schedule ran out. */
  isOverdue = false;
  readonly attemptId = 'attempt_1';
  private key = 'attempt:attempt_1';
  private sentAt: Instant | null = null;
  private lookUps = 0;
  private readonly invoiceId: string;
  readonly books: CustomerBooks;
  private readonly provider: KeyedProvider;
  private readonly resendsUnderNewKey: boolean;

  /** @param books with the invoice that is open; @param bug plants the mistake that the laws are about */
  constructor(
    books: CustomerBooks,
    invoiceId: string,
    provider: KeyedProvider,
    bug: { resendsUnderNewKey?: boolean } = {},
  ) {
    this.books = books;
    this.provider = provider;
    this.invoiceId = invoiceId;
    this.resendsUnderNewKey = bug.resendsUnderNewKey ?? false;
  }

  get attempt(): PaymentAttempt {
    return this.books.payments.get(this.attemptId) as PaymentAttempt;
  }

  get record(): InvoiceRecord {
    return this.books.invoices.get(this.invoiceId) as InvoiceRecord;
  }

  /** Writes the intent and calls. */
  begin(now: Instant, fault: Fault): void {
    const { invoice, status } = this.record;
    const { id, customerId, currency } = invoice;
    const open = { id, customerId, currency, status, remainingMinor: remainingOf(this.record) };
    this.carryOut(
      decideAttempt({ attemptId: this.attemptId, provider: 'stripe', invoice: open, attempts: [] }),
    );
    this.tell({ status: 'sending' }, now);
    this.send(now, fault);
  }

  private send(now: Instant, fault: Fault): void {
    this.sentAt ??= now;
    const { amountMinor } = this.attempt;
    const intent = this.provider.charge(
      { key: this.key, attemptId: this.attemptId, amountMinor },
      now,
      fault,
    );
    if (intent === null) this.tell({ status: 'unknown' }, now);
    else this.see(intent, now);
  }

  /** A look-up that is due. @param isAnswered false where the look-up itself gets no answer */
  lookUp(now: Instant, isAnswered: boolean, fault: Fault): void {
    if (isTerminalPayment(this.attempt.status)) return;
    this.lookUps += 1;
    this.plan(now);
    if (!isAnswered) return;
    const intent = this.provider.find(this.attemptId, now);
    if (intent !== null) {
      this.see(intent, now);
      return;
    }
    const next = afterAbsence(now - (this.sentAt ?? now), this.lookUps);
    if (next === 'not_executed') this.tell({ status: 'failed', failureCode: 'not_executed' }, now);
    if (next !== 'send_again') return;
    if (this.resendsUnderNewKey) this.key = `${this.key}/again`;
    this.send(now, fault);
  }

  /** A webhook about the payment: its content is not believed, the provider is asked. */
  hear(now: Instant): void {
    const intent = this.provider.find(this.attemptId, now);
    if (intent !== null) this.see(intent, now);
  }

  private see(intent: Intent, now: Instant): void {
    this.tell(statusAt(intent, now), now);
    if (this.attempt.status !== 'succeeded') return;
    for (const [index, { amountMinor }] of refundsAt(intent, now).entries()) {
      this.takeRefund(`${intent.id}/refund_${index}`, amountMinor, now);
    }
    const news = disputeAt(intent, now);
    if (news === null) return;
    const id = `${intent.id}/dispute`;
    const known = this.books.disputes.get(id);
    const { customerId, currency } = this.attempt;
    const fresh: Dispute = {
      ...{
        id,
        paymentId: this.attemptId,
        invoiceId: this.invoiceId,
        customerId,
        provider: 'stripe',
        currency,
      },
      amountMinor: news.amountMinor,
      reason: 'fraudulent',
      status: news.status,
      evidenceDueAt: null,
      withdrawnMinor: 0n,
      returnedMinor: 0n,
      feeMinor: 0n,
      feeReturnedMinor: 0n,
      lostMinor: 0n,
    };
    this.carryOut(decideDispute({ now, dispute: known ?? fresh, isNew: known === undefined, news }));
  }

  /** A refund that somebody made at the provider. */
  private takeRefund(refundId: string, amountMinor: bigint, now: Instant): void {
    if (this.books.refunds.has(refundId)) return;
    const { attempt } = this;
    const creditBalanceMinor = creditOf(this.books, attempt.currency);
    let refundedBeforeMinor = 0n;
    for (const refund of this.books.refunds.values())
      if (refund.status === 'succeeded') refundedBeforeMinor += refund.amountMinor - refund.creditMinor;
    this.carryOut(
      decideRefund({ refundId, now, attempt, creditBalanceMinor, amountMinor, reason: 'At the provider' }),
    );
    const refund = this.books.refunds.get(refundId);
    if (refund === undefined) return;
    const { totals, taxes } = this.record.invoice;
    const { changes } = decideRefundOutcome({
      now,
      refund,
      invoice: { ...totals, taxes },
      refundedBeforeMinor,
      news: 'succeeded',
    });
    applyChanges(this.books, changes);
  }

  private tell(news: AttemptNews, now: Instant): void {
    const { invoice, status, failureCount } = this.record;
    this.carryOut(
      decideAttemptOutcome({
        now,
        attempt: this.attempt,
        invoice: { id: invoice.id, status, remainingMinor: remainingOf(this.record), failureCount },
        subscriptions: [],
        failingElsewhere: [],
        afterFailure: news.status === 'failed' ? afterFailure(now, failureCount) : null,
        days: DEFAULT_PRORATION_POLICY,
        news,
      }),
    );
    this.plan(now);
  }

  /** Plans the next look-up where the outcome is open; as in the server, one that is planned already stays. */
  private plan(now: Instant): void {
    const { status } = this.attempt;
    const isOpen = status === 'unknown' || status === 'processing' || status === 'requires_action';
    this.lookUpAt = isOpen ? nextLookUpAt(now, this.lookUps, status) : null;
    this.isOverdue = isOpen && this.lookUpAt === null;
  }

  private carryOut(decision: Result<Decision>): void {
    if (!decision.ok) throw new Error(`${decision.refusal.code}: ${decision.refusal.detail}`);
    applyChanges(this.books, decision.value.changes);
  }

  /** What stands in the end, in words that two runs can be compared by. */
  summary(): string {
    const { status, capturedMinor, refundedMinor, creditedMinor } = this.attempt;
    const balances = new Map<string, bigint>();
    for (const { entries } of this.books.ledger) {
      for (const { account, side, amountMinor } of entries)
        balances.set(
          account,
          (balances.get(account) ?? 0n) + (side === 'debit' ? amountMinor : -amountMinor),
        );
    }
    const accounts = [...balances]
      .filter(([, sum]) => sum !== 0n)
      .toSorted(([one], [other]) => (one < other ? -1 : 1));
    const disputes = [...this.books.disputes.values()].map((dispute) => [
      ...[dispute.status, dispute.withdrawnMinor, dispute.returnedMinor, dispute.feeMinor, dispute.lostMinor],
    ]);
    const invoice = [this.record.status, this.record.paidMinor, this.record.failureCount];
    return [status, capturedMinor, refundedMinor, creditedMinor, invoice, accounts, disputes].join(' | ');
  }

  hasOpenDispute(): boolean {
    return [...this.books.disputes.values()].some(({ status }) => !isClosedDispute(status));
  }
}
