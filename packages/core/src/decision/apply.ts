import { billedLinesOf } from '../invoicing/decide-invoice.ts';
import { invariant, unreachable } from '../kernel/invariant.ts';
import { assertBalanced } from '../ledger/postings.ts';
import { notedCredit } from '../payments/noted-credit.ts';
import type { Refund } from '../payments/refund.ts';
import { mayMovePayment, mayMoveRefund } from '../payments/transitions.ts';
import { applySubscriptionChange } from '../subscriptions/apply-change.ts';
import { applyDocumentChange } from './apply-document.ts';
import { type CustomerBooks, creditOf, remainingOf } from './books.ts';
import type { Change } from './change.ts';

/**
 * Applies changes to one customer's books in memory, in order, with the same guards that the database has: a status is
 * written only over the one the decision rests on, a balance never falls below zero, a fact posts once.
 *
 * @throws InvariantError if a guard trips; the books are then damaged and must be thrown away
 */
export function applyChanges(books: CustomerBooks, changes: readonly Change[]): void {
  for (const change of changes) applyChange(books, change);
}

function applyChange(books: CustomerBooks, change: Change): void {
  switch (change.type) {
    case 'subscription.create':
      invariant(!books.subscriptions.has(change.subscription.id), 'A subscription is created once.');
      books.subscriptions.set(change.subscription.id, change.subscription);
      return;
    case 'subscription.update':
    case 'subscription_item.create':
    case 'subscription_item.end':
    case 'subscription_charge.create':
    case 'subscription_discount.create':
    case 'subscription_discount.end':
    case 'subscription_discount.move': {
      const subscription = known(books.subscriptions.get(change.subscriptionId));
      books.subscriptions.set(subscription.id, applySubscriptionChange(subscription, change));
      return;
    }
    case 'invoice.create':
      invariant(!books.invoices.has(change.invoice.id), 'An invoice is created once.');
      books.invoices.set(change.invoice.id, {
        invoice: change.invoice,
        status: change.invoice.status,
        paidMinor: 0n,
        creditPaidMinor: 0n,
        failureCount: 0,
        retryAt: null,
      });
      books.billed.push(...billedLinesOf(change.invoice));
      return;
    case 'invoice.void':
    case 'credit_note.create':
      applyDocumentChange(books, change);
      return;
    case 'customer_credit.add': {
      const balanceMinor = creditOf(books, change.currency) + change.deltaMinor;
      invariant(balanceMinor >= 0n, 'A credit balance is never negative.');
      books.creditMinor.set(change.currency, balanceMinor);
      return;
    }
    case 'invoice.update':
    case 'invoice.credit':
    case 'payment.retry':
      applyToInvoice(books, change);
      return;
    case 'payment.create':
      invariant(!books.payments.has(change.attempt.id), 'A payment is created once.');
      books.payments.set(change.attempt.id, change.attempt);
      return;
    case 'payment.update':
    case 'refund.create':
    case 'refund.update':
      applyToPayment(books, change);
      return;
    case 'dispute.put':
      books.disputes.set(change.dispute.id, change.dispute);
      return;
    case 'ledger.post': {
      const { sourceType, sourceId, kind } = change.transaction;
      const fact = `${sourceType}/${sourceId}/${kind}`;
      invariant(!books.posted.has(fact), 'A business fact posts once.');
      assertBalanced(change.transaction);
      books.posted.add(fact);
      books.ledger.push(change.transaction);
      return;
    }
    default:
      unreachable(change);
  }
}

function applyToInvoice(
  books: CustomerBooks,
  change: Extract<Change, { type: 'invoice.update' | 'invoice.credit' | 'payment.retry' }>,
): void {
  const record = known(books.invoices.get(change.invoiceId));
  if (change.type === 'payment.retry') {
    books.invoices.set(change.invoiceId, {
      ...record,
      retryAt: change.at,
      failureCount: change.failureCount,
    });
    return;
  }
  invariant(
    record.status === change.fromStatus,
    'The invoice has another status than the decision rests on.',
  );
  const isCredit = change.type === 'invoice.credit';
  const moved = {
    ...record,
    status: change.status,
    paidMinor: record.paidMinor + (isCredit ? 0n : change.paidDeltaMinor),
    creditPaidMinor: record.creditPaidMinor + (isCredit ? change.amountMinor : 0n),
  };
  invariant(remainingOf(moved) >= 0n, 'No invoice is paid beyond what is due.');
  books.invoices.set(change.invoiceId, moved);
}

function applyToPayment(
  books: CustomerBooks,
  change: Extract<Change, { type: 'payment.update' | 'refund.create' | 'refund.update' }>,
): void {
  if (change.type === 'payment.update') {
    const payment = known(books.payments.get(change.paymentId));
    invariant(
      payment.status === change.fromStatus,
      'The payment has another status than the decision rests on.',
    );
    invariant(mayMovePayment(payment.status, change.status), 'A payment moves along its table only.');
    const { status, capturedMinor, creditedMinor, feeMinor, failureCode } = change;
    books.payments.set(payment.id, {
      ...payment,
      status,
      capturedMinor,
      creditedMinor,
      feeMinor,
      failureCode,
    });
    return;
  }
  const refund = change.type === 'refund.create' ? change.refund : known(books.refunds.get(change.refundId));
  const payment = known(books.payments.get(refund.paymentId));
  if (change.type === 'refund.create') {
    invariant(!books.refunds.has(refund.id), 'A refund is created once.');
    const refundedMinor = payment.refundedMinor + refund.amountMinor;
    invariant(refundedMinor <= payment.capturedMinor, 'Refunds never exceed what was captured.');
    books.refunds.set(refund.id, refund);
    const creditReturnedMinor = payment.creditReturnedMinor + refund.creditMinor;
    const grantedMinor = payment.creditedMinor + notedOf(books, refund);
    invariant(creditReturnedMinor <= grantedMinor, 'No more credit goes back than was granted.');
    books.payments.set(payment.id, { ...payment, refundedMinor, creditReturnedMinor });
    return;
  }
  invariant(refund.status === change.fromStatus, 'The refund has another status than the decision rests on.');
  invariant(mayMoveRefund(refund.status, change.status), 'A refund moves along its table only.');
  books.refunds.set(refund.id, { ...refund, status: change.status });
  if (change.status === 'failed' || change.status === 'returned') {
    books.payments.set(payment.id, {
      ...payment,
      refundedMinor: payment.refundedMinor - refund.amountMinor,
      creditReturnedMinor: payment.creditReturnedMinor - refund.creditMinor,
    });
  }
}

/** What credit notes of the invoice made of the payment into credit. */
function notedOf({ payments, creditNotes }: CustomerBooks, { invoiceId, paymentId }: Refund): bigint {
  let grantedMinor = 0n;
  for (const note of creditNotes.values())
    if (note.invoiceId === invoiceId) grantedMinor += note.totals.creditGrantedMinor;
  if (grantedMinor === 0n) return 0n;
  const own = [...payments.values()].filter((payment) => payment.invoiceId === invoiceId);
  return notedCredit(own, grantedMinor).get(paymentId) ?? 0n;
}

function known<T>(row: T | undefined): T {
  invariant(row !== undefined, 'A change is about a row that exists.');
  return row;
}
