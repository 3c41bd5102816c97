import { describe, expect, test } from 'vitest';
import fixture from '../../fixtures/invoices.json' with { type: 'json' };
import { DEFAULT_PRICE_TERMS } from '../catalog/price.ts';
import type { Change } from '../decision/change.ts';
import { MAX_AMOUNT_MINOR } from '../money/money.ts';
import { formatRational, multiplyRational, negateRational, rational } from '../money/rational.ts';
import { roundRational } from '../money/round.ts';
import { DEFAULT_PRORATION_POLICY } from '../proration/policy.ts';
import { verifyTrace } from '../rating/verify-trace.ts';
import { decideCancel } from '../subscriptions/decide-cancel.ts';
import { decideChange } from '../subscriptions/decide-change.ts';
import { decideSeats } from '../subscriptions/decide-seats.ts';
import {
  Account,
  at,
  dec,
  flat,
  itemIds,
  metered,
  plan,
  price,
  seats,
  unwrap,
  version,
} from '../testing/factories.ts';
import { A_BUG, codeOf } from '../testing/said.ts';
import { addMs, formatInstant, MS_PER_DAY } from '../time/instant.ts';
import { applyCredits } from './apply-credits.ts';
import { canonicalInvoice, canonicalInvoiceText } from './canonical-invoice.ts';
import { formatInvoiceNumber, parseInvoiceNumber } from './number.ts';
import { proposeLines } from './propose-lines.ts';
import { reconcileLines } from './reconcile-lines.ts';
import { DEFAULT_BILLING_SETTINGS } from './settings.ts';
import { type TaxChoice, type TaxRate, taxLines } from './tax.ts';
import { assertTotals, totalsOf } from './totals.ts';

const START = at('2026-04-01T00:00:00Z');
const basic = version('basic', [flat('basic', 1000n), metered('api', '0.10')]);
const pro = version('pro', [flat('pro', 3000n), metered('api', '0.05')]);

function rate(id: string, percent: string, category: TaxRate['category'] = 'S'): TaxRate {
  return { id, name: id, percent: dec(percent), category, country: 'DE' };
}
const VAT: TaxChoice = { mode: 'exclusive', standardRate: rate('vat', '19'), ratesByTaxCode: {} };

function changePlan(account: Account, now: string, from: 'basic' | 'pro') {
  const target = from === 'basic' ? pro : basic;
  const [current, next] =
    from === 'basic' ? [plan('basic', 1), plan('pro', 2)] : [plan('pro', 2), plan('basic', 1)];
  const decision = decideChange({
    now: at(now),
    subscription: account.subscription,
    currentPlan: current,
    newPlan: next,
    newVersion: target,
    itemIds: itemIds(2),
    seats: null,
    when: 'now',
    direction: null,
    stepId: 'step_change',
    isProrated: true,
    days: DEFAULT_PRORATION_POLICY,
  });
  account.apply(unwrap(decision));
}

