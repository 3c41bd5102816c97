import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CustomerBooks, remainingOf } from '../decision/books.ts';
import { DEFAULT_CREDIT_NOTE_POLICY } from '../invoicing/documents/credit-amounts.ts';
import { decideCreditNote } from '../invoicing/documents/decide-credit-note.ts';
import { trialBalance } from '../ledger/trial-balance.ts';
import { currencyCode } from '../money/currency.ts';
import { DEFAULT_PRORATION_POLICY } from '../proration/policy.ts';
import { Account, at, EUR, flat, unwrap, version } from '../testing/factories.ts';
import { plainAfterFailure } from '../testing/plain-after-failure.ts';
import { A_BUG, codeOf } from '../testing/said.ts';
import { formatInstant, instant } from '../time/instant.ts';
import { decideAttempt } from './decide-attempt.ts';
import { type AttemptNews, decideAttemptOutcome } from './decide-attempt-outcome.ts';
import { decideRefund, decideRefundOutcome, refundableMinor } from './decide-refund.ts';
import { isLongUnknown, LOOK_UP_DELAYS_MS, nextLookUpAt } from './look-up.ts';
import { notedCredit, soldBackMinor, withNoted } from './noted-credit.ts';
import type { PaymentAttempt, PaymentStatus } from './payment.ts';
import { isTerminalPayment, mayMovePayment, mayMoveRefund, PAYMENT_TRANSITIONS } from './transitions.ts';

const NOW = at('2026-04-01T00:00:00Z');

function billed(): Account {
  const account = new Account().start(NOW, version('p', [flat('p', 1190n)]));
  account.bill(NOW);
  return account;
}

function attemptOf(account: Account, id: string): PaymentAttempt {
  const attempt: PaymentAttempt = {
    id,
    customerId: 'cus_1',
    invoiceId: 'inv_1',
    provider: 'stripe',
    currency: EUR,
    amountMinor: 1190n,
    status: 'created',
    capturedMinor: 0n,
    creditedMinor: 0n,
    feeMinor: 0n,
    refundedMinor: 0n,
    creditReturnedMinor: 0n,
    failureCode: null,
  };
  account.books.payments.set(id, attempt);
  return attempt;
}

function tell(
  account: Account,
  paymentId: string,
  news: AttemptNews,
  failingElsewhere: readonly string[] = [],
) {
  const record = account.books.invoices.get('inv_1')!;
  const decision = unwrap(
    decideAttemptOutcome({
      now: NOW,
      attempt: account.books.payments.get(paymentId)!,
      invoice: {
        id: 'inv_1',
        status: record.status,
        remainingMinor: remainingOf(record),
        failureCount: record.failureCount,
      },
      subscriptions: [...account.books.subscriptions.values()],
      failingElsewhere,
      afterFailure: plainAfterFailure(NOW, record.failureCount),
      days: account.settings.proration,
      news,
    }),
  );
  account.apply(decision);
  return decision;
}

const success: AttemptNews = { status: 'succeeded', capturedMinor: 1190n, feeMinor: 42n };
const failure: AttemptNews = { status: 'failed', failureCode: 'card_declined' };

function balances(books: CustomerBooks): Record<string, bigint> {
  return Object.fromEntries(
    trialBalance(books.ledger).map((balance) => [balance.account, balance.balanceMinor]),
  );
}

