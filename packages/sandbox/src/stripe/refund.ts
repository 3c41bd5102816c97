import type { Draft } from '../state/draft.ts';
import type { ChargeRecord, RefundRecord } from '../state/records.ts';

const DAY = 86_400;

/** How a refund of this charge goes: at once, after a while, or back again because the card's bank refuses it. */
function refundCourse(draft: Draft, charge: ChargeRecord): Pick<RefundRecord, 'status' | 'dueAt'> {
  const method = draft.get('payment_method', charge.paymentMethod);
  const behaviour = method?.card?.behaviour;
  if (behaviour === 'refund_fails') return { status: 'succeeded', dueAt: draft.now + 2 * DAY };
  if (behaviour === 'refund_pending' || method?.debit !== undefined) {
    return { status: 'pending', dueAt: draft.now + 3 * DAY };
  }
  return { status: 'succeeded', dueAt: null };
}

/** Gives back an amount of a charge. The caller has made sure that so much is left of it. */
export function makeRefund(
  draft: Draft,
  charge: ChargeRecord,
  fields: Pick<RefundRecord, 'amount' | 'reason' | 'metadata'>,
): RefundRecord {
  const { amount } = fields;
  const id = draft.id('re_');
  const transaction = draft.put('balance_transaction', {
    id: draft.id('txn_'),
    created: draft.now,
    amount: -amount,
    fee: 0,
    currency: charge.currency,
    type: 'refund',
    source: id,
    description:
      charge.description === null ? 'REFUND FOR CHARGE' : `REFUND FOR CHARGE (${charge.description})`,
    availableOn: draft.now,
  });
  const refund: RefundRecord = draft.put('refund', {
    id,
    created: draft.now,
    currency: charge.currency,
    charge: charge.id,
    paymentIntent: charge.paymentIntent,
    ...fields,
    balanceTransaction: transaction.id,
    ...refundCourse(draft, charge),
  });
  const after = draft.put('charge', { ...charge, amountRefunded: charge.amountRefunded + amount });
  draft.emit('refund.created', 'refund', refund);
  draft.emit('charge.refunded', 'charge', after, {
    amount_refunded: charge.amountRefunded,
    ...(after.amountRefunded === after.amount ? { refunded: false } : {}),
  });
  return refund;
}

/** A refund comes to its end. One that fails gives the amount back to the balance and to the charge. */
export function settleRefund(draft: Draft, refund: RefundRecord): void {
  if (refund.status === 'pending') {
    const done = draft.put('refund', { ...refund, status: 'succeeded', dueAt: null });
    draft.emit('refund.updated', 'refund', done, { status: 'pending' });
    return;
  }
  failRefund(draft, refund, 'lost_or_stolen_card');
}

/** Sends a refund back. */
export function failRefund(draft: Draft, refund: RefundRecord, failureReason: string): RefundRecord {
  const charge = draft.get('charge', refund.charge);
  if (charge === undefined) throw new Error('a refund has no charge');
  const transaction = draft.put('balance_transaction', {
    id: draft.id('txn_'),
    created: draft.now,
    amount: refund.amount,
    fee: 0,
    currency: refund.currency,
    type: 'refund_failure',
    source: refund.id,
    description: 'REFUND FAILURE',
    availableOn: draft.now,
  });
  const failed = draft.put('refund', {
    ...refund,
    status: 'failed',
    failureReason,
    failureBalanceTransaction: transaction.id,
    dueAt: null,
  });
  draft.put('charge', { ...charge, amountRefunded: charge.amountRefunded - refund.amount });
  draft.emit('refund.failed', 'refund', failed, { status: refund.status ?? 'succeeded' });
  draft.emit('charge.refund.updated', 'refund', failed, { status: refund.status ?? 'succeeded' });
  return failed;
}