describe('what is billed', () => {
  test('in advance when a period begins, in arrears when it has ended', () => {
    const account = new Account().start(START, basic);
    account.use('meter_api', at('2026-04-30T23:59:59.999Z'), 7n);
    account.use('meter_api', at('2026-05-01T00:00:00Z'), 100n);
    account.bill(START);
    const { invoice } = account.bill(at('2026-05-01T00:00:00Z'));
    expect(
      invoice?.lines.map((line) => [line.kind, line.amountMinor, formatInstant(line.servicePeriod.start)]),
    ).toEqual([
      ['recurring', 1000n, '2026-05-01T00:00:00Z'],
      ['usage', 70n, '2026-04-01T00:00:00Z'],
    ]);
  });

  test('I59 billing twice at one moment bills once', () => {
    const account = new Account().start(START, basic);
    for (let run = 0; run < 3; run += 1) account.bill(at('2026-06-15T00:00:00Z'));
    expect(account.books.invoices.size).toBe(1);
    expect(unwrap(account.decide(at('2026-06-15T00:00:00Z')))).toMatchObject({
      changes: [],
      events: [],
      invoice: null,
    });
  });

  test('prices by seats and flat prices may be billed in arrears, for the part of the period that was used', () => {
    const arrears = version('late', [seats('seat', '30', { timing: 'in_arrears' })]);
    const account = new Account().start(START, arrears, { seats: 2n });
    expect(account.bill(at('2026-04-30T23:00:00Z')).invoice).toBeNull();
    account.bill(at('2026-05-01T00:00:00Z'));
    account.apply(
      unwrap(
        decideCancel({
          now: at('2026-05-17T12:00:00Z'),
          subscription: account.subscription,
          when: 'now',
          creditUnused: false,
          reason: 'x',
          stepId: 'step_cancel',
          days: DEFAULT_PRORATION_POLICY,
        }),
      ),
    );
    account.bill(at('2026-05-17T12:00:00Z'));
    expect(account.lines().map((line) => line.amountMinor)).toEqual([6000n, 3194n]);
    expect(formatRational(account.lines()[1]!.explanation.fraction)).toBe('33/62');
  });

  test('usage waits for its grace before it is billed', () => {
    const account = new Account({ settings: { usageGraceMs: MS_PER_DAY } }).start(START, basic);
    account.use('meter_api', at('2026-04-30T00:00:00Z'), 10n);
    account.billThrough(at('2026-05-01T00:00:00Z'));
    expect(account.lines().map((line) => line.kind)).toEqual(['recurring', 'recurring']);
    expect(account.subscription.nextActionAt).toBe(at('2026-05-02T00:00:00Z'));
    account.billThrough(at('2026-05-02T00:00:00Z'));
    expect(account.lines().at(-1)).toMatchObject({
      kind: 'usage',
      amountMinor: 100n,
      quantityCutoffAt: at('2026-05-01T00:00:00Z'),
    });
  });

  test('I60 an upgrade and a downgrade at the same instant cost nothing', () => {
    for (const moment of ['2026-04-01T00:00:00Z', '2026-04-11T07:31:13Z', '2026-05-01T00:00:00Z']) {
      for (const billsBetween of [true, false]) {
        const account = new Account().start(START, basic);
        account.billThrough(at(moment));
        const before = account.lines().reduce((sum, line) => sum + line.amountMinor, 0n);
        changePlan(account, moment, 'basic');
        if (billsBetween) account.bill(at(moment));
        changePlan(account, moment, 'pro');
        account.bill(at(moment));
        expect(account.lines().reduce((sum, line) => sum + line.amountMinor, 0n)).toBe(before);
      }
    }
  });

  test('a price whose period a zone skips as a whole is not billed for it', () => {
    const daily = version('daily', [flat('daily', 100n, { cadence: { interval: 'day', count: 1 } })]);
    const account = new Account().start(at('2011-12-28T10:00:00Z'), daily, { timeZone: 'Pacific/Apia' });
    account.bill(at('2012-01-02T00:00:00Z'));
    expect(account.lines().map((line) => formatInstant(line.servicePeriod.start))).toEqual([
      '2011-12-28T10:00:00Z',
      '2011-12-29T10:00:00Z',
      '2011-12-30T10:00:00Z',
      '2011-12-31T10:00:00Z',
      '2012-01-01T10:00:00Z',
    ]);
  });
});