describe('collecting', () => {
  test('a success pays the invoice and posts gross and fee', () => {
    const account = billed();
    attemptOf(account, 'pay_1');
    tell(account, 'pay_1', { status: 'sending' });
    const { events } = tell(account, 'pay_1', success);
    expect(account.books.invoices.get('inv_1')).toMatchObject({ status: 'paid', paidMinor: 1190n });
    expect(events.map((event) => event.type)).toEqual(['payment.succeeded', 'invoice.paid']);
    expect(balances(account.books)).toEqual({
      'cash:stripe': 1148n,
      fees: 42n,
      receivable: 0n,
      revenue: -1190n,
    });
  });

  test('I68 repeated and late news of an attempt change nothing', () => {
    const account = billed();
    attemptOf(account, 'pay_1');
    tell(account, 'pay_1', success);
    for (const news of [
      success,
      failure,
      { status: 'unknown' },
      { status: 'processing' },
      { status: 'canceled' },
    ] as const) {
      expect(tell(account, 'pay_1', news)).toEqual({ changes: [], events: [] });
    }
  });

  test('I20 a final payment never moves back, whatever arrives in whatever order', () => {
    // What is taken back is taken back by a person; no news says so.
    const statuses = Object.keys(PAYMENT_TRANSITIONS).filter(
      (status) => status !== 'reversed',
    ) as PaymentStatus[];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...statuses)), (arriving) => {
        let status: PaymentStatus = 'created';
        let final = false;
        for (const next of arriving) {
          if (mayMovePayment(status, next)) status = next;
          if (final) expect(isTerminalPayment(status)).toBe(true);
          final = isTerminalPayment(status);
        }
        if (arriving.includes('succeeded')) expect(status).toBe('succeeded');
      }),
    );
    expect(mayMovePayment('succeeded', 'failed')).toBe(false);
    expect(mayMovePayment('failed', 'processing')).toBe(false);
  });

  test('I11 payments and refunds move only along their tables', () => {
    expect(mayMovePayment('created', 'sending')).toBe(true);
    expect(mayMovePayment('unknown', 'sending')).toBe(false);
    expect(mayMoveRefund('pending', 'succeeded')).toBe(true);
    expect(mayMoveRefund('succeeded', 'failed')).toBe(false);
    const account = billed();
    attemptOf(account, 'pay_1');
    const wrong = {
      type: 'payment.update',
      paymentId: 'pay_1',
      fromStatus: 'sending',
      status: 'failed',
      capturedMinor: 0n,
      creditedMinor: 0n,
      feeMinor: 0n,
      failureCode: null,
    } as const;
    expect(() => account.apply({ changes: [wrong], events: [] })).toThrow(A_BUG);
  });

  test('I18 money captured beyond what was due becomes visible credit of the customer', () => {
    const account = billed();
    attemptOf(account, 'pay_1');
    attemptOf(account, 'pay_2');
    tell(account, 'pay_1', failure);
    tell(account, 'pay_2', success);
    tell(account, 'pay_1', success);
    expect(account.creditBalanceMinor).toBe(1190n);
    expect(balances(account.books)).toEqual({
      'cash:stripe': 2296n,
      fees: 84n,
      receivable: 0n,
      revenue: -1190n,
      credit_liability: -1190n,
    });
    // The surplus may go back as far as the customer still has it.
    const second = account.books.payments.get('pay_1')!;
    expect([0n, 500n, 2000n].map((balance) => refundableMinor(second, balance))).toEqual([0n, 500n, 1190n]);
  });

  test('money that came for nothing we had billed becomes credit whole, and its failure changes nothing else', () => {
    for (const [news, creditMinor] of [
      [success, 1190n],
      [failure, 0n],
    ] as const) {
      const account = billed();
      const attempt = { ...attemptOf(account, 'pay_1'), invoiceId: null };
      const decision = unwrap(
        decideAttemptOutcome({
          now: NOW,
          attempt,
          invoice: null,
          subscriptions: [],
          failingElsewhere: [],
          afterFailure: null,
          days: DEFAULT_PRORATION_POLICY,
          news,
        }),
      );
      account.apply(decision);
      expect(account.creditBalanceMinor).toBe(creditMinor);
      expect(account.books.invoices.get('inv_1')).toMatchObject({ status: 'open', failureCount: 0 });
    }
  });

  test('a part that is captured pays a part', () => {
    const account = billed();
    attemptOf(account, 'pay_1');
    tell(account, 'pay_1', { status: 'succeeded', capturedMinor: 1000n, feeMinor: 0n });
    expect(account.books.invoices.get('inv_1')).toMatchObject({ status: 'open', paidMinor: 1000n });
  });

  test('a success over nothing is not believed', () => {
    const account = billed();
    const attempt = attemptOf(account, 'pay_1');
    const input = {
      now: NOW,
      attempt,
      invoice: { id: 'inv_1', status: 'open', remainingMinor: 1190n, failureCount: 0 },
      subscriptions: [],
      failingElsewhere: [],
      afterFailure: null,
      days: DEFAULT_PRORATION_POLICY,
      news: { status: 'succeeded', capturedMinor: 0n, feeMinor: 0n },
    } as const;
    expect(codeOf(decideAttemptOutcome(input))).toBe('payment.captured_amount');
  });

  test('news on the way are published where someone must act', () => {
    const account = billed();
    attemptOf(account, 'pay_1');
    expect(tell(account, 'pay_1', { status: 'requires_action' }).events.map((event) => event.type)).toEqual([
      'payment.requires_action',
    ]);
    expect(tell(account, 'pay_1', { status: 'unknown' }).events.map((event) => event.type)).toEqual([
      'payment.unknown',
    ]);
    expect(tell(account, 'pay_1', { status: 'processing' }).events).toEqual([]);
    expect(tell(account, 'pay_1', { status: 'canceled' }).events.map((event) => event.type)).toEqual([
      'payment.canceled',
    ]);
  });
});

