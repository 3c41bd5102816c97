import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CoreEvent } from '../decision/event.ts';
import type { JsonObject } from '../kernel/json.ts';
import { trialBalance } from '../ledger/trial-balance.ts';
import { DEFAULT_PRORATION_POLICY } from '../proration/policy.ts';
import { decideCancel } from '../subscriptions/decide-cancel.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import { Account, at, EUR, flat, unwrap, version } from '../testing/factories.ts';
import {
  type CreditSettlementInput,
  decideCreditSettlement,
  recoveries,
  type UnpaidInvoice,
} from './settle-credit.ts';

const NOW = at('2026-04-01T00:00:00Z');
const unpaid = (id: string, remainingMinor: bigint, more: Partial<UnpaidInvoice> = {}): UnpaidInvoice => ({
  id,
  status: 'open',
  remainingMinor,
  failureCount: 0,
  subscriptionIds: ['sub_1'],
  ...more,
});
const inputOf = (balanceMinor: bigint, invoices: readonly UnpaidInvoice[]): CreditSettlementInput => ({
  now: NOW,
  customer: { id: 'cus_1', currency: EUR, creditBalanceMinor: balanceMinor },
  unpaid: invoices,
  subscriptions: [],
  source: { type: 'payment', id: 'pay_1' },
});
const past: Subscription = {
  ...new Account().start(NOW, version('p', [flat('p', 3000n)])).subscription,
  status: 'past_due',
};

function event(subjectId: string, type: CoreEvent['type'], data: JsonObject): CoreEvent {
  return { type, subjectId, customerId: 'cus_1', data: { currency: EUR, ...data } };
}

test('I90 credit pays what is open first, oldest first, and only the rest is left to spend', () => {
  fc.assert(
    fc.property(
      fc.bigInt(0n, 10_000n),
      fc.array(fc.bigInt(1n, 3_000n), { maxLength: 6 }),
      (balanceMinor, dues) => {
        const invoices = dues.map((due, index) => unpaid(`inv_${index}`, due));
        const { changes } = decideCreditSettlement(inputOf(balanceMinor, invoices));
        const used = changes.filter((change) => change.type === 'invoice.credit');
        const sum = used.reduce((total, change) => total + change.amountMinor, 0n);
        const owed = dues.reduce((total, due) => total + due, 0n);
        expect(sum).toBe(balanceMinor < owed ? balanceMinor : owed);
        // Nothing younger is touched before the older is paid in full.
        for (const change of used.slice(0, -1)) expect(change.status).toBe('paid');
        expect(used.map(({ invoiceId }) => invoiceId)).toEqual(
          invoices.slice(0, used.length).map(({ id }) => id),
        );
        const moved = changes.filter((change) => change.type === 'customer_credit.add');
        expect(moved.map(({ deltaMinor }) => deltaMinor)).toEqual(sum === 0n ? [] : [-sum]);
      },
    ),
  );
});

test('I90 who cancels a period that was not paid owes the used part of it and has nothing to spend', () => {
  const account = new Account().start(NOW, version('p', [flat('p', 3000n)]));
  account.bill(NOW);
  const end = at('2026-04-16T00:00:00Z');
  const { subscription } = account;
  account.apply(
    unwrap(
      decideCancel({
        now: end,
        subscription,
        when: 'now',
        creditUnused: true,
        reason: 'asked',
        stepId: 'step',
        days: DEFAULT_PRORATION_POLICY,
      }),
    ),
  );
  account.bill(end);
  expect(account.creditBalanceMinor).toBe(1500n);
  const settled = decideCreditSettlement({
    ...inputOf(account.creditBalanceMinor, [unpaid('inv_1', 3000n)]),
    source: { type: 'invoice', id: 'inv_2' },
  });
  account.apply(settled);
  expect(account.creditBalanceMinor).toBe(0n);
  expect(account.books.invoices.get('inv_1')).toMatchObject({ status: 'open', creditPaidMinor: 1500n });
  const balances = new Map(trialBalance(account.books.ledger).map((row) => [row.account, row.balanceMinor]));
  expect(Object.fromEntries(balances)).toEqual({ receivable: 1500n, revenue: -1500n, credit_liability: 0n });
  // The same grant settles once.
  expect(() => account.apply(settled)).toThrow();
});