describe('safety', () => {
  test('I10 two lines for one item and period are refused', () => {
    const account = new Account().start(START, basic);
    const proposed = unwrap(
      proposeLines({
        subscription: account.subscription,
        now: START,
        usage: [],
        settings: DEFAULT_BILLING_SETTINGS,
        billed: [],
      }),
    );
    const billed = proposed.map((line) => ({
      ...line,
      billingPeriod: line.explanation.billingPeriod,
      creditedMinor: 0n,
    }));
    const twin = proposed.map((line) => ({ ...line, key: `${line.key}-again` }));
    expect(reconcileLines([...proposed, ...twin], [], DEFAULT_BILLING_SETTINGS)).toMatchObject({
      ok: false,
      refusal: { code: 'billing.safety_bound', facts: { bound: 'one_line_per_item_and_period' } },
    });
    expect(codeOf(reconcileLines(twin, billed, DEFAULT_BILLING_SETTINGS))).toBe('billing.safety_bound');
  });

  test('I10 more lines in a day than the bound are refused, and as many as the bound are not', () => {
    const six = Array.from({ length: 6 }, (_, index) => flat(`p${index}`, 100n));
    const settings = { maxLinesPerSubscriptionDay: 6, maxLinesPerPriceDay: 0 };
    expect(new Account({ settings }).start(START, version('six', six)).decide(START).ok).toBe(true);
    const over = new Account({ settings: { maxLinesPerSubscriptionDay: 5, maxLinesPerPriceDay: 0 } })
      .start(START, version('six', six))
      .decide(START);
    expect(over).toMatchObject({
      ok: false,
      refusal: { facts: { bound: 'lines_per_subscription_and_day' } },
    });
    const long = new Account({ settings: { maxLinesPerInvoice: 3 } })
      .start(START, basic)
      .decide(at('2027-04-01T00:00:00Z'));
    expect(long).toMatchObject({ ok: false, refusal: { facts: { bound: 'lines_per_invoice' } } });
  });

  test('I10 changes on purpose trip no bound of a day, a loop of them does', () => {
    const team = version('team', [seats('seat', '10'), flat('base', 1000n), metered('api', '0.10')]);
    const account = new Account().start(START, team, { seats: 1n });
    account.bill(START);
    const changeSeats = (change: number) => {
      const now = addMs(START, change * 60_000);
      const { subscription } = account;
      account.apply(
        unwrap(
          decideSeats({
            now,
            subscription,
            seats: BigInt(change + 1),
            when: 'now',
            itemIds: itemIds(3),
            stepId: `step_${change}`,
            isProrated: true,
            days: DEFAULT_PRORATION_POLICY,
          }),
        ),
      );
      return now;
    };
    for (let change = 1; change <= 60; change += 1) account.bill(changeSeats(change));
    expect(account.lines().filter((line) => line.kind === 'recurring').length).toBeGreaterThan(60);
    let last: string = 'ok';
    for (let change = 61; change <= 400 && last === 'ok'; change += 1) {
      const now = changeSeats(change);
      last = codeOf(account.decide(now));
      if (last === 'ok') account.bill(now);
    }
    expect(last).toBe('billing.safety_bound');
  });

  test('I71 usage that is not known is refused, never taken as zero', () => {
    const account = new Account().start(START, basic);
    expect(codeOf(account.decide(at('2026-05-01T00:00:00Z'), { usage: [] }))).toBe('billing.usage_missing');
  });

  test('I71 a price that needs more than a quantity parks the customer and is never guessed', () => {
    const byEvent = metered('m', '1', { model: { kind: 'dynamic_multiplier', multiplier: dec('2') } });
    const byValue = metered('m', '1', {
      model: { kind: 'matrix', dimensions: ['r'], cells: [], otherUnitPrice: dec('1'), per: 1n },
    });
    for (const [sold, code] of [
      [byEvent, 'ok'],
      [byValue, 'billing.rating_refused'],
    ] as const) {
      const account = new Account().start(START, version('v', [sold]));
      account.use('meter_m', START);
      expect(codeOf(account.decide(at('2026-05-01T00:00:00Z')))).toBe(code);
    }
  });

  test('I62 included units, minimum and maximum of a price apply to its lines', () => {
    const terms = { ...DEFAULT_PRICE_TERMS, includedUnits: dec('1'), minimumMinor: 150n };
    const account = new Account().start(START, version('v', [metered('m', '1', { terms })]));
    account.use('meter_m', START, 3n);
    account.billThrough(at('2026-06-20T00:00:00Z'));
    expect(account.lines().map((line) => line.amountMinor)).toEqual([200n, 150n]);
  });

  test('I55 lines and sums beyond the range of amounts are refused', () => {
    const huge = price('huge', {
      model: { kind: 'per_unit', unitPrice: dec('9000000000000'), per: 1n },
      quantity: { kind: 'seats' },
    });
    const account = new Account().start(START, version('huge', [huge]), { seats: 2n });
    expect(codeOf(account.decide(START))).toBe('billing.amount_out_of_range');
    const two = [flat('a', 400_000_000_000_000n), flat('b', 400_000_000_000_000n)];
    expect(codeOf(new Account().start(START, version('two', two)).decide(START))).toBe(
      'billing.amount_out_of_range',
    );
  });

  test('a subscription in another currency than its customer is refused', () => {
    const account = new Account().start(START, { ...basic, currency: 'USD' as typeof basic.currency });
    expect(codeOf(account.decide(START))).toBe('billing.currency_differs');
  });
});

