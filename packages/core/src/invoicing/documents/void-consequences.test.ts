import { expect, test } from 'vitest';
import { DEFAULT_PRORATION_POLICY } from '../../proration/policy.ts';
import { decideCancel } from '../../subscriptions/decide-cancel.ts';
import { decideSeats } from '../../subscriptions/decide-seats.ts';
import { Account, at, flat, seats, unwrap, version } from '../../testing/factories.ts';
import { codeOf } from '../../testing/said.ts';
import { DEFAULT_CREDIT_NOTE_POLICY } from './credit-amounts.ts';
import { decideCreditNote } from './decide-credit-note.ts';
import { decideReissue } from './decide-reissue.ts';
import { decideVoid } from './decide-void.ts';

const START = at('2026-04-01T00:00:00Z');
const MIDDLE = at('2026-04-16T00:00:00Z');

function voidOf(account: Account, invoiceId: string, periods: 'bill_again' | 'waive') {
  const { books, subscription } = account;
  const { invoice, status, paidMinor, creditPaidMinor, failureCount } = books.invoices.get(invoiceId)!;
  const remainingMinor = invoice.totals.dueMinor;
  return decideVoid({
    now: MIDDLE,
    invoice,
    status,
    paidMinor,
    creditPaidMinor,
    periods,
    reason: 'x',
    hasCreditNotes: false,
    billed: books.billed,
    subscriptions: [subscription],
    unpaid: [{ id: invoiceId, status, remainingMinor, failureCount, subscriptionIds: ['sub_1'] }],
  });
}

/** Two seats from the first on and three from the middle on: a credit and a charge on the second invoice. */
function seatsChanged(): Account {
  const account = new Account().start(START, version('p', [seats('p', '30')]), { seats: 2n });
  account.bill(START);
  const decision = decideSeats({
    now: MIDDLE,
    subscription: account.subscription,
    seats: 3n,
    when: 'now',
    itemIds: ['anew'],
    stepId: 'step',
    isProrated: true,
    days: DEFAULT_PRORATION_POLICY,
  });
  account.apply(unwrap(decision));
  account.bill(MIDDLE);
  return account;
}

const amounts = (account: Account) =>
  account.books.billed.map(({ kind, amountMinor }) => [kind, amountMinor]);

test('I100 what failed by a voided invoice alone is past due no more', () => {
  const account = new Account().start(START, version('p', [flat('p', 3000n)]));
  account.bill(START);
  const failed = { type: 'payment.retry', invoiceId: 'inv_1', at: MIDDLE, failureCount: 1 } as const;
  const pastDue = { status: 'past_due' } as const;
  const update = { subscriptionId: 'sub_1', fromStatus: 'active', fields: pastDue } as const;
  account.apply({ changes: [failed, { type: 'subscription.update', ...update }], events: [] });
  const decision = unwrap(voidOf(account, 'inv_1', 'bill_again'));
  expect(decision.events.map(({ type }) => type)).toEqual(['invoice.voided', 'subscription.recovered']);

  const { invoice, status, paidMinor, creditPaidMinor } = account.books.invoices.get('inv_1')!;
  const unpaid = { id: 'inv_1', status, remainingMinor: 3000n, failureCount: 1, subscriptionIds: ['sub_1'] };
  const anew = decideReissue({
    invoice,
    status,
    paidMinor,
    creditPaidMinor,
    hasCreditNotes: false,
    reason: 'x',
    unpaid: [unpaid],
    billing: {
      now: MIDDLE,
      invoiceId: 'inv_2',
      usage: [],
      hasPaymentMethod: true,
      customer: { id: 'cus_1', currency: invoice.currency, creditBalanceMinor: 0n },
      subscriptions: [account.subscription],
      billed: account.books.billed,
      taxChoice: account.taxChoice,
      settings: account.settings,
    },
  });
  account.apply(unwrap(anew));
  expect(account.subscription.status).toBe('active');
});

test('I92 the periods of what has ended are billed again as well, though no bill lay ahead', () => {
  const account = new Account().start(START, version('p', [flat('p', 3000n)]));
  account.bill(START);
  const cancel = decideCancel({
    now: MIDDLE,
    subscription: account.subscription,
    when: 'now',
    creditUnused: false,
    reason: 'asked',
    stepId: 'step',
    days: DEFAULT_PRORATION_POLICY,
  });
  account.apply(unwrap(cancel));
  account.bill(MIDDLE);
  expect(account.subscription.nextActionAt).toBeNull();
  account.apply(unwrap(voidOf(account, 'inv_1', 'bill_again')));
  expect(account.subscription.nextActionAt).toBe(MIDDLE);
  account.bill(MIDDLE);
  expect(account.subscription.nextActionAt).toBeNull();
  expect(amounts(account)).toEqual([['recurring', 3000n]]);
});

test('I92 a period of which a credit took a part back cannot be waived, but billed again', () => {
  const account = seatsChanged();
  expect(codeOf(voidOf(account, 'inv_1', 'waive'))).toBe('invoice.has_credit_notes');
  account.apply(unwrap(voidOf(account, 'inv_1', 'bill_again')));
  account.bill(MIDDLE);
  expect(amounts(account)).toEqual([
    ['recurring', 4500n],
    ['proration_credit', -3000n],
    ['recurring', 6000n],
  ]);
});

test('I92 a credit for what another invoice charged is not waived with the invoice it stands on', () => {
  const account = seatsChanged();
  account.apply(unwrap(voidOf(account, 'inv_2', 'waive')));
  account.bill(MIDDLE);
  expect(amounts(account)).toEqual([
    ['recurring', 6000n],
    ['recurring', 4500n],
    ['proration_credit', -3000n],
  ]);
  expect(account.creditBalanceMinor).toBe(3000n);
});

test('I78 a credit for unused time that a note took back leaves the charge to be credited whole', () => {
  const account = seatsChanged();
  const noteOn = (invoiceId: string) => {
    const { invoice, paidMinor, creditPaidMinor } = account.books.invoices.get(invoiceId)!;
    const decision = decideCreditNote({
      ...{
        now: MIDDLE,
        creditNoteId: `note ${invoiceId}`,
        invoice,
        status: 'open',
        paidMinor,
        creditPaidMinor,
      },
      billed: account.books.billed,
      earlier: [],
      soldBackMinor: 0n,
      lines: 'rest',
      reason: 'x',
      policy: DEFAULT_CREDIT_NOTE_POLICY,
    });
    account.apply(unwrap(decision));
    return unwrap(decision).creditNote.totals.totalMinor;
  };
  expect([noteOn('inv_2'), noteOn('inv_1')]).toEqual([1500n, 6000n]);
});