test('I457 staff are told at the first look-up that comes an hour after the call, whoever counts', () => {
  for (let done = 0; done <= LOOK_UP_DELAYS_MS.length; done++) {
    let at = instant(0);
    for (let made = 0; made < done; made++) at = nextLookUpAt(at, made) ?? at;
    expect(isLongUnknown(done), `${done} look-ups`).toBe(at >= 3_600_000);
  }
  expect([2, 3].map(isLongUnknown)).toEqual([false, true]);
});

describe('beginning', () => {
  const invoice = {
    id: 'inv_1',
    customerId: 'cus_1',
    currency: EUR,
    status: 'open',
    remainingMinor: 1190n,
  } as const;
  const input = { attemptId: 'pay_1', provider: 'stripe', invoice, attempts: [] };

  test('I15 an invoice has one open way to be collected at most', () => {
    const account = billed();
    account.apply(unwrap(decideAttempt(input)));
    expect(account.books.payments.get('pay_1')).toMatchObject({ status: 'created', amountMinor: 1190n });
    for (const status of ['created', 'sending', 'requires_action', 'processing', 'unknown'] as const) {
      expect(codeOf(decideAttempt({ ...input, attempts: ['failed', status] }))).toBe('payment.in_flight');
    }
    expect(codeOf(decideAttempt({ ...input, attempts: ['failed', 'canceled'] }))).toBe('ok');
  });

  test('what is paid or closed is not collected', () => {
    expect(codeOf(decideAttempt({ ...input, invoice: { ...invoice, status: 'paid' } }))).toBe(
      'payment.invoice_not_open',
    );
    expect(codeOf(decideAttempt({ ...input, invoice: { ...invoice, remainingMinor: 0n } }))).toBe(
      'payment.nothing_due',
    );
  });
});

