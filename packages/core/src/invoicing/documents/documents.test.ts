import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { trialBalance } from '../../ledger/trial-balance.ts';
import { currencyCode } from '../../money/currency.ts';
import { DEFAULT_PRORATION_POLICY } from '../../proration/policy.ts';
import { decideCancel } from '../../subscriptions/decide-cancel.ts';
import { Account, at, dec, EUR, flat, metered, seats, unwrap, version } from '../../testing/factories.ts';
import { history, PERCENT_COUPONS, playHistory } from '../../testing/histories.ts';
import { codeOf } from '../../testing/said.ts';
import type { IssuedInvoice } from '../invoice.ts';
import { DEFAULT_BILLING_SETTINGS } from '../settings.ts';
import { NO_TAX, type TaxChoice, type TaxRate } from '../tax.ts';
import { DEFAULT_CREDIT_NOTE_POLICY } from './credit-amounts.ts';
import { type CreditNoteInput, decideCreditNote } from './decide-credit-note.ts';
import { decideInvoices, draftInvoices, groupByCurrency } from './decide-invoices.ts';
import { billingWithout, decideReissue } from './decide-reissue.ts';
import { decideVoid } from './decide-void.ts';

const START = at('2026-04-01T00:00:00Z');
const VAT: TaxRate = { id: 'vat', name: 'VAT', percent: dec('20'), category: 'S', country: 'FR' };
const TAXED: TaxChoice = { ...NO_TAX, standardRate: VAT };

/** Two prices of 68.33 at 20 %: the tax of both together is a cent less than of each alone. */
function twoLines(creditBalanceMinor = 0n): Account {
  const account = new Account({ taxChoice: TAXED });
  account.start(START, version('two', [flat('a', 6833n), flat('b', 6833n)]));
  account.creditBalanceMinor = creditBalanceMinor;
  account.bill(START);
  return account;
}

function noteInput(account: Account, more: Partial<CreditNoteInput> = {}): CreditNoteInput {
  const record = account.books.invoices.get('inv_1')!;
  const earlier = [...account.books.creditNotes.values()];
  return {
    now: at('2026-04-20T00:00:00Z'),
    creditNoteId: `note_${earlier.length + 1}`,
    invoice: record.invoice,
    status: record.status,
    paidMinor: record.paidMinor,
    creditPaidMinor: record.creditPaidMinor,
    billed: account.books.billed,
    earlier,
    soldBackMinor: 0n,
    lines: 'rest',
    reason: 'Complaint',
    policy: DEFAULT_CREDIT_NOTE_POLICY,
    ...more,
  };
}

function note(account: Account, more: Partial<CreditNoteInput> = {}) {
  const decision = unwrap(decideCreditNote(noteInput(account, more)));
  account.apply(decision);
  return decision;
}

/** What every account holds, empty ones left out. */
function balancesOf(account: Account, sourceIds?: readonly string[]) {
  const posted = account.books.ledger.filter(({ sourceId }) => sourceIds?.includes(sourceId) ?? true);
  const held = trialBalance(posted).filter(({ balanceMinor }) => balanceMinor !== 0n);
  return Object.fromEntries(held.map(({ account: name, balanceMinor }) => [name, balanceMinor]));
}

