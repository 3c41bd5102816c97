import { type Call, get, post, type Route } from '../call.ts';
import { invalid } from '../error.ts';
import { readCurrency } from '../intent-params.ts';
import { available, createPayout, returnPayout } from '../payout.ts';
import { listRecords, recordOfPath } from '../records-of.ts';
import { render } from '../render.ts';

function create({ draft, params }: Call): object {
  const currency = readCurrency(params);
  const amount = params.integer('amount');
  if (amount === undefined || amount < 1) throw invalid('Invalid positive integer', { param: 'amount' });
  const parts = available(draft).get(currency) ?? [];
  const balance = parts.reduce((sum, part) => sum + part.amount - part.fee, 0);
  if (amount > balance) {
    throw invalid('You have insufficient funds in your Stripe account for this transfer.', {
      code: 'balance_insufficient',
    });
  }
  const payout = createPayout(draft, {
    currency,
    amount,
    automatic: false,
    description: params.text('description') ?? null,
    statementDescriptor: params.text('statement_descriptor') ?? null,
    metadata: params.metadata(),
  });
  return render('payout', payout, draft);
}

function cancel(call: Call): object {
  const payout = recordOfPath(call, 'payout');
  if (payout.dueAt === null) throw invalid('This payout can no longer be canceled.');
  return render('payout', returnPayout(call.draft, payout, 'canceled', null), call.draft);
}

/** Routes of payouts. */
export const payoutRoutes: readonly Route[] = [
  post('/v1/payouts', create),
  get('/v1/payouts', (call) => {
    const status = call.params.text('status') ?? null;
    return listRecords(call, 'payout', '/v1/payouts', (one) => status === null || one.status === status);
  }),
  get('/v1/payouts/:id', (call) => render('payout', recordOfPath(call, 'payout'), call.draft)),
  post('/v1/payouts/:id/cancel', cancel),
];