describe('failing', () => {
  test('I69 failures are retried after 3, 5 and 7 days, then the subscription ends and the invoice is uncollectible', () => {
    const account = billed();
    const retries: (string | null)[] = [];
    for (let failureCount = 1; failureCount <= 4; failureCount += 1) {
      attemptOf(account, `pay_${failureCount}`);
      tell(account, `pay_${failureCount}`, failure);
      const { retryAt } = account.books.invoices.get('inv_1')!;
      retries.push(retryAt === null ? null : formatInstant(retryAt));
      expect(account.subscription.status).toBe(failureCount < 4 ? 'past_due' : 'canceled');
    }
    expect(retries).toEqual(['2026-04-04T00:00:00Z', '2026-04-06T00:00:00Z', '2026-04-08T00:00:00Z', null]);
    expect(account.books.invoices.get('inv_1')?.status).toBe('uncollectible');
    attemptOf(account, 'pay_5');
    tell(account, 'pay_5', failure);
    expect(account.books.invoices.get('inv_1')?.failureCount).toBe(4);
  });

  test("the last failure ends the subscription by the seller's rule for the day of an end", () => {
    for (const [terminationDay, end] of [
      ['used', '2026-04-06T00:00:00Z'],
      ['unused', '2026-04-05T00:00:00Z'],
    ] as const) {
      const days = { ...DEFAULT_PRORATION_POLICY, terminationDay };
      const price = flat('p', 1190n, { proration: 'day', timing: 'in_arrears' });
      const account = new Account().start(NOW, version('p', [price]));
      const decision = decideAttemptOutcome({
        now: at('2026-04-05T12:00:00Z'),
        attempt: attemptOf(account, 'pay_1'),
        invoice: { id: 'inv_1', status: 'open', remainingMinor: 1190n, failureCount: 3 },
        subscriptions: [account.subscription],
        failingElsewhere: [],
        afterFailure: plainAfterFailure(NOW, 3),
        days,
        news: failure,
      });
      const ended = unwrap(decision).changes.find(({ type }) => type === 'subscription_item.end');
      expect(ended).toMatchObject({ at: at(end) });
    }
  });

  test('I100 of two subscriptions on one invoice, the one that fails elsewhere alone stays past due', () => {
    const account = billed();
    const other = { ...account.subscription, id: 'sub_2', status: 'past_due' } as const;
    const decision = decideAttemptOutcome({
      now: NOW,
      attempt: attemptOf(account, 'pay_1'),
      invoice: { id: 'inv_1', status: 'open', remainingMinor: 1190n, failureCount: 1 },
      subscriptions: [{ ...account.subscription, status: 'past_due' }, other],
      failingElsewhere: ['sub_2'],
      afterFailure: null,
      days: DEFAULT_PRORATION_POLICY,
      news: success,
    });
    const recovered = unwrap(decision).events.filter(({ type }) => type === 'subscription.recovered');
    expect(recovered.map(({ subjectId }) => subjectId)).toEqual(['sub_1']);
  });

  test('a later success recovers the subscription, unless another invoice has failed too', () => {
    for (const [others, status] of [
      [[], 'active'],
      [['sub_1'], 'past_due'],
    ] as const) {
      const account = billed();
      attemptOf(account, 'pay_1');
      attemptOf(account, 'pay_2');
      tell(account, 'pay_1', failure);
      tell(account, 'pay_2', success, others);
      expect(account.subscription.status).toBe(status);
    }
    const untouched = billed();
    attemptOf(untouched, 'pay_1');
    tell(untouched, 'pay_1', success);
    expect(untouched.subscription.status).toBe('active');
  });
});

describe('credit of notes', () => {
  const taken = { creditedMinor: 0n, refundedMinor: 0n, creditReturnedMinor: 0n } as const;
  const payment = (id: string, capturedMinor: bigint, more: object = {}) => ({
    id,
    status: 'succeeded' as const,
    capturedMinor,
    ...taken,
    ...more,
  });

  test('is laid on the payments of the invoice in order, as far as each stands for sales', () => {
    const refunded = payment('b', 500n, { refundedMinor: 300n, creditReturnedMinor: 100n });
    const failed = payment('f', 0n, { status: 'failed' });
    const payments = [failed, payment('a', 400n, { creditedMinor: 100n }), refunded, payment('c', 900n)];
    expect([...notedCredit(payments, 700n)]).toEqual([
      ['a', 300n],
      ['b', 300n],
      ['c', 100n],
    ]);
    expect(soldBackMinor(payments)).toBe(200n);
    expect(withNoted(refunded, notedCredit(payments, 700n)).creditedMinor).toBe(300n);
    expect(notedCredit(payments, 0n).size).toBe(0);
  });

  test('I91 what a note made into credit goes back out of the credit, and no further', () => {
    const account = billed();
    attemptOf(account, 'pay_1');
    tell(account, 'pay_1', success);
    const { invoice, status, paidMinor, creditPaidMinor } = account.books.invoices.get('inv_1')!;
    const note = {
      now: NOW,
      creditNoteId: 'note',
      invoice,
      status,
      paidMinor,
      creditPaidMinor,
      reason: 'x',
      billed: account.books.billed,
      earlier: [],
      soldBackMinor: 0n,
      lines: 'rest' as const,
      policy: DEFAULT_CREDIT_NOTE_POLICY,
    };
    account.apply(unwrap(decideCreditNote(note)));
    expect(account.creditBalanceMinor).toBe(1190n);
    const attempt = account.books.payments.get('pay_1')!;
    const noted = withNoted(attempt, notedCredit([attempt], 1190n));
    expect(refundableMinor(noted, 500n)).toBe(500n);
    const asked = { refundId: 'ref', now: NOW, amountMinor: 1190n, reason: 'asked' };
    account.apply(unwrap(decideRefund({ ...asked, creditBalanceMinor: 1190n, attempt: noted })));
    expect(account.creditBalanceMinor).toBe(0n);
    const again = { ...account.books.refunds.get('ref')!, id: 'again', amountMinor: 1n, creditMinor: 1n };
    account.books.payments.set('pay_1', { ...account.books.payments.get('pay_1')!, capturedMinor: 5000n });
    expect(() => account.apply({ changes: [{ type: 'refund.create', refund: again }], events: [] })).toThrow(
      'No more credit goes back than was granted.',
    );
  });
});