describe('totals', () => {
  test('I04 net and tax add up to the total, and the total less credit is due', () => {
    const account = new Account({ taxChoice: VAT }).start(START, basic);
    account.creditBalanceMinor = 190n;
    const { invoice } = account.bill(START);
    expect(invoice?.totals).toEqual({
      netMinor: 1000n,
      taxMinor: 190n,
      totalMinor: 1190n,
      creditAppliedMinor: 190n,
      creditGrantedMinor: 0n,
      dueMinor: 1000n,
    });
    expect(account.creditBalanceMinor).toBe(0n);
    expect(() => assertTotals({ ...invoice!.totals, taxMinor: 191n })).toThrow(A_BUG);
    expect(() => assertTotals({ ...invoice!.totals, dueMinor: 1n })).toThrow(A_BUG);
    expect(() => assertTotals({ ...invoice!.totals, creditAppliedMinor: 1191n, dueMinor: -1n })).toThrow(
      A_BUG,
    );
    const most = { netMinor: MAX_AMOUNT_MINOR, taxMinor: 0n, rate: null, taxes: [] };
    expect(totalsOf([most], 0n).totalMinor).toBe(MAX_AMOUNT_MINOR);
    expect(() => totalsOf([{ ...most, taxMinor: 1n }], 0n)).toThrow(A_BUG);
  });

  test('I101 an invoice is due its terms of payment after the issue, whenever that is', () => {
    const account = new Account({ settings: { paymentTermsDays: 14 } }).start(START, basic);
    const { invoice } = account.bill(at('2026-04-03T12:00:00Z'));
    expect(invoice).toMatchObject({
      issuedAt: at('2026-04-03T12:00:00Z'),
      dueAt: at('2026-04-17T12:00:00Z'),
    });
    expect(invoice?.lines[0]?.collectAt).toBe(START + 14 * 86_400_000);
  });

  test('a negative total becomes credit, which the next invoice uses up', () => {
    const account = new Account({ taxChoice: VAT }).start(START, pro);
    account.bill(START);
    changePlan(account, '2026-04-16T00:00:00Z', 'pro');
    const { invoice } = account.bill(at('2026-04-16T00:00:00Z'));
    expect(invoice).toMatchObject({
      status: 'paid',
      totals: { totalMinor: -1190n, creditGrantedMinor: 1190n, dueMinor: 0n },
    });
    const next = account.bill(at('2026-05-01T00:00:00Z')).invoice;
    expect(next).toMatchObject({
      status: 'paid',
      totals: { totalMinor: 1190n, creditAppliedMinor: 1190n, dueMinor: 0n },
    });
    expect(account.creditBalanceMinor).toBe(0n);
  });

  test('I28 credit is never used beyond its balance', () => {
    expect(applyCredits(100n, 30n)).toEqual({
      creditAppliedMinor: 30n,
      creditGrantedMinor: 0n,
      dueMinor: 70n,
    });
    expect(() => applyCredits(100n, -1n)).toThrow(A_BUG);
    const account = new Account();
    const take: Change = {
      type: 'customer_credit.add',
      customerId: 'cus_1',
      currency: basic.currency,
      deltaMinor: -1n,
      sourceType: 'invoice',
      sourceId: 'x',
    };
    expect(() => account.apply({ changes: [take], events: [] })).toThrow(A_BUG);
  });

  test('a zero invoice is issued or kept as a record, by the setting of the seller, and billed once either way', () => {
    const free = version('free', [flat('free', 0n)]);
    for (const [zeroInvoices, status, events] of [
      ['issue', 'paid', 2],
      ['skip', 'skipped', 0],
    ] as const) {
      const account = new Account({ settings: { zeroInvoices } }).start(START, free);
      const { invoice, events: published } = account.bill(START);
      expect(invoice?.status).toBe(status);
      expect(published).toHaveLength(events);
      expect(account.books.ledger).toEqual([]);
      expect(account.bill(START).invoice).toBeNull();
    }
  });
});