describe('credit notes', () => {
  test('I78 notes on every line in turn take back exactly the invoice: the last takes the rounding', () => {
    const account = twoLines();
    const first = note(account, { lines: [{ position: 1, creditMinor: 6833n }] }).creditNote;
    expect(first.totals).toMatchObject({ netMinor: 6833n, taxMinor: 1367n, totalMinor: 8200n });
    const last = note(account).creditNote;
    expect(last.totals).toEqual({
      netMinor: 6833n,
      taxMinor: 1366n,
      totalMinor: 8199n,
      invoiceReducedMinor: 8199n,
      creditGrantedMinor: 0n,
    });
    expect(last.lines).toHaveLength(1);
    expect(last.taxes).toEqual([{ rate: VAT, taxMinor: 1366n }]);
    expect(account.books.invoices.get('inv_1')).toMatchObject({ status: 'paid', creditPaidMinor: 16_399n });
    expect(codeOf(decideCreditNote(noteInput(account)))).toBe('credit_note.nothing_left');
    expect(balancesOf(account)).toEqual({});
  });

  test('an open invoice is lowered first; what was paid becomes customer credit', () => {
    const account = twoLines();
    const part = note(account, { paidMinor: 10_000n, lines: [{ position: 1, creditMinor: 6833n }] });
    expect(part.creditNote.totals).toMatchObject({ invoiceReducedMinor: 6399n, creditGrantedMinor: 1801n });
    expect(part.events.map((event) => event.type)).toEqual([
      'credit_note.issued',
      'invoice.paid',
      'credit.granted',
    ]);
    const posted = part.changes.find((change) => change.type === 'ledger.post');
    expect(posted).toMatchObject({
      transaction: {
        sourceType: 'credit_note',
        kind: 'credit_note_issued',
        entries: [
          { account: 'revenue', side: 'debit', amountMinor: 6833n },
          { account: 'tax', side: 'debit', amountMinor: 1367n },
          { account: 'receivable', side: 'credit', amountMinor: 6399n },
          { account: 'credit_liability', side: 'credit', amountMinor: 1801n },
        ],
      },
    });
    expect(account.creditBalanceMinor).toBe(1801n);
  });

  test('of a paid invoice everything becomes credit, and nothing is lowered', () => {
    const account = twoLines();
    const { changes, creditNote } = note(account, { status: 'paid', paidMinor: 16_399n });
    expect(creditNote.totals).toMatchObject({ invoiceReducedMinor: 0n, creditGrantedMinor: 16_399n });
    expect(changes.map((change) => change.type)).toEqual([
      'credit_note.create',
      'customer_credit.add',
      'ledger.post',
    ]);
  });

  test('I78 what refunds took back is not credited again, and what notes gave is not refunded again', () => {
    const account = twoLines();
    const one: CreditNoteInput['lines'] = [{ position: 1, creditMinor: 6833n }];
    const paid = { status: 'paid', paidMinor: 16_399n, lines: one } as const;
    const refused = decideCreditNote(noteInput(account, { ...paid, soldBackMinor: 8200n }));
    expect(refused).toMatchObject({
      refusal: { code: 'credit_note.beyond_invoice', facts: { left_minor: '8199' } },
    });
    expect(codeOf(decideCreditNote(noteInput(account, { ...paid, soldBackMinor: 8199n })))).toBe('ok');
  });

  test('the share of the discounts of a credited part comes off first', () => {
    const account = new Account({ taxChoice: TAXED });
    account.start(START, version('p', [flat('a', 39_900n)]));
    const discount = {
      id: 'd',
      coupon: {
        ...PERCENT_COUPONS[0]!,
        value: { kind: 'amount', amountsMinor: { [EUR]: 25_000n } } as const,
      },
      redeemedAt: START,
      from: START,
      until: null,
      periods: null,
    };
    const change = { type: 'subscription_discount.create', subscriptionId: 'sub_1', discount } as const;
    account.apply({ changes: [change], events: [] });
    expect(account.bill(START).invoice?.totals).toMatchObject({ netMinor: 14_900n, taxMinor: 2980n });
    const { creditNote } = note(account, { lines: [{ position: 1, creditMinor: 26_260n }] });
    expect(creditNote.totals).toMatchObject({ netMinor: 9806n, taxMinor: 1961n, totalMinor: 11_767n });
    expect(creditNote.lines[0]).toMatchObject({
      creditMinor: 26_260n,
      discountMinor: 16_454n,
      amountMinor: 9806n,
    });
    expect(account.books.billed[0]?.creditedMinor).toBe(9806n);
  });

  test('no line is credited twice, beyond itself or unless it exists', () => {
    const account = twoLines();
    const code = (lines: CreditNoteInput['lines']) => codeOf(decideCreditNote(noteInput(account, { lines })));
    expect(code([{ position: 1, creditMinor: 6834n }])).toBe('credit_note.beyond_line');
    expect(code([{ position: 1, creditMinor: 0n }])).toBe('credit_note.beyond_line');
    expect(code([{ position: 1, creditMinor: -1n }])).toBe('credit_note.beyond_line');
    expect(code([{ position: 3, creditMinor: 1n }])).toBe('credit_note.line_unknown');
    const one = { position: 1, creditMinor: 1n };
    expect(code([one, one])).toBe('credit_note.line_twice');
    expect(code([])).toBe('credit_note.nothing_left');
    note(account, { lines: [{ position: 1, creditMinor: 6000n }] });
    expect(code([{ position: 1, creditMinor: 834n }])).toBe('credit_note.beyond_line');
    expect(code([{ position: 1, creditMinor: 833n }])).toBe('ok');
    for (const status of ['void', 'skipped'] as const)
      expect(codeOf(decideCreditNote(noteInput(account, { status })))).toBe('credit_note.invoice_not_issued');
  });

  test('what was credited for unused time cannot be credited again, and the other way round', () => {
    const half = at('2026-04-16T00:00:00Z');
    const cancel = (account: Account) =>
      account.apply(
        unwrap(
          decideCancel({
            now: half,
            subscription: account.subscription,
            when: 'now',
            creditUnused: true,
            reason: 'x',
            stepId: 'step',
            days: DEFAULT_PRORATION_POLICY,
          }),
        ),
      );
    const plan = version('one', [flat('a', 3000n)]);
    const used = new Account().start(START, plan);
    used.bill(START);
    cancel(used);
    expect(used.bill(half).invoice?.totals.totalMinor).toBe(-1500n);
    expect(codeOf(decideCreditNote(noteInput(used, { lines: [{ position: 1, creditMinor: 1501n }] })))).toBe(
      'credit_note.beyond_line',
    );
    expect(note(used).creditNote.totals.totalMinor).toBe(1500n);

    const noted = new Account().start(START, plan);
    noted.bill(START);
    note(noted, { lines: [{ position: 1, creditMinor: 2000n }] });
    cancel(noted);
    const { invoice } = noted.bill(half);
    expect(invoice?.lines.map((line) => line.amountMinor)).toEqual([-1000n]);
    expect(invoice?.lines[0]?.explanation.basis).toMatchObject({ chargedMinor: 3000n, creditedMinor: 2000n });
  });

  test('I78 whatever is credited, in whatever parts, all notes together never exceed the invoice, nor any line its own', () => {
    const share = fc.record({ position: fc.nat(8), percent: fc.integer({ min: 1, max: 130 }) });
    const modes = fc.constantFrom<TaxChoice['mode']>('exclusive', 'inclusive');
    fc.assert(
      fc.property(fc.array(share, { maxLength: 12 }), modes, (shares, mode) => {
        const account = new Account({ taxChoice: { ...TAXED, mode } });
        account.start(START, version('m', [flat('a', 6833n), flat('b', 999n), seats('c', '3.33')]), {
          seats: 7n,
        });
        account.bill(START);
        const { invoice } = account.books.invoices.get('inv_1')!;
        for (const { position, percent } of shares) {
          const line = invoice.lines[position % invoice.lines.length]!;
          const creditMinor = (line.grossMinor * BigInt(percent)) / 100n;
          const decision = decideCreditNote(
            noteInput(account, { lines: [{ position: line.position, creditMinor }] }),
          );
          if (decision.ok) account.apply(decision.value);
        }
        const rest = decideCreditNote(noteInput(account));
        if (rest.ok) account.apply(rest.value);
        let net = 0n;
        let total = 0n;
        for (const { totals, lines } of account.books.creditNotes.values()) {
          net += totals.netMinor;
          total += totals.totalMinor;
          expect(lines.reduce((sum, line) => sum + line.netMinor, 0n)).toBe(totals.netMinor);
          expect(lines.reduce((sum, line) => sum + line.taxMinor, 0n)).toBe(totals.taxMinor);
          expect(totals.netMinor + totals.taxMinor).toBe(totals.totalMinor);
        }
        expect(total).toBe(invoice.totals.totalMinor);
        expect(net).toBe(invoice.totals.netMinor);
        for (const line of account.books.billed) expect(line.creditedMinor).toBe(line.amountMinor);
      }),
      { numRuns: 40 },
    );
  });

  test('allowances and charges of the document are credited with it', () => {
    const account = new Account({ taxChoice: TAXED });
    account.start(START, version('p', [flat('a', 10_000n)]));
    const invoice = withAdjustments(account);
    expect(invoice.totals).toMatchObject({ netMinor: 9500n, taxMinor: 1900n, totalMinor: 11_400n });
    expect(invoice.adjustments).toMatchObject([
      { position: 2, kind: 'allowance', amountMinor: -1000n, netMinor: -1000n, taxMinor: -200n },
      { position: 3, kind: 'charge', amountMinor: 500n, netMinor: 500n, taxMinor: 100n },
    ]);
    const { creditNote } = unwrap(
      decideCreditNote({
        ...noteInput(account),
        invoice,
        billed: [],
        status: 'open',
        paidMinor: 0n,
        creditPaidMinor: 0n,
      }),
    );
    expect(creditNote.totals.totalMinor).toBe(11_400n);
    expect(creditNote.lines.map(({ position, key, netMinor }) => [position, key === null, netMinor])).toEqual(
      [
        [1, false, 10_000n],
        [2, true, -1000n],
        [3, true, 500n],
      ],
    );
  });
});

