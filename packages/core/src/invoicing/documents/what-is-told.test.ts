import { describe, expect, test } from 'vitest';
import { currencyCode } from '../../money/currency.ts';
import { Account, at, dec, EUR, flat, unwrap, version } from '../../testing/factories.ts';
import { PERCENT_COUPONS } from '../../testing/histories.ts';
import { codeOf } from '../../testing/said.ts';
import type { IssuedInvoice } from '../invoice.ts';
import type { BilledLine } from '../line.ts';
import { NO_TAX, type TaxChoice, type TaxRate } from '../tax.ts';
import { DEFAULT_CREDIT_NOTE_POLICY } from './credit-amounts.ts';
import { creditableOf } from './creditable.ts';
import { type CreditNoteInput, decideCreditNote } from './decide-credit-note.ts';
import { type ConsolidatedInput, decideInvoices } from './decide-invoices.ts';
import { decideReissue } from './decide-reissue.ts';
import { decideVoid } from './decide-void.ts';

const START = at('2026-04-01T00:00:00Z');
const VAT: TaxRate = { id: 'vat', name: 'VAT', percent: dec('20'), category: 'S', country: 'FR' };
const TAXED: TaxChoice = { ...NO_TAX, standardRate: VAT };

/** One open invoice over 100.00 and 50.00 with 20 % tax: 180.00. */
function billed(): Account {
  const account = new Account({ taxChoice: TAXED });
  account.start(START, version('two', [flat('a', 10_000n), flat('b', 5000n)]));
  account.bill(START);
  return account;
}

function inputOf(account: Account, more: Partial<CreditNoteInput> = {}): CreditNoteInput {
  const { invoice, status, paidMinor, creditPaidMinor } = account.books.invoices.get('inv_1')!;
  return {
    now: at('2026-04-20T00:00:00Z'),
    creditNoteId: 'note_1',
    invoice,
    status,
    paidMinor,
    creditPaidMinor,
    billed: [],
    soldBackMinor: 0n,
    earlier: [],
    lines: 'rest',
    reason: 'Complaint',
    policy: DEFAULT_CREDIT_NOTE_POLICY,
    ...more,
  };
}

const noteOf = (account: Account, more: Partial<CreditNoteInput>) =>
  unwrap(decideCreditNote(inputOf(account, more)));

describe('what a credit note tells', () => {
  test('a note over all that is due pays the invoice and says so with the amounts', () => {
    const { events, changes, creditNote } = noteOf(billed(), {});
    expect(creditNote.totals).toMatchObject({ invoiceReducedMinor: 18_000n, creditGrantedMinor: 0n });
    expect(events).toEqual([
      {
        type: 'credit_note.issued',
        subjectId: 'note_1',
        customerId: 'cus_1',
        data: { currency: 'EUR', invoice_id: 'inv_1', total_minor: '18000' },
      },
      {
        type: 'invoice.paid',
        subjectId: 'inv_1',
        customerId: 'cus_1',
        data: { currency: 'EUR', total_minor: '18000' },
      },
    ]);
    expect(changes.map(({ type }) => type)).toEqual(['credit_note.create', 'invoice.credit', 'ledger.post']);
  });

  test('a note over less leaves the invoice open and pays nothing', () => {
    const { events, changes } = noteOf(billed(), { lines: [{ position: 2, creditMinor: 5000n }] });
    expect(events.map(({ type }) => type)).toEqual(['credit_note.issued']);
    expect(changes[1]).toMatchObject({
      type: 'invoice.credit',
      fromStatus: 'open',
      status: 'open',
      amountMinor: 6000n,
    });
  });

  test('what was paid by money or by credit is not lowered again: it becomes credit', () => {
    const { creditNote, events, changes } = noteOf(billed(), { paidMinor: 10_000n, creditPaidMinor: 3000n });
    expect(creditNote.totals).toMatchObject({ invoiceReducedMinor: 5000n, creditGrantedMinor: 13_000n });
    expect(events.at(-1)).toEqual({
      type: 'credit.granted',
      subjectId: 'note_1',
      customerId: 'cus_1',
      data: { currency: 'EUR', delta_minor: '13000' },
    });
    expect(changes.find(({ type }) => type === 'invoice.credit')).toMatchObject({
      status: 'paid',
      amountMinor: 5000n,
    });
    expect(changes.find(({ type }) => type === 'customer_credit.add')).toMatchObject({
      deltaMinor: 13_000n,
      sourceType: 'credit_note',
      sourceId: 'note_1',
    });
  });

  test('an invoice that was given up is lowered as an open one, a paid one never', () => {
    const reduced = (status: 'uncollectible' | 'paid') => noteOf(billed(), { status }).creditNote.totals;
    expect(reduced('uncollectible')).toMatchObject({ invoiceReducedMinor: 18_000n, creditGrantedMinor: 0n });
    expect(reduced('paid')).toMatchObject({ invoiceReducedMinor: 0n, creditGrantedMinor: 18_000n });
  });

  test('a refusal points at the line and says how much of it can be credited', () => {
    const account = billed();
    const facts = (lines: CreditNoteInput['lines']) => {
      const decision = decideCreditNote(inputOf(account, { lines }));
      return decision.ok ? null : decision.refusal.facts;
    };
    const sound = { position: 1, creditMinor: 1n };
    expect(facts([sound, { position: 9, creditMinor: 1n }])).toEqual({ pointer: '/lines/1' });
    expect(facts([sound, sound])).toEqual({ pointer: '/lines/1' });
    expect(facts([{ position: 2, creditMinor: 5001n }])).toEqual({ position: 2, left_minor: '5000' });
  });

  test('an allowance is credited with its own sign, in parts and never beyond itself', () => {
    const account = billed();
    const invoice = withAllowance(account);
    const allowance = (creditMinor: bigint) => ({ position: 3, creditMinor });
    const first = { position: 1, creditMinor: 10_000n };
    const code = (lines: CreditNoteInput['lines'], earlier: CreditNoteInput['earlier'] = []) =>
      codeOf(decideCreditNote(inputOf(account, { invoice, lines, earlier })));
    expect(code([first, allowance(-1000n)])).toBe('ok');
    for (const creditMinor of [-1001n, 0n, 400n])
      expect(code([first, allowance(creditMinor)])).toBe('credit_note.beyond_line');
    const { creditNote } = noteOf(account, { invoice, lines: [first, allowance(-400n)] });
    expect(creditNote.totals).toMatchObject({ netMinor: 9600n, taxMinor: 1920n });
    const second = { position: 2, creditMinor: 5000n };
    expect(code([second, allowance(-601n)], [creditNote])).toBe('credit_note.beyond_line');
    expect(code([second, allowance(-600n)], [creditNote])).toBe('ok');
  });
});

