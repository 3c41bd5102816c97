import { expect, test } from 'vitest';
import { remainingOf } from '../decision/books.ts';
import { trialBalance } from '../ledger/trial-balance.ts';
import { Account, at, EUR, flat, unwrap, version } from '../testing/factories.ts';
import { codeOf } from '../testing/said.ts';
import { decideAttemptOutcome } from './decide-attempt-outcome.ts';
import { decideReversal, type ReversalInput } from './decide-reversal.ts';

const NOW = at('2026-04-01T00:00:00Z');

/** An invoice of 1190 that was paid with more than is due. */
function paid(capturedMinor: bigint) {
  const account = new Account().start(NOW, version('p', [flat('p', 1190n)]));
  account.bill(NOW);
  const attempt = {
    id: 'pay_1',
    customerId: 'cus_1',
    invoiceId: 'inv_1',
    provider: 'bank_transfer',
    currency: EUR,
    amountMinor: capturedMinor,
    status: 'created' as const,
    capturedMinor: 0n,
    creditedMinor: 0n,
    feeMinor: 0n,
    refundedMinor: 0n,
    creditReturnedMinor: 0n,
    failureCode: null,
  };
  account.books.payments.set('pay_1', attempt);
  account.apply(
    unwrap(
      decideAttemptOutcome({
        now: NOW,
        attempt,
        invoice: { id: 'inv_1', status: 'open', remainingMinor: 1190n, failureCount: 0 },
        subscriptions: [],
        failingElsewhere: [],
        afterFailure: null,
        days: account.settings.proration,
        news: { status: 'succeeded', capturedMinor, feeMinor: 0n },
      }),
    ),
  );
  return account;
}

function inputOf(account: Account, change: Partial<ReversalInput> = {}): ReversalInput {
  const record = account.books.invoices.get('inv_1');
  if (record === undefined) throw new Error('It was billed.');
  return {
    now: NOW,
    payment: account.books.payments.get('pay_1') as ReversalInput['payment'],
    invoice: {
      id: 'inv_1',
      status: record.status,
      failureCount: 0,
      isAutomatic: true,
      refundedMinor: 0n,
      notedMinor: 0n,
      paidMinor: record.paidMinor,
    },
    creditBalanceMinor: account.creditBalanceMinor,
    reason: 'Matched to the wrong invoice.',
    ...change,
  };
}

test('I276 a payment that is taken back leaves books that balance, an invoice that is owed again, and no credit of it', () => {
  const account = paid(1500n);
  expect([account.creditBalanceMinor, account.books.invoices.get('inv_1')?.status]).toEqual([310n, 'paid']);
  const decision = unwrap(decideReversal(inputOf(account)));
  account.apply(decision);
  const record = account.books.invoices.get('inv_1');
  expect(record === undefined ? null : [record.status, remainingOf(record), record.retryAt]).toEqual([
    'open',
    1190n,
    NOW,
  ]);
  expect(account.creditBalanceMinor).toBe(0n);
  const balances = trialBalance(account.books.ledger);
  const cash = JSON.stringify(balances, (_, value) => (typeof value === 'bigint' ? `${value}` : value));
  expect(cash).toContain('cash:bank_transfer');
  const net = account.books.ledger
    .flatMap(({ entries }) => entries)
    .filter((entry) => entry.account === 'cash:bank_transfer' || entry.account === 'credit_liability')
    .reduce((sum, { side, amountMinor }) => sum + (side === 'debit' ? amountMinor : -amountMinor), 0n);
  expect(net).toBe(0n);
  expect(decision.events.map(({ type }) => type)).toEqual(['payment.reversed']);
  expect(codeOf(decideReversal(inputOf(account)))).toBe('reversal.not_succeeded');
});

test('I276 what was refunded, credited or spent since cannot be taken back', () => {
  const account = paid(1500n);
  const input = inputOf(account);
  expect(codeOf(decideReversal({ ...input, creditBalanceMinor: 309n }))).toBe('reversal.credit_spent');
  expect(codeOf(decideReversal({ ...input, payment: { ...input.payment, refundedMinor: 1n } }))).toBe(
    'reversal.refunded',
  );
  const invoice = input.invoice === null ? null : { ...input.invoice, notedMinor: 1n };
  expect(codeOf(decideReversal({ ...input, invoice }))).toBe('reversal.refunded');
});

test('I276 credit whole, and an invoice that is paid by hand, are not collected again', () => {
  const account = paid(1190n);
  const input = inputOf(account);
  const byHand = decideReversal({
    ...input,
    invoice: input.invoice === null ? null : { ...input.invoice, isAutomatic: false },
  });
  expect(unwrap(byHand).changes.map(({ type }) => type)).toEqual([
    'payment.update',
    'invoice.update',
    'ledger.post',
  ]);
  const payment = { ...input.payment, invoiceId: null, creditedMinor: 1190n };
  const credit = decideReversal({ ...input, payment, invoice: null, creditBalanceMinor: 1190n });
  expect(unwrap(credit).changes.map(({ type }) => type)).toEqual([
    'payment.update',
    'customer_credit.add',
    'ledger.post',
  ]);
});
