import type { Draft } from '../state/draft.ts';
import type { ChargeRecord, RefundRecord } from '../state/records.ts';

const DAY = 86_400;

/** How a refund of this charge goes: at once, after a while, or back again because the card's bank refuses it. */
export function refundCourse(draft: Draft, charge: ChargeRecord): Pick<RefundRecord, 'status' | 'dueAt'> {
  const method = draft.get('payment_method', charge.paymentMethod);
  const behaviour = method?.card?.behaviour;
  if (behaviour === 'refund_fails') return { status: 'succeeded', dueAt: draft.now + 2 * DAY };
  if (behaviour === 'refund_pending' || method?.debit !== undefined) {
    return { status: 'pending', dueAt: draft.now + 3 * DAY };
  }
  return { status: 'succeeded', dueAt: null };
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