function withAllowance(account: Account): IssuedInvoice {
  const { invoices } = unwrap(
    decideInvoices({
      ...allOf(account),
      adjustments: [{ kind: 'allowance', amountMinor: 1000n, description: 'Loyalty', taxCode: 'standard' }],
    }),
  );
  return invoices[0]!;
}

function allOf(account: Account): ConsolidatedInput {
  return {
    now: START,
    customerId: 'cus_1',
    accounts: [{ currency: EUR, invoiceId: 'inv_1', creditBalanceMinor: 0n }],
    subscriptions: [...account.books.subscriptions.values()],
    billed: [],
    usage: [],
    taxChoice: account.taxChoice,
    settings: account.settings,
    hasPaymentMethod: true,
  };
}

describe('what voiding and issuing anew tell', () => {
  const open = {
    status: 'open',
    paidMinor: 0n,
    creditPaidMinor: 0n,
    hasCreditNotes: false,
    billed: [],
    subscriptions: [],
    unpaid: [],
  } as const;

  test('a void without credit tells of itself alone', () => {
    const { invoice } = billed().books.invoices.get('inv_1')!;
    const voided = unwrap(decideVoid({ ...open, now: START, invoice, periods: 'waive', reason: 'Test' }));
    expect(voided.events).toEqual([
      {
        type: 'invoice.voided',
        subjectId: 'inv_1',
        customerId: 'cus_1',
        data: { currency: 'EUR', total_minor: '18000', reason: 'Test' },
      },
    ]);
    expect(voided.changes.map(({ type }) => type)).toEqual(['invoice.void', 'ledger.post']);
  });

  test('the credit that a void gives back is told with its amount', () => {
    const { invoice } = billed().books.invoices.get('inv_1')!;
    const given = {
      ...open,
      creditPaidMinor: 250n,
      now: START,
      invoice,
      periods: 'bill_again',
      reason: 'Test',
    } as const;
    expect(unwrap(decideVoid(given)).events[1]).toEqual({
      type: 'credit.granted',
      subjectId: 'inv_1',
      customerId: 'cus_1',
      data: { currency: 'EUR', delta_minor: '250' },
    });
  });

  test('issuing anew voids first and bills second, with the changes and the events of both', () => {
    const account = billed();
    const { invoice } = account.books.invoices.get('inv_1')!;
    const { accounts: _, customerId: __, ...rest } = allOf(account);
    const billing = {
      ...rest,
      billed: account.books.billed,
      invoiceId: 'inv_2',
      customer: { id: 'cus_1', currency: EUR, creditBalanceMinor: 0n },
    };
    const { changes, events } = unwrap(decideReissue({ ...open, billing, invoice, reason: 'Address' }));
    expect(changes[0]).toEqual({
      type: 'invoice.void',
      invoiceId: 'inv_1',
      fromStatus: 'open',
      periods: 'bill_again',
      reason: 'Address',
    });
    expect(changes.map(({ type }) => type)).toContain('invoice.create');
    expect(events.map(({ type, subjectId }) => [type, subjectId])).toEqual([
      ['invoice.voided', 'inv_1'],
      ['invoice.issued', 'inv_2'],
    ]);
  });

  test('lines of another invoice still stand when one is issued anew', () => {
    const account = billed();
    const { invoice } = account.books.invoices.get('inv_1')!;
    const may = at('2026-05-01T00:00:00Z');
    account.bill(may);
    const { accounts: _, customerId: __, ...rest } = allOf(account);
    const customer = { id: 'cus_1', currency: EUR, creditBalanceMinor: 0n };
    const billing = { ...rest, now: may, billed: account.books.billed, invoiceId: 'inv_9', customer };
    const { invoice: again } = unwrap(decideReissue({ ...open, billing, invoice, reason: 'Address' }));
    expect(again?.lines).toHaveLength(2);
    expect(again?.totals.totalMinor).toBe(18_000n);
  });
});