describe('tax', () => {
  interface Line {
    readonly net: number;
    readonly tax_category: string;
    readonly tax_percent: string;
  }
  interface Extra {
    readonly amount: number;
    readonly tax_category: string;
    readonly tax_percent: string;
  }
  interface Case {
    readonly id: string;
    readonly lines?: readonly Line[];
    readonly document_allowances?: readonly Extra[];
    readonly document_charges?: readonly Extra[];
    readonly expected: {
      readonly tax_exclusive?: number;
      readonly tax_total?: number;
      readonly tax_inclusive?: number;
      readonly taxes?: readonly {
        readonly tax_category: string;
        readonly tax_percent: string;
        readonly taxable: number;
        readonly tax: number;
      }[];
    };
  }
  const cases = fixture.cases.filter(
    ({ kind, policy }) => kind === 'invoice' && policy?.tax_rounding === 'per_category',
  ) as readonly unknown[] as readonly Case[];

  test.each(cases)('I63 taxes per category as in $id', (entry) => {
    const lines = [
      ...(entry.lines ?? []).map((line) => ({ ...line, amount: line.net })),
      ...(entry.document_allowances ?? []).map((extra) => ({ ...extra, amount: -extra.amount })),
      ...(entry.document_charges ?? []),
    ];
    const name = (line: { tax_category: string; tax_percent: string }) =>
      `${line.tax_category}/${line.tax_percent}`;
    const ratesByTaxCode = Object.fromEntries(
      lines.map((line) => [
        name(line),
        rate(name(line), line.tax_percent, line.tax_category as TaxRate['category']),
      ]),
    );
    const result = taxLines(
      lines.map((line) => ({ amountMinor: BigInt(line.amount), taxCode: name(line) })),
      { mode: 'exclusive', standardRate: null, ratesByTaxCode },
    );
    // A category that nets to nothing is no entry of the source's table.
    const subtotals = result.subtotals.filter(
      (subtotal) =>
        subtotal.netMinor !== 0n || lines.some((line) => 'net' in line && name(line) === subtotal.rate.id),
    );
    const got = subtotals
      .map((subtotal) => `${subtotal.rate.id} ${subtotal.netMinor} ${subtotal.taxMinor}`)
      .sort();
    const wanted = (entry.expected.taxes ?? [])
      .map((tax) => `${name(tax)} ${tax.taxable} ${tax.tax}`)
      .filter((text) => !text.endsWith(' 0 0'));
    expect(got).toEqual(wanted.sort());
    expect(result.amounts.reduce((sum, amount) => sum + amount.taxMinor, 0n)).toBe(
      BigInt(entry.expected.tax_total ?? -1),
    );
    expect(result.amounts.reduce((sum, amount) => sum + amount.netMinor + amount.taxMinor, 0n)).toBe(
      BigInt(entry.expected.tax_inclusive ?? -1),
    );
  });

  test('I63 tax that prices contain is taken out of the sum, and lines still add up', () => {
    const lines = [
      { amountMinor: 999n, taxCode: 'standard' },
      { amountMinor: 999n, taxCode: 'standard' },
      { amountMinor: -333n, taxCode: 'standard' },
    ];
    const { amounts, subtotals } = taxLines(lines, { ...VAT, mode: 'inclusive' });
    expect(subtotals.map(({ netMinor, taxMinor }) => [netMinor, taxMinor])).toEqual([[1399n, 266n]]);
    for (const [index, amount] of amounts.entries())
      expect(amount.netMinor + amount.taxMinor).toBe(lines[index]!.amountMinor);
    expect(amounts.reduce((sum, amount) => sum + amount.taxMinor, 0n)).toBe(266n);
  });

  test('a line takes the rate of its tax code, else the standard rate, else none', () => {
    const choice = { ...VAT, ratesByTaxCode: { books: rate('reduced', '7') } };
    const { amounts } = taxLines(
      [
        { amountMinor: 100n, taxCode: 'books' },
        { amountMinor: 100n, taxCode: 'other' },
      ],
      choice,
    );
    expect(amounts.map((amount) => amount.taxMinor)).toEqual([7n, 19n]);
    const none = taxLines([{ amountMinor: 100n, taxCode: 'x' }], { ...choice, standardRate: null });
    expect(none).toEqual({
      amounts: [{ netMinor: 100n, taxMinor: 0n, rate: null, taxes: [] }],
      subtotals: [],
    });
  });
});