test('I90 an invoice that credit pays in full recovers its subscription, unless another one still fails', () => {
  const failed = [unpaid('inv_1', 100n, { failureCount: 1 }), unpaid('inv_2', 100n, { failureCount: 1 })];
  const events = (balanceMinor: bigint) =>
    decideCreditSettlement({ ...inputOf(balanceMinor, failed), subscriptions: [past] }).events.map(
      ({ type }) => type,
    );
  expect(events(100n)).toEqual(['credit.applied', 'invoice.paid']);
  expect(events(200n)).toContain('subscription.recovered');
  expect(events(0n)).toEqual([]);
});

test('what credit does is said in full: what it pays, what is left to pay, and where it came from', () => {
  const invoices = [
    unpaid('inv_1', 300n, { failureCount: 2 }),
    unpaid('inv_2', 500n, { status: 'uncollectible' }),
  ];
  expect(decideCreditSettlement(inputOf(400n, invoices))).toEqual({
    changes: [
      { type: 'invoice.credit', invoiceId: 'inv_1', fromStatus: 'open', status: 'paid', amountMinor: 300n },
      { type: 'payment.retry', invoiceId: 'inv_1', at: null, failureCount: 2 },
      {
        type: 'invoice.credit',
        invoiceId: 'inv_2',
        fromStatus: 'uncollectible',
        status: 'uncollectible',
        amountMinor: 100n,
      },
      {
        type: 'customer_credit.add',
        customerId: 'cus_1',
        currency: EUR,
        deltaMinor: -400n,
        sourceType: 'payment',
        sourceId: 'pay_1',
      },
      {
        type: 'ledger.post',
        transaction: {
          sourceType: 'payment',
          sourceId: 'pay_1',
          kind: 'credit_settled',
          customerId: 'cus_1',
          currency: EUR,
          occurredAt: NOW,
          entries: [
            { account: 'credit_liability', side: 'debit', amountMinor: 400n },
            { account: 'receivable', side: 'credit', amountMinor: 400n },
          ],
        },
      },
    ],
    events: [
      event('inv_1', 'credit.applied', { delta_minor: '-300' }),
      event('inv_1', 'invoice.paid', { credit_minor: '300' }),
      event('inv_2', 'credit.applied', { delta_minor: '-100' }),
    ],
  });
});

test('without credit, or without anything to pay, nothing is done', () => {
  const nothing = { changes: [], events: [] };
  expect(decideCreditSettlement(inputOf(0n, [unpaid('inv_1', 300n)]))).toEqual(nothing);
  expect(decideCreditSettlement(inputOf(400n, [unpaid('inv_1', 0n)]))).toEqual(nothing);
});

test.each([
  ['another of its invoices is open and has not failed', [unpaid('inv_2', 1n)], 1],
  ['another of its invoices failed', [unpaid('inv_2', 1n, { failureCount: 1 })], 0],
  ['another one was given up', [unpaid('inv_2', 1n, { failureCount: 3, status: 'uncollectible' })], 1],
  [
    'the one that failed bills another',
    [unpaid('inv_2', 1n, { failureCount: 1, subscriptionIds: ['sub_2'] })],
    1,
  ],
] as const)('when its invoice is paid a subscription recovers as it should: %s', (_, others, recovered) => {
  const paid = unpaid('inv_1', 300n, { failureCount: 1 });
  const { changes, events } = recoveries(
    { unpaid: [paid, ...others], subscriptions: [past] },
    new Set(['inv_1']),
  );
  expect(changes.map((change) => change.type === 'subscription.update' && change.fields)).toEqual(
    Array.from({ length: recovered }, () => ({ status: 'active' })),
  );
  expect(events).toHaveLength(recovered);
});

test('a payment recovers nobody whose invoice it is not, and nobody who owed nothing', () => {
  const paid = new Set(['inv_1']);
  const foreign = unpaid('inv_1', 300n, { failureCount: 1, subscriptionIds: ['sub_2'] });
  const nothing = { changes: [], events: [] };
  expect(recoveries({ unpaid: [foreign], subscriptions: [past] }, paid)).toEqual(nothing);
  const active: Subscription = { ...past, status: 'active' };
  expect(recoveries({ unpaid: [unpaid('inv_1', 300n)], subscriptions: [active] }, paid)).toEqual(nothing);
});