test('I28 credit of one currency is never used in another', () => {
  const account = billed();
  const add = (currency: string, deltaMinor: bigint) =>
    account.apply({
      changes: [
        {
          ...{
            type: 'customer_credit.add',
            customerId: 'cus_1',
            currency: currencyCode(currency),
            deltaMinor,
          },
          sourceType: 'payment',
          sourceId: 'pay',
        },
      ],
      events: [],
    });
  add('USD', 500n);
  expect(account.creditBalanceMinor).toBe(0n);
  expect(() => add('EUR', -1n)).toThrow('A credit balance is never negative.');
  add('USD', -500n);
});

describe('refunds', () => {
  function paid(): Account {
    const account = billed();
    attemptOf(account, 'pay_1');
    tell(account, 'pay_1', success);
    return account;
  }

  function refund(account: Account, id: string, amountMinor: bigint) {
    return decideRefund({
      refundId: id,
      now: NOW,
      creditBalanceMinor: account.creditBalanceMinor,
      attempt: account.books.payments.get('pay_1')!,
      amountMinor,
      reason: 'asked',
    });
  }

  function outcome(
    account: Account,
    id: string,
    news: 'unknown' | 'succeeded' | 'failed',
    refundedBeforeMinor = 0n,
  ) {
    const decision = decideRefundOutcome({
      now: NOW,
      refund: account.books.refunds.get(id)!,
      invoice: { ...account.books.invoices.get('inv_1')!.invoice.totals, taxes: [] },
      refundedBeforeMinor,
      news,
    });
    account.apply(decision);
    return decision;
  }

  test('I19 refunds that succeeded, wait or are unknown never exceed what was captured', () => {
    const account = paid();
    account.apply(unwrap(refund(account, 'ref_1', 1000n)));
    expect(codeOf(refund(account, 'ref_2', 191n))).toBe('refund.exceeds_captured');
    outcome(account, 'ref_1', 'unknown');
    expect(codeOf(refund(account, 'ref_2', 191n))).toBe('refund.exceeds_captured');
    outcome(account, 'ref_1', 'failed');
    account.apply(unwrap(refund(account, 'ref_2', 1190n)));
    outcome(account, 'ref_2', 'succeeded');
    expect(codeOf(refund(account, 'ref_3', 1n))).toBe('refund.exceeds_captured');
    expect(balances(account.books)).toEqual({
      'cash:stripe': -42n,
      fees: 42n,
      receivable: 0n,
      revenue: -1190n,
      refunds: 1190n,
    });
  });

  test('I19 the books refuse a refund beyond the captured amount even if a decision asked for it', () => {
    const account = paid();
    const decision = unwrap(refund(account, 'ref_1', 1190n));
    account.apply(decision);
    const again = decision.changes.map((change) =>
      change.type === 'refund.create' ? { ...change, refund: { ...change.refund, id: 'ref_2' } } : change,
    );
    expect(() => account.apply({ changes: again, events: [] })).toThrow(A_BUG);
  });

  test('I68 repeated news of a refund change nothing', () => {
    const account = paid();
    account.apply(unwrap(refund(account, 'ref_1', 100n)));
    outcome(account, 'ref_1', 'succeeded');
    expect(outcome(account, 'ref_1', 'succeeded')).toEqual({ changes: [], events: [] });
    expect(outcome(account, 'ref_1', 'unknown')).toEqual({ changes: [], events: [] });
  });

  test('I530 the books of a customer whose refund came back are those of before it, and it may go back again', () => {
    const account = overpaid();
    const before = balances(account.books);
    account.apply(unwrap(refund(account, 'ref_1', 1500n)));
    outcome(account, 'ref_1', 'succeeded');
    outcome(account, 'ref_1', 'failed');
    expect(balances(account.books)).toEqual({ ...before, refunds: 0n, refunds_payable: 0n });
    expect(account.creditBalanceMinor).toBe(310n);
    expect(account.books.payments.get('pay_1')).toMatchObject({ refundedMinor: 0n, creditReturnedMinor: 0n });
    expect(account.books.refunds.get('ref_1')?.status).toBe('returned');
    expect(refund(account, 'ref_2', 1500n).ok).toBe(true);
  });

  test('refuses what cannot be', () => {
    expect(codeOf(refund(paid(), 'ref_1', 0n))).toBe('refund.amount');
    const account = billed();
    const attempt = attemptOf(account, 'pay_1');
    const wish = { refundId: 'r', now: NOW, creditBalanceMinor: 0n, attempt, amountMinor: 1n, reason: '' };
    expect(codeOf(decideRefund(wish))).toBe('refund.not_captured');
    expect(refundableMinor(attempt, 5000n)).toBe(0n);
  });

  /** 1190 were due and 1500 captured: 310 are credit. */
  function overpaid(): Account {
    const account = billed();
    attemptOf(account, 'pay_1');
    tell(account, 'pay_1', { status: 'succeeded', capturedMinor: 1500n, feeMinor: 0n });
    return account;
  }

  test('I91 a refund takes what was more than due out of the credit first, at once, and then reverses sales', () => {
    const account = overpaid();
    account.apply(unwrap(refund(account, 'ref_1', 1500n)));
    expect(account.creditBalanceMinor).toBe(0n);
    expect(balances(account.books)).toMatchObject({ credit_liability: 0n, refunds_payable: -310n });
    expect(codeOf(refund(account, 'ref_2', 1n))).toBe('refund.exceeds_captured');
    outcome(account, 'ref_1', 'succeeded');
    expect(balances(account.books)).toEqual({
      'cash:stripe': 0n,
      receivable: 0n,
      revenue: -1190n,
      refunds: 1190n,
      credit_liability: 0n,
      refunds_payable: 0n,
    });
  });

  test('I91 credit that was spent cannot be refunded, and a refund that fails gives it back', () => {
    const account = overpaid();
    const spent = {
      type: 'customer_credit.add',
      customerId: 'cus_1',
      currency: EUR,
      deltaMinor: -300n,
    } as const;
    account.apply({ changes: [{ ...spent, sourceType: 'invoice', sourceId: 'inv_2' }], events: [] });
    expect(codeOf(refund(account, 'ref_1', 1201n))).toBe('refund.exceeds_captured');
    account.apply(unwrap(refund(account, 'ref_1', 1200n)));
    expect(account.creditBalanceMinor).toBe(0n);
    outcome(account, 'ref_1', 'failed');
    expect(account.creditBalanceMinor).toBe(10n);
    expect(account.books.payments.get('pay_1')).toMatchObject({ refundedMinor: 0n, creditReturnedMinor: 0n });
    expect(balances(account.books)).toMatchObject({ refunds_payable: 0n, credit_liability: -310n });
  });

  test('I91 money that was credit whole goes back without an invoice', () => {
    const account = billed();
    attemptOf(account, 'pay_1');
    attemptOf(account, 'pay_2');
    tell(account, 'pay_2', success);
    tell(account, 'pay_1', success);
    account.apply(unwrap(refund(account, 'ref_1', 1190n)));
    const { changes } = decideRefundOutcome({
      now: NOW,
      refund: { ...account.books.refunds.get('ref_1')!, invoiceId: null },
      invoice: null,
      refundedBeforeMinor: 0n,
      news: 'succeeded',
    });
    account.apply({ changes, events: [] });
    expect(balances(account.books)).toMatchObject({
      revenue: -1190n,
      credit_liability: 0n,
      refunds_payable: 0n,
    });
  });
});

test('I30 a business fact posts once', () => {
  const account = billed();
  const [transaction] = account.books.ledger;
  expect(() =>
    account.apply({ changes: [{ type: 'ledger.post', transaction: transaction! }], events: [] }),
  ).toThrow(A_BUG);
});
