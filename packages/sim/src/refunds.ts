import { creditOf } from '@billhook/core/decision/books';
import type { CreditNote } from '@billhook/core/invoicing/documents/credit-note';
import { refundableMinor } from '@billhook/core/payments/decide-refund';
import { withNoted } from '@billhook/core/payments/noted-credit';
import type { PaymentAttempt } from '@billhook/core/payments/payment';
import { addMs, MS_PER_HOUR } from '@billhook/core/time/instant';
import { type Customer, idFor } from './customer.ts';
import { carryOut, type World } from './world.ts';

/** Gives back a share, in percent, of the last payment of which anything is left. */
export function refund(world: World, customer: Customer, share: number): void {
  const attempt = [...customer.books.payments.values()]
    .filter(({ status }) => status === 'succeeded')
    .findLast((payment) => leftOf(world, customer, payment) > 0n);
  if (attempt === undefined) return;
  give(world, customer, attempt, (attempt.capturedMinor * BigInt(share)) / 100n);
}

/** Sends back what a note made into credit, by the payments of its invoice in order. */
export function refundNoted(world: World, customer: Customer, { invoiceId, totals }: CreditNote): void {
  let leftMinor = totals.creditGrantedMinor;
  for (const payment of [...customer.books.payments.values()]) {
    if (payment.invoiceId !== invoiceId || payment.status !== 'succeeded') continue;
    const most = leftOf(world, customer, payment);
    const partMinor = most < leftMinor ? most : leftMinor;
    if (partMinor <= 0n) continue;
    give(world, customer, payment, partMinor);
    leftMinor -= partMinor;
  }
}

/** A payment with the credit that notes made of it. */
function noted({ engine }: World, { books }: Customer, payment: PaymentAttempt): PaymentAttempt {
  let grantedMinor = 0n;
  for (const { invoiceId, totals } of books.creditNotes.values())
    if (invoiceId === payment.invoiceId) grantedMinor += totals.creditGrantedMinor;
  if (grantedMinor === 0n) return payment;
  const own = [...books.payments.values()].filter(({ invoiceId }) => invoiceId === payment.invoiceId);
  return withNoted(payment, engine.notedCredit(own, grantedMinor));
}

function leftOf(world: World, customer: Customer, payment: PaymentAttempt): bigint {
  // While a bank has the money, or keeps it, none of it goes back as well.
  for (const { paymentId, status } of customer.books.disputes.values())
    if (paymentId === payment.id && status !== 'won') return 0n;
  return refundableMinor(noted(world, customer, payment), creditOf(customer.books, payment.currency));
}

function give(world: World, customer: Customer, attempt: PaymentAttempt, amountMinor: bigint): void {
  const refundId = idFor(customer, 'ref');
  const decided = world.engine.decideRefund({
    refundId,
    now: world.agenda.now,
    attempt: noted(world, customer, attempt),
    creditBalanceMinor: creditOf(customer.books, attempt.currency),
    amountMinor,
    reason: 'asked',
  });
  if (!decided.ok) return;
  carryOut(world, customer, decided.value);
  const intended = customer.books.refunds.get(refundId);
  if (intended === undefined) return;
  const answer = world.provider.refund(refundId, attempt.id, intended.amountMinor);
  refundNews(world, customer, refundId, answer);
  if (answer === 'unknown') {
    world.agenda.add(addMs(world.agenda.now, MS_PER_HOUR), { kind: 'refund_look_up', customer, refundId });
  }
}

/** A refund that was made comes back, and is told so twice. */
export function returnRefund(world: World, customer: Customer, refundId: string): void {
  const refund = customer.books.refunds.get(refundId);
  if (refund?.status !== 'succeeded') return;
  world.provider.takeBackRefund(refund.paymentId, refund.amountMinor);
  refundNews(world, customer, refundId, 'failed');
  refundNews(world, customer, refundId, 'failed');
}

/** What became of a refund whose answer was lost. */
export function settleRefund(world: World, customer: Customer, refundId: string): void {
  refundNews(world, customer, refundId, world.provider.lookUpRefund(refundId));
}

function refundNews(
  world: World,
  customer: Customer,
  refundId: string,
  news: 'unknown' | 'succeeded' | 'failed',
): void {
  const { books } = customer;
  const pending = books.refunds.get(refundId);
  const record = books.invoices.get(pending?.invoiceId ?? '');
  if (pending === undefined || record === undefined) return;
  let refundedBeforeMinor = 0n;
  for (const other of books.refunds.values()) {
    if (other.invoiceId === pending.invoiceId && other.status === 'succeeded' && other.id !== refundId)
      refundedBeforeMinor += other.amountMinor - other.creditMinor;
  }
  const { totals, taxes } = record.invoice;
  carryOut(
    world,
    customer,
    world.engine.decideRefundOutcome({
      now: world.agenda.now,
      refund: pending,
      invoice: { ...totals, taxes },
      refundedBeforeMinor,
      news,
    }),
  );
  const returnsAt = news === 'succeeded' ? world.provider.returnOfRefund(world.agenda.now) : null;
  if (returnsAt !== null) world.agenda.add(returnsAt, { kind: 'refund_return', customer, refundId });
}