function withAdjustments(account: Account): IssuedInvoice {
  const billing = billingOf(account);
  const extra = { description: '', taxCode: 'standard' };
  const { invoices } = unwrap(
    decideInvoices({
      ...billing,
      customerId: 'cus_1',
      accounts: [{ currency: EUR, invoiceId: 'inv_1', creditBalanceMinor: 0n }],
      adjustments: [
        { ...extra, kind: 'allowance', amountMinor: 1000n },
        { ...extra, kind: 'charge', amountMinor: 500n },
      ],
    }),
  );
  account.apply({ changes: [{ type: 'invoice.create', invoice: invoices[0]! }], events: [] });
  return invoices[0]!;
}

function billingOf(account: Account, now = START) {
  return {
    now,
    invoiceId: 'inv_2',
    customer: { id: 'cus_1', currency: EUR, creditBalanceMinor: account.creditBalanceMinor },
    subscriptions: [...account.books.subscriptions.values()],
    billed: account.books.billed,
    usage: [],
    taxChoice: account.taxChoice,
    settings: account.settings,
    hasPaymentMethod: true,
  };
}

describe('voiding and issuing anew', () => {
  const voidOf = (account: Account, more: object = {}) => {
    const { invoice, status, paidMinor, creditPaidMinor } = account.books.invoices.get('inv_1')!;
    const now = at('2026-04-02T00:00:00Z');
    const { billed, subscriptions } = account.books;
    const given = {
      now,
      invoice,
      status,
      paidMinor,
      creditPaidMinor,
      hasCreditNotes: false,
      billed,
      subscriptions: [...subscriptions.values()],
      unpaid: [],
    };
    return decideVoid({ ...given, periods: 'bill_again', reason: 'Wrong address', ...more });
  };

  test('I79 a void gives back the credit that was used, reverses the books and lets the lines be billed again', () => {
    const account = twoLines(1000n);
    const { invoice: before } = account.books.invoices.get('inv_1')!;
    expect(account.creditBalanceMinor).toBe(0n);
    const decision = unwrap(voidOf(account));
    account.apply(decision);
    expect(decision.events.map((event) => event.type)).toEqual(['invoice.voided', 'credit.granted']);
    expect(account.creditBalanceMinor).toBe(1000n);
    expect(account.books.billed).toEqual([]);
    expect(account.books.invoices.get('inv_1')?.status).toBe('void');
    expect(balancesOf(account, ['inv_1'])).toEqual({});
    const { invoice: after } = account.bill(START);
    expect(after?.totals).toEqual(before.totals);
    expect(after?.lines).toEqual(before.lines);
  });

  test('a void may waive the periods: nothing of them is billed again', () => {
    const account = twoLines();
    account.apply(unwrap(voidOf(account, { periods: 'waive' })));
    expect(account.bill(START).invoice).toBeNull();
  });

  test('credit that paid a part after the issue comes back as well', () => {
    const account = twoLines();
    const { changes } = unwrap(voidOf(account, { creditPaidMinor: 700n }));
    expect(changes.find((change) => change.type === 'customer_credit.add')).toMatchObject({
      deltaMinor: 700n,
    });
    const posted = changes.find((change) => change.type === 'ledger.post');
    expect(posted?.transaction.entries).toContainEqual({
      account: 'credit_liability',
      side: 'credit',
      amountMinor: 700n,
    });
  });

  test('only an open invoice without payments and notes can be voided', () => {
    const account = twoLines();
    for (const status of ['paid', 'void', 'skipped'])
      expect(codeOf(voidOf(account, { status }))).toBe('invoice.not_open');
    expect(codeOf(voidOf(account, { status: 'uncollectible' }))).toBe('ok');
    expect(codeOf(voidOf(account, { paidMinor: 1n }))).toBe('invoice.has_payments');
    expect(codeOf(voidOf(account, { hasCreditNotes: true }))).toBe('invoice.has_credit_notes');
  });

  test('I79 issuing anew bills the same facts by the settings of now, on an invoice that names the old one', () => {
    const account = twoLines(1000n);
    const { invoice } = account.books.invoices.get('inv_1')!;
    const rest = {
      status: 'open',
      paidMinor: 0n,
      creditPaidMinor: 0n,
      hasCreditNotes: false,
      reason: 'Tax',
      unpaid: [],
    } as const;
    const billing = { ...billingOf(account), taxChoice: NO_TAX };
    const decision = unwrap(decideReissue({ billing, invoice, ...rest }));
    expect(decision.invoice).toMatchObject({ id: 'inv_2', replacesInvoiceId: 'inv_1' });
    expect(decision.invoice?.totals).toMatchObject({ totalMinor: 13_666n, creditAppliedMinor: 1000n });
    account.apply(decision);
    expect(account.creditBalanceMinor).toBe(0n);
    expect(account.books.billed).toHaveLength(2);
    expect(codeOf(decideReissue({ billing, invoice, ...rest, paidMinor: 1n }))).toBe('invoice.has_payments');
    const usd = { ...billing, customer: { ...billing.customer, currency: currencyCode('USD') } };
    expect(codeOf(decideReissue({ billing: usd, invoice, ...rest }))).toBe('billing.currency_differs');
    expect(billingWithout(billing, invoice, 5n).customer.creditBalanceMinor).toBe(1005n);
  });

  test('I79 a life in which every open invoice is voided and billed again costs the same for all that was used', () => {
    fc.assert(
      fc.property(history, (given) => {
        // A discount that is given later lowers what is billed anew.
        const operations = given.operations.filter(({ kind }) => kind !== 'discount');
        const tale = { ...given, operations };
        const { account, end } = playHistory(tale, { everyDays: 0, atDueMoments: true });
        // What was charged and never used, because it ended as it began, is not charged anew.
        const items = new Map(account.subscription.items.map((item) => [item.id, item]));
        const isUsed = ({ itemId, billingPeriod }: (typeof account.books.billed)[number]) => {
          const item = items.get(itemId);
          return (
            !item || item.activeTo === null || item.activeTo > Math.max(billingPeriod.start, item.activeFrom)
          );
        };
        const sum = () =>
          account.books.billed.filter(isUsed).reduce((total, line) => total + line.amountMinor, 0n);
        const before = sum();
        for (const { invoice, status, paidMinor, creditPaidMinor } of [...account.books.invoices.values()]) {
          if (status !== 'open' || creditPaidMinor > 0n) continue;
          const about = {
            now: end,
            invoice,
            status,
            paidMinor,
            creditPaidMinor,
            hasCreditNotes: false,
            billed: account.books.billed,
            subscriptions: [account.subscription],
            unpaid: [],
          } as const;
          account.apply(unwrap(decideVoid({ ...about, periods: 'bill_again', reason: 'x' })));
          account.bill(end);
        }
        expect(sum()).toBe(before);
      }),
      { numRuns: 400 },
    );
  });
});