describe('documents', () => {
  const parties = { number: 'INV-2026-000001', seller: { name: 'Seller' }, buyer: { name: 'Buyer' } };

  test('I65 every amount can be computed again from its explanation', () => {
    const account = new Account({ taxChoice: VAT }).start(START, basic);
    account.use('meter_api', at('2026-04-05T00:00:00Z'), 333n);
    account.bill(START);
    changePlan(account, '2026-04-11T07:31:13Z', 'basic');
    account.billThrough(at('2026-07-01T00:00:00Z'));
    expect(account.lines().length).toBeGreaterThan(8);
    const amounts = new Map(account.lines().map((line) => [line.key, line.amountMinor]));
    for (const line of account.lines()) {
      const { trace, basis, fraction, rounding, exactMinor } = line.explanation;
      if (trace !== null) expect(verifyTrace(trace)).toEqual({ ok: true });
      const exact =
        basis?.kind === 'charge'
          ? negateRational(
              rational(
                basis.chargedMinor * fraction.numerator * basis.chargedFraction.denominator,
                fraction.denominator * basis.chargedFraction.numerator,
              ),
            )
          : multiplyRational(trace!.exactMinor, fraction);
      if (basis?.kind === 'charge') expect(amounts.get(basis.chargedKey)).toBe(basis.chargedMinor);
      expect(formatRational(exact)).toBe(formatRational(exactMinor));
      expect(roundRational(exact, rounding)).toBe(line.amountMinor);
    }
  });

  test('I09 a line names the plan version and price that were in force for its period', () => {
    const account = new Account().start(START, basic);
    account.bill(START);
    changePlan(account, '2026-04-16T00:00:00Z', 'basic');
    account.billThrough(at('2026-06-01T00:00:00Z'));
    for (const line of account.lines()) {
      const item = account.subscription.items.find((candidate) => candidate.id === line.itemId)!;
      expect([line.planVersionId, line.priceId]).toEqual([item.planVersionId, item.price.id]);
      if (line.kind === 'proration_credit') expect(line.servicePeriod.start).toBe(item.activeTo);
      else {
        expect(line.servicePeriod.start).toBeGreaterThanOrEqual(item.activeFrom);
        expect(line.servicePeriod.start).toBeLessThan(item.activeTo ?? Number.POSITIVE_INFINITY);
      }
    }
  });

  test('I67 the frozen form of an invoice is the same text whenever it is made', () => {
    const bill = () => {
      const account = new Account({ taxChoice: VAT }).start(START, {
        ...basic,
        prices: [flat('basic', 1000n)],
      });
      const { invoice } = account.bill(START);
      return { ...invoice!, lines: invoice!.lines.map((line) => ({ ...line, itemId: 'item', key: 'key' })) };
    };
    expect(canonicalInvoiceText(bill(), parties)).toBe(canonicalInvoiceText(bill(), parties));
    const plain = canonicalInvoice(bill(), parties);
    expect(plain).toMatchObject({
      number: 'INV-2026-000001',
      totals: { total_minor: '1190' },
      issued_at: '2026-04-01T00:00:00Z',
    });
    expect(canonicalInvoiceText(bill(), { ...parties, number: 'INV-2026-000002' })).not.toBe(
      canonicalInvoiceText(bill(), parties),
    );
  });

  test('the frozen form carries usage, tiers and their readings', () => {
    const tiers = [
      { upTo: dec('10'), unitPrice: dec('0'), flatMinor: 0n },
      { upTo: null, unitPrice: dec('0.5'), flatMinor: 0n },
    ];
    const graduated = metered('api', '1', { model: { kind: 'graduated', tiers, per: 1n } });
    const account = new Account().start(START, version('g', [graduated]));
    account.use('meter_api', START, 12n);
    const { invoice } = account.bill(at('2026-05-01T00:00:00Z'));
    const { lines } = canonicalInvoice(invoice!, parties);
    expect(lines).toMatchObject([
      {
        amount_minor: '100',
        quantity: '12',
        explanation: {
          readings: { event_count: '1' },
          trace: {
            slices: [{ up_to: '10' }, { up_to: null, quantity: '2' }],
          },
        },
      },
    ]);
  });

  test('I07 numbers of a series read and write, and grow past six digits', () => {
    const series = { prefix: 'INV', year: 2026 };
    expect(formatInvoiceNumber(series, 42n)).toBe('INV-2026-000042');
    expect(unwrap(parseInvoiceNumber(formatInvoiceNumber(series, 1234567n)))).toEqual({
      series,
      counter: 1234567n,
    });
    expect(codeOf(parseInvoiceNumber('INV-26-1'))).toBe('invoice_number.malformed');
    expect(() => formatInvoiceNumber(series, 0n)).toThrow(A_BUG);
  });
});
