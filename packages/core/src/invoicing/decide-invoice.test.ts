import { describe, expect, test } from 'vitest';
import type { CoreEvent } from '../decision/event.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { LedgerTransaction } from '../ledger/transaction.ts';
import { MAX_AMOUNT_MINOR } from '../money/money.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import { Account, at, EUR, flat, unwrap, version } from '../testing/factories.ts';
import { type BillingInput, billedLinesOf, decideInvoice } from './decide-invoice.ts';
import { DEFAULT_BILLING_SETTINGS } from './settings.ts';
import { NO_TAX } from './tax.ts';

const START = at('2026-04-01T00:00:00Z');
const MAY = at('2026-05-01T00:00:00Z');

function subscribed(id: string, amountMinor: bigint): Subscription {
  const { subscription } = new Account().start(START, version('v', [flat('v', amountMinor)]));
  // As billing leaves it, so that nothing but invoices is decided.
  return { ...subscription, id, nextActionAt: MAY };
}

function input(subscriptions: readonly Subscription[], creditBalanceMinor = 0n): BillingInput {
  return {
    now: START,
    invoiceId: 'inv_1',
    customer: { id: 'cus_1', currency: EUR, creditBalanceMinor },
    subscriptions,
    billed: [],
    usage: [],
    taxChoice: NO_TAX,
    settings: DEFAULT_BILLING_SETTINGS,
    hasPaymentMethod: true,
  };
}

/** A charge of 1 April that was billed and whose service ended in that moment: all of it is given back. */
function givenBack(amountMinor: bigint): BillingInput {
  const subscription = subscribed('sub_1', amountMinor);
  const { invoice } = unwrap(decideInvoice(input([subscription])));
  const items = subscription.items.map((item) => ({ ...item, activeTo: START, creditUnused: true }));
  const ended: Subscription = { ...subscription, status: 'canceled', items, nextActionAt: null };
  return { ...input([ended]), billed: invoice === null ? [] : billedLinesOf(invoice) };
}

function event(type: CoreEvent['type'], data: JsonObject): CoreEvent {
  return { type, subjectId: 'inv_1', customerId: 'cus_1', data: { currency: EUR, ...data } };
}

function posted(
  kind: LedgerTransaction['kind'],
  debit: LedgerTransaction['entries'][0]['account'],
  credit: LedgerTransaction['entries'][0]['account'],
  amountMinor: bigint,
) {
  const transaction: LedgerTransaction = {
    sourceType: 'invoice',
    sourceId: 'inv_1',
    kind,
    customerId: 'cus_1',
    currency: EUR,
    occurredAt: START,
    entries: [
      { account: debit, side: 'debit', amountMinor },
      { account: credit, side: 'credit', amountMinor },
    ],
  };
  return { type: 'ledger.post', transaction };
}

function credited(deltaMinor: bigint) {
  const source = { sourceType: 'invoice', sourceId: 'inv_1' };
  return { type: 'customer_credit.add', customerId: 'cus_1', currency: EUR, deltaMinor, ...source };
}

describe('what an invoice does is said in full', () => {
  const sold = posted('invoice_issued', 'receivable', 'revenue', 1000n);
  const issued = (dueMinor: string) => event('invoice.issued', { total_minor: '1000', due_minor: dueMinor });

  test.each([
    ['one to pay', 0n, 'open', [sold], [issued('1000')]],
    [
      'one that credit pays a part of',
      300n,
      'open',
      [credited(-300n), sold, posted('credit_applied', 'credit_liability', 'receivable', 300n)],
      [issued('700'), event('credit.applied', { delta_minor: '-300' })],
    ],
    [
      'one that credit pays in full',
      1000n,
      'paid',
      [credited(-1000n), sold, posted('credit_applied', 'credit_liability', 'receivable', 1000n)],
      [
        issued('0'),
        event('credit.applied', { delta_minor: '-1000' }),
        event('invoice.paid', { total_minor: '1000' }),
      ],
    ],
  ] as const)('%s', (_, creditMinor, status, changes, events) => {
    const decision = unwrap(decideInvoice(input([subscribed('sub_1', 1000n)], creditMinor)));
    expect(decision.invoice?.status).toBe(status);
    expect(decision.changes).toEqual([{ type: 'invoice.create', invoice: decision.invoice }, ...changes]);
    expect(decision.events).toEqual(events);
  });

  test('one that gives back', () => {
    const { invoice, changes, events } = unwrap(decideInvoice(givenBack(1000n)));
    expect(invoice?.status).toBe('paid');
    const { type, transaction } = posted('invoice_issued', 'revenue', 'credit_liability', 1000n);
    expect(changes).toEqual([
      { type: 'invoice.create', invoice },
      credited(1000n),
      { type, transaction: { ...transaction, entries: transaction.entries.toReversed() } },
    ]);
    expect(events).toEqual([
      event('invoice.issued', { total_minor: '-1000', due_minor: '0' }),
      event('credit.granted', { delta_minor: '1000' }),
      event('invoice.paid', { total_minor: '-1000' }),
    ]);
  });
});

describe('an invoice is refused', () => {
  test('by the name of the subscription that is in another currency than its customer', () => {
    const foreign = { ...subscribed('sub_2', 1n), currency: 'USD' as typeof EUR };
    expect(decideInvoice(input([subscribed('sub_1', 1n), foreign]))).toMatchObject({
      ok: false,
      refusal: { code: 'billing.currency_differs', facts: { subscription_id: 'sub_2' } },
    });
  });

  test('whose lines move more than half the range of amounts, so that tax has room, though they cancel out', () => {
    const half = MAX_AMOUNT_MINOR / 2n;
    expect(decideInvoice(input([subscribed('sub_1', half)])).ok).toBe(true);
    expect(decideInvoice(givenBack(half)).ok).toBe(true);
    const outOfRange = { ok: false, refusal: { code: 'billing.amount_out_of_range' } };
    expect(decideInvoice(input([subscribed('sub_1', half + 1n)]))).toMatchObject(outOfRange);
    const back = givenBack(half - 10n);
    const both = (amountMinor: bigint) => {
      const bought = subscribed('sub_2', amountMinor);
      return decideInvoice({ ...back, subscriptions: [...back.subscriptions, bought] });
    };
    expect(both(10n).ok).toBe(true);
    expect(both(11n)).toMatchObject(outOfRange);
  });
});

test('what stands of one subscription is billed no more, and what does not stand of another is', () => {
  const [first, second] = [subscribed('sub_1', 100n), subscribed('sub_2', 200n)];
  const { invoice } = unwrap(decideInvoice(input([first])));
  const billed = billedLinesOf(invoice as NonNullable<typeof invoice>);
  const both = unwrap(decideInvoice({ ...input([first, second]), billed }));
  expect(both.invoice?.lines.map(({ subscriptionId, amountMinor }) => [subscriptionId, amountMinor])).toEqual(
    [['sub_2', 200n]],
  );
  expect(both.subscriptions).toEqual([first, second]);
});