describe('one customer with several currencies', () => {
  const USD = currencyCode('USD');
  const SEK = currencyCode('SEK');

  function customer() {
    const euro = new Account().start(START, version('e', [flat('e', 1000n)]));
    const dollar = new Account().start(START, {
      ...version('d', [flat('d', 2000n), metered('m', '1')]),
      currency: USD,
    });
    const subscriptions = [
      { ...euro.subscription, id: 'sub_eur' },
      { ...dollar.subscription, id: 'sub_usd' },
      {
        ...euro.subscription,
        id: 'sub_eur_2',
        items: euro.subscription.items.map((item) => ({ ...item, id: `${item.id}-2` })),
      },
    ];
    const accounts = [
      { currency: SEK, invoiceId: 'inv_sek', creditBalanceMinor: 0n },
      { currency: USD, invoiceId: 'inv_usd', creditBalanceMinor: 500n },
      { currency: EUR, invoiceId: 'inv_eur', creditBalanceMinor: 0n },
    ];
    const settings = DEFAULT_BILLING_SETTINGS;
    const rest = { now: START, billed: [], usage: [], taxChoice: NO_TAX, settings, hasPaymentMethod: true };
    return { customerId: 'cus_1', subscriptions, accounts, ...rest };
  }

  test('I82 subscriptions of one currency share an invoice, and each currency has its own with its own credit', () => {
    const { invoices, subscriptions } = unwrap(decideInvoices(customer()));
    expect(
      invoices.map(({ id, currency, lines, totals }) => [id, currency, lines.length, totals.dueMinor]),
    ).toEqual([
      ['inv_usd', USD, 1, 1500n],
      ['inv_eur', EUR, 2, 2000n],
    ]);
    expect(subscriptions.map(({ id }) => id)).toEqual(['sub_eur', 'sub_usd', 'sub_eur_2']);
    expect([...groupByCurrency(customer().subscriptions).keys()]).toEqual([EUR, USD]);
  });

  test('a currency without an account, or one refusal, bills nothing at all', () => {
    const whole = customer();
    expect(decideInvoices({ ...whole, accounts: whole.accounts.slice(0, 2) })).toMatchObject({
      ok: false,
      refusal: { code: 'billing.account_missing', facts: { currency: 'EUR' } },
    });
    const later = { ...whole, now: at('2026-05-01T00:00:00Z') };
    expect(codeOf(decideInvoices(later))).toBe('billing.usage_missing');
    expect(codeOf(draftInvoices(later))).toBe('billing.usage_missing');
  });

  test('a draft is what would be issued; nothing that is skipped is shown', () => {
    const whole = customer();
    expect(unwrap(draftInvoices(whole))).toEqual(unwrap(decideInvoices(whole)).invoices);
    const free = new Account().start(START, version('f', [flat('f', 0n)]));
    expect(unwrap(draftInvoices({ ...whole, subscriptions: [free.subscription] }))).toEqual([]);
  });
});
