import type { ChargeRecord } from '../../state/records.ts';
import { type Call, get, post, type Route } from '../call.ts';
import { isChargedBack } from '../dispute.ts';
import { invalid, missing } from '../error.ts';
import { listRecords, recordOfPath } from '../records-of.ts';
import { makeRefund } from '../refund.ts';
import { render } from '../render.ts';

const REASONS = ['duplicate', 'fraudulent', 'requested_by_customer'] as const;

function chargeToRefund({ draft, params }: Call): ChargeRecord {
  const chargeId = params.text('charge') ?? null;
  const intentId = params.text('payment_intent') ?? null;
  if (chargeId === null && intentId === null) {
    throw invalid(
      'One of the following params should be provided for this request: payment_intent or charge.',
    );
  }
  const intent = intentId === null ? undefined : draft.get('payment_intent', intentId);
  if (intentId !== null && intent === undefined) throw missing('payment_intent', intentId, 'payment_intent');
  const id = chargeId ?? intent?.latestCharge ?? null;
  const charge = id === null ? undefined : draft.get('charge', id);
  if (charge === undefined && chargeId !== null) throw missing('charge', chargeId, 'charge');
  if (charge === undefined || charge.status !== 'succeeded') {
    throw invalid('This PaymentIntent does not have a successful charge to refund.');
  }
  if (isChargedBack(draft, charge)) {
    throw invalid(`Charge ${charge.id} has been charged back; cannot issue a refund.`, {
      code: 'charge_disputed',
    });
  }
  return charge;
}

function refundAmount({ params }: Call, charge: ChargeRecord): number {
  const remaining = charge.amount - charge.amountRefunded;
  if (remaining === 0) {
    throw invalid(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' });
  }
  const amount = params.integer('amount') ?? remaining;
  if (amount < 1)
    throw invalid('Invalid positive integer', { code: 'parameter_invalid_integer', param: 'amount' });
  if (amount > remaining) {
    throw invalid(`Refund amount (${amount}) is greater than unrefunded amount on charge (${remaining})`, {
      param: 'amount',
    });
  }
  return amount;
}

function createRefund(call: Call): object {
  const { draft, params } = call;
  const charge = chargeToRefund(call);
  const amount = refundAmount(call, charge);
  const refund = makeRefund(draft, charge, {
    amount,
    reason: params.choice('reason', REASONS) ?? null,
    metadata: params.metadata(),
  });
  return render('refund', refund, draft);
}

function updateRefund(call: Call): object {
  const { draft, params } = call;
  const before = recordOfPath(call, 'refund');
  const after = draft.put('refund', { ...before, metadata: params.metadata(before.metadata) });
  draft.emit('refund.updated', 'refund', after, { metadata: before.metadata });
  return render('refund', after, draft);
}

function listRefunds(call: Call): object {
  const charge = call.params.text('charge') ?? null;
  const intent = call.params.text('payment_intent') ?? null;
  return listRecords(
    call,
    'refund',
    '/v1/refunds',
    (refund) =>
      (charge === null || refund.charge === charge) && (intent === null || refund.paymentIntent === intent),
  );
}

function listCharges(call: Call): object {
  const customer = call.params.text('customer') ?? null;
  const intent = call.params.text('payment_intent') ?? null;
  return listRecords(
    call,
    'charge',
    '/v1/charges',
    (charge) =>
      (customer === null || charge.customer === customer) &&
      (intent === null || charge.paymentIntent === intent),
  );
}

function listBalanceTransactions(call: Call): object {
  const source = call.params.text('source') ?? null;
  const type = call.params.text('type') ?? null;
  const currency = call.params.text('currency') ?? null;
  const payout = call.params.text('payout') ?? null;
  return listRecords(
    call,
    'balance_transaction',
    '/v1/balance_transactions',
    (row) =>
      (source === null || row.source === source) &&
      (type === null || row.type === type) &&
      (currency === null || row.currency === currency) &&
      (payout === null || row.payout === payout),
  );
}

/** Routes of charges, refunds and balance transactions. */
export const moneyRoutes: readonly Route[] = [
  get('/v1/charges', listCharges),
  get('/v1/charges/:id', (call) => render('charge', recordOfPath(call, 'charge'), call.draft)),
  get('/v1/balance_transactions', listBalanceTransactions),
  get('/v1/balance_transactions/:id', (call) =>
    render('balance_transaction', recordOfPath(call, 'balance_transaction'), call.draft),
  ),
  post('/v1/refunds', createRefund),
  get('/v1/refunds', listRefunds),
  get('/v1/refunds/:id', (call) => render('refund', recordOfPath(call, 'refund'), call.draft)),
  post('/v1/refunds/:id', updateRefund),
];
