import type { Draft } from '../state/draft.ts';
import type { ChargeRecord, PaymentIntentRecord } from '../state/records.ts';
import { DEBIT_FEE_MINOR } from './debit.ts';
import { declineOf } from './declines.ts';
import { openDispute } from './dispute.ts';

/** A debit comes to its end: the bank paid, or sends it back. */
export function settleDebit(draft: Draft, charge: ChargeRecord): void {
  const intent = draft.get('payment_intent', charge.paymentIntent);
  const own = draft.get('payment_method', charge.paymentMethod)?.debit?.behaviour ?? 'settles';
  const behaviour = charge.returnsAs === undefined ? own : `fails:${charge.returnsAs}`;
  if (intent === undefined) throw new Error('a debit has no payment intent');
  if (behaviour.startsWith('fails')) fail(draft, charge, intent, behaviour.split(':')[1] ?? '');
  else succeed(draft, charge, intent, behaviour === 'disputed');
}

function succeed(draft: Draft, charge: ChargeRecord, intent: PaymentIntentRecord, isDisputed: boolean): void {
  const paid = draft.put('charge', { ...charge, status: 'succeeded', dueAt: null });
  const succeeded = draft.put('payment_intent', { ...intent, status: 'succeeded' });
  draft.emit('charge.succeeded', 'charge', paid);
  draft.emit('payment_intent.succeeded', 'payment_intent', succeeded);
  tellSession(draft, succeeded, 'checkout.session.async_payment_succeeded');
  if (isDisputed) openDispute(draft, paid, { reason: 'debit_not_authorized', isFinal: true });
}

function fail(draft: Draft, charge: ChargeRecord, intent: PaymentIntentRecord, code: string): void {
  const decline = declineOf(code);
  const transaction = draft.put('balance_transaction', {
    id: draft.id('txn_'),
    created: draft.now,
    amount: -charge.amount,
    fee: -DEBIT_FEE_MINOR,
    currency: charge.currency,
    type: 'payment_failure_refund',
    source: charge.id,
    description: 'Payment failure refund',
    availableOn: draft.now,
  });
  const failed = draft.put('charge', {
    ...charge,
    status: 'failed',
    failure: { ...decline, message: 'The bank sent the debit back.' },
    failureBalanceTransaction: transaction.id,
    dueAt: null,
  });
  const after = draft.put('payment_intent', {
    ...intent,
    status: 'requires_payment_method',
    paymentMethod: null,
    lastFault: {
      type: 'card_error',
      code: 'payment_intent_payment_attempt_failed',
      declineCode: code,
      message: 'The bank sent the debit back.',
      charge: charge.id,
      paymentMethod: charge.paymentMethod,
    },
  });
  draft.emit('charge.failed', 'charge', failed);
  draft.emit('payment_intent.payment_failed', 'payment_intent', after);
  tellSession(draft, after, 'checkout.session.async_payment_failed');
}

function tellSession(draft: Draft, { session }: PaymentIntentRecord, type: string): void {
  const record = session === null ? undefined : draft.get('checkout_session', session);
  if (record !== undefined) draft.emit(type, 'checkout_session', record);
}