describe('a customer with two currencies', () => {
  const USD = currencyCode('USD');

  function both(): ConsolidatedInput {
    const dollar = new Account({ taxChoice: TAXED }).start(START, {
      ...version('d', [flat('d', 2000n)]),
      currency: USD,
    });
    const euro = billed();
    return {
      ...allOf(euro),
      accounts: [
        { currency: EUR, invoiceId: 'inv_eur', creditBalanceMinor: 0n },
        { currency: USD, invoiceId: 'inv_usd', creditBalanceMinor: 0n },
      ],
      subscriptions: [
        { ...euro.subscription, id: 'sub_eur' },
        { ...dollar.subscription, id: 'sub_usd' },
      ],
    };
  }

  test('is told of both invoices, and the changes of both are made', () => {
    const { changes, events } = unwrap(decideInvoices(both()));
    expect(events.map(({ type, subjectId }) => [type, subjectId])).toEqual([
      ['invoice.issued', 'inv_eur'],
      ['invoice.issued', 'inv_usd'],
    ]);
    expect(changes.filter(({ type }) => type === 'invoice.create')).toHaveLength(2);
  });

  test('has no second invoice for what stands billed', () => {
    const euro = billed();
    const input = both();
    const subscriptions = [euro.subscription, ...input.subscriptions.slice(1)];
    const { invoices } = unwrap(decideInvoices({ ...input, subscriptions, billed: euro.books.billed }));
    expect(invoices.map(({ id }) => id)).toEqual(['inv_usd']);
  });

  test('with nothing to bill in a currency needs no account for it, and one that is missing is told', () => {
    const input = both();
    const [, dollar] = input.subscriptions;
    const { invoices } = unwrap(decideInvoices({ ...input, subscriptions: [dollar!] }));
    expect(invoices.map(({ id }) => id)).toEqual(['inv_usd']);
    expect(codeOf(decideInvoices({ ...input, accounts: input.accounts.slice(0, 1) }))).toBe(
      'billing.account_missing',
    );
  });
});

describe('what is left of a line', () => {
  const left = (account: Account, earlier: CreditNoteInput['earlier'], lines: readonly BilledLine[]) =>
    creditableOf(account.books.invoices.get('inv_1')!.invoice, earlier, lines).map(
      ({ leftMinor }) => leftMinor,
    );

  test('is never below nothing, even where notes and credits of unused time overlap', () => {
    const account = billed();
    const { creditNote } = noteOf(account, { lines: [{ position: 1, creditMinor: 8000n }] });
    const [charge] = account.books.billed;
    const unused = { ...charge!, kind: 'proration_credit', grossMinor: -5000n, amountMinor: -5000n } as const;
    expect(left(account, [], account.books.billed)).toEqual([10_000n, 5000n]);
    expect(left(account, [], [unused])).toEqual([5000n, 5000n]);
    expect(left(account, [creditNote], [])).toEqual([2000n, 5000n]);
    expect(left(account, [creditNote], [unused])).toEqual([0n, 5000n]);
  });

  test('of a line that a discount made free is nothing to give back, and no fault', () => {
    const account = new Account({ taxChoice: TAXED });
    account.start(START, version('free', [flat('a', 1000n)]));
    const coupon = { ...PERCENT_COUPONS[0]!, value: { kind: 'percent', percent: dec('100') } as const };
    const discount = { id: 'd', coupon, redeemedAt: START, from: START, until: null, periods: null };
    const change = { type: 'subscription_discount.create', subscriptionId: 'sub_1', discount } as const;
    account.apply({ changes: [change], events: [] });
    account.bill(START);
    expect(codeOf(decideCreditNote(inputOf(account, { status: 'paid' })))).toBe('credit_note.nothing_left');
  });
});
