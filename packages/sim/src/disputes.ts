import type { Dispute } from '@billhook/core/payments/dispute';
import type { Customer } from './customer.ts';
import type { DisputeDelivery } from './provider.ts';
import { carryOut, type World } from './world.ts';

/** A payment has just succeeded: what its bank will ask back comes onto the agenda. */
export function expectDisputes(world: World, customer: Customer, paymentId: string): void {
  const payment = customer.books.payments.get(paymentId);
  if (payment?.status !== 'succeeded') return;
  for (const delivery of world.provider.disputes(payment, world.agenda.now))
    world.agenda.add(delivery.at, { kind: 'dispute', customer, delivery });
}

/** Takes what the provider says of a dispute at present. */
export function hearDispute(world: World, customer: Customer, { paymentId }: DisputeDelivery): void {
  const { books } = customer;
  const payment = books.payments.get(paymentId);
  const news = world.provider.lookUpDispute(paymentId, world.agenda.now);
  if (payment === undefined || news === null) return;
  const id = `${paymentId}/dispute`;
  const known = books.disputes.get(id);
  const { customerId, provider, currency, invoiceId } = payment;
  const fresh: Dispute = {
    id,
    paymentId,
    invoiceId,
    customerId,
    provider,
    currency,
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
  const decision = world.engine.decideDispute({
    now: world.agenda.now,
    dispute: known ?? fresh,
    isNew: known === undefined,
    news,
  });
  if (!decision.ok) throw new Error(`${decision.refusal.code}: ${decision.refusal.detail}`);
  if (decision.value.changes.length > 0) carryOut(world, customer, decision.value);
}
