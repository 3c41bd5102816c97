import { describe, expect, test } from 'vitest';
import { type Difference, Reader } from './reader.ts';
import { verifyDiscounts } from './verify-discounts.ts';
import { verifyInvoice } from './verify-invoice.ts';
import { verifyLine } from './verify-line.ts';
import { verifyTaxes } from './verify-taxes.ts';

function noted(document: unknown, verify: (member: Reader) => void): readonly Difference[] {
  const differences: Difference[] = [];
  verify(new Reader(document, '', differences));
  return differences;
}

/** A line that a percentage and an amount lower: 1000 less 10 % less 100 are 800. */
function lowered(more: object = {}, taken: readonly [string, string] = ['100', '100'], available = '100') {
  const [percent, amount] = taken;
  return {
    subscription_id: 'sub_1',
    billable_at: '2026-04-01T00:00:00Z',
    gross_minor: '1000',
    amount_minor: '800',
    explanation: { rounding: 'half_away_from_zero' },
    discounts: [
      { discount_id: 'p', period_index: 0, percent: '10', available_minor: null, amount_minor: percent },
      { discount_id: 'a', period_index: 0, percent: null, available_minor: available, amount_minor: amount },
    ],
    ...more,
  };
}

const DISCOUNTS = { split: 'largest_remainder', percent: 'per_line' };

function discounts(lines: readonly object[], policies: object = DISCOUNTS) {
  return noted({ lines, policies }, (member) =>
    verifyDiscounts(member.get('lines').list(), member.get('policies')),
  );
}

describe('discounts computed again', () => {
  test('a percentage is of what is left, and an amount comes after it', () => {
    expect(discounts([lowered()])).toEqual([]);
    expect(discounts([lowered({ amount_minor: '799' })])).toEqual([
      { at: '/lines/0/amount_minor', stated: '799', found: '800' },
    ]);
    expect(discounts([lowered({ amount_minor: '801' }, ['99', '100'])])).toEqual([
      { at: '/lines/0/discounts/0/amount_minor', stated: '99', found: '100' },
    ]);
  });

  test('no discount takes more than is left of its line, or less than nothing', () => {
    const [beyond] = discounts([lowered({ amount_minor: '-1' }, ['100', '901'], '901')]);
    expect(beyond).toEqual({ at: '/lines/0/discounts/1/amount_minor', stated: '901', found: '0 to 900' });
    expect(discounts([lowered({ amount_minor: '0' }, ['100', '900'], '900')])).toEqual([]);
    const [below] = discounts([lowered({ amount_minor: '901' }, ['100', '-1'])]);
    expect(below).toEqual({ at: '/lines/0/discounts/1/amount_minor', stated: '-1', found: '0 to 900' });
    const nothing = { ...lowered({ gross_minor: '0', amount_minor: '0' }, ['0', '0']) };
    expect(discounts([nothing])).toEqual([]);
  });

  test('an amount is shared by the lines of one subscription, period and moment alone', () => {
    const half = lowered({ amount_minor: '850' }, ['100', '50']);
    expect(discounts([half, half])).toEqual([]);
    for (const other of [
      { subscription_id: 'sub_2' },
      { billable_at: '2026-05-01T00:00:00Z' },
      { discounts: half.discounts.map((discount) => ({ ...discount, period_index: 1 })) },
    ])
      expect(discounts([half, { ...half, ...other }]).map(({ found }) => found)).toEqual(['100', '100']);
  });

  test('the odd unit of a shared amount goes as the policy says', () => {
    const odd = (amount: string, left: string) => lowered({ amount_minor: left }, ['100', amount], '101');
    const first = [odd('51', '849'), odd('50', '850')];
    const last = [odd('50', '850'), odd('51', '849')];
    expect(discounts(first)).toEqual([]);
    expect(discounts(last)).toHaveLength(2);
    const remainderLast = { ...DISCOUNTS, split: 'remainder_last' };
    expect(discounts(last, remainderLast)).toEqual([]);
    expect(discounts(first, remainderLast)).toHaveLength(2);
  });

  test('a percentage is rounded on every line or on their sum, as the policy says', () => {
    const line = (amount: string, left: string) => ({
      ...lowered({ gross_minor: '5', amount_minor: left }),
      discounts: [
        { discount_id: 'p', period_index: 0, percent: '10', available_minor: null, amount_minor: amount },
      ],
    });
    const each = [line('1', '4'), line('1', '4')];
    const together = [line('1', '4'), line('0', '5')];
    expect(discounts(each)).toEqual([]);
    expect(discounts(together)).toHaveLength(1);
    const onTotal = { ...DISCOUNTS, percent: 'on_total' };
    expect(discounts(together, onTotal)).toEqual([]);
    expect(discounts(each, onTotal)).toHaveLength(1);
  });
});

interface TaxedLine {
  readonly amount: string;
  readonly net?: string;
  readonly taxes: readonly (readonly [string, string])[];
  readonly tax: string;
}

/** A document of lines with their taxes, and its table of rates: 5 % each. */
function taxed(
  lines: readonly TaxedLine[],
  table: readonly (readonly [string, string, string])[],
  more: object = {},
) {
  return {
    tax_mode: 'exclusive',
    policies: { tax: { rounding: 'per_category', inclusive: 'round_tax' } },
    taxes: table.map(([id, net, tax]) => ({ rate_id: id, percent: '5', net_minor: net, tax_minor: tax })),
    lines: lines.map(({ amount, net = amount, taxes, tax }) => ({
      amount_minor: amount,
      net_minor: net,
      tax_minor: tax,
      taxes: taxes.map(([id, minor]) => ({ rate_id: id, tax_minor: minor })),
    })),
    adjustments: [],
    ...more,
  };
}

const taxes = (document: { readonly lines: readonly object[] }) =>
  noted(document, (member) => verifyTaxes(member, member.get('lines').list()));

const rounding = (how: string) => ({ policies: { tax: { rounding: how, inclusive: 'round_tax' } } });

describe('tax computed again', () => {
  const two = (first: string, second: string) =>
    [
      { amount: '10', taxes: [['a', first]], tax: first },
      { amount: '10', taxes: [['b', second]], tax: second },
    ] as const;

  test('half a unit of each of two rates is a unit of each, or one of both where only the sum is rounded', () => {
    const each = [
      ['a', '10', '1'],
      ['b', '10', '1'],
    ] as const;
    const once = [
      ['a', '10', '1'],
      ['b', '10', '0'],
    ] as const;
    expect(taxes(taxed(two('1', '1'), each))).toEqual([]);
    expect(taxes(taxed(two('1', '0'), once, rounding('precise_once')))).toEqual([]);
    expect(taxes(taxed(two('1', '0'), once))).toEqual([
      { at: '/lines/1/taxes/0/tax_minor', stated: '0', found: '1' },
      { at: '/taxes/1/tax_minor', stated: '0', found: '1' },
    ]);
    expect(taxes(taxed(two('1', '1'), each, rounding('precise_once')))).toHaveLength(2);
  });

  test('half a unit on each of two lines of a rate is one unit, or two where every line is rounded', () => {
    const lines = (second: string): TaxedLine[] => [
      { amount: '10', taxes: [['a', '1']], tax: '1' },
      { amount: '10', taxes: [['a', second]], tax: second },
    ];
    expect(taxes(taxed(lines('0'), [['a', '20', '1']]))).toEqual([]);
    expect(taxes(taxed(lines('1'), [['a', '20', '2']], rounding('per_line')))).toEqual([]);
    expect(taxes(taxed(lines('1'), [['a', '20', '2']]))).toHaveLength(2);
    expect(taxes(taxed(lines('0'), [['a', '20', '1']], rounding('per_line')))).toHaveLength(2);
  });

  test('prices with tax hold the tax of all their rates, and the net is the rest', () => {
    const line = (net: string, tax: string): TaxedLine => ({
      amount: '42',
      net,
      taxes: [
        ['a', tax],
        ['b', tax],
      ],
      tax: '4',
    });
    const table = [
      ['a', '38', '2'],
      ['b', '38', '2'],
    ] as const;
    const inclusive = { tax_mode: 'inclusive' };
    // 42 hold 42 × 5 ÷ 110 = 1.91 of each rate.
    expect(taxes(taxed([line('38', '2')], table, inclusive))).toEqual([]);
    expect(
      taxes(
        taxed(
          [line('42', '2')],
          [
            ['a', '42', '2'],
            ['b', '42', '2'],
          ],
        ),
      ),
    ).toEqual([]);
    expect(
      taxes(
        taxed(
          [line('37', '2')],
          [
            ['a', '37', '2'],
            ['b', '37', '2'],
          ],
          inclusive,
        ),
      ),
    ).toEqual([{ at: '/lines/0/net_minor', stated: '37', found: '38' }]);
  });

  test('a half of a unit inside a price goes to the tax, or to the net where the net is rounded', () => {
    const half = (tax: string, net: string, how: string) => ({
      ...taxed([{ amount: '3', net, taxes: [['h', tax]], tax }], [['h', net, tax]], {
        tax_mode: 'inclusive',
        policies: { tax: { rounding: 'per_category', inclusive: how } },
      }),
      taxes: [{ rate_id: 'h', percent: '20', net_minor: net, tax_minor: tax }],
    });
    // 3 hold 3 × 20 ÷ 120 = 0.5 of tax, and 2.5 are net.
    expect(taxes(half('1', '2', 'round_tax'))).toEqual([]);
    expect(taxes(half('0', '3', 'round_net'))).toEqual([]);
    expect(taxes(half('0', '3', 'round_tax'))).not.toEqual([]);
    expect(taxes(half('1', '2', 'round_net'))).not.toEqual([]);
    const before = { ...half('1', '3', 'round_net'), tax_mode: 'exclusive' };
    // 3 before tax bear 0.6, which is 1 whoever is rounded.
    expect(taxes(before)).toEqual([]);
    const tie = { ...before, taxes: [{ rate_id: 'h', percent: '50', net_minor: '3', tax_minor: '2' }] };
    // 3 before tax at 50 % bear 1.5: the net is not rounded, because it is given.
    const lines = [
      { amount_minor: '3', net_minor: '3', tax_minor: '2', taxes: [{ rate_id: 'h', tax_minor: '2' }] },
    ];
    expect(taxes({ ...tie, lines })).toEqual([]);
  });

  test('a rate that the table does not hold is told, and the sums of a line are its own', () => {
    const unknown = taxed([{ amount: '100', taxes: [['x', '5']], tax: '5' }], [['a', '0', '0']]);
    expect(taxes(unknown)).toEqual([
      { at: '/lines/0/taxes/0/rate_id', stated: 'x', found: 'a rate of the table of taxes' },
    ]);
    const wrong = taxed([{ amount: '100', taxes: [['a', '5']], tax: '6' }], [['a', '100', '5']]);
    expect(taxes(wrong)).toEqual([{ at: '/lines/0/tax_minor', stated: '6', found: '5' }]);
    const net = taxed([{ amount: '100', taxes: [['a', '5']], tax: '5' }], [['a', '99', '5']]);
    expect(taxes(net)).toEqual([{ at: '/taxes/0/net_minor', stated: '99', found: '100' }]);
  });
});

const APRIL = { start: '2026-04-01T00:00:00Z', end: '2026-05-01T00:00:00Z' };
const HALF = { start: '2026-04-16T00:00:00Z', end: '2026-05-01T00:00:00Z' };

/** A line that rests on a charge or on what a period spent. */
function resting(basis: object, grossMinor: string, more: object = {}, service = HALF) {
  return {
    quantity: '1',
    gross_minor: grossMinor,
    service_period: service,
    explanation: {
      quantity: '1',
      trace: null,
      fraction: '1/2',
      proration: { basis: 'second', days: 'actual' },
      billing_period: APRIL,
      time_zone: 'UTC',
      rounding: 'half_away_from_zero',
      exact_minor: grossMinor,
      basis,
      ...more,
    },
  };
}

const line = (document: object) => noted(document, verifyLine);
const charge = (charged: string, credited: string, fraction = '1') => ({
  kind: 'charge',
  charged_minor: charged,
  credited_minor: credited,
  charged_fraction: fraction,
});
const spend = (spent: string, least: string | null, most: string | null) => ({
  kind: 'spend',
  spent_minor: spent,
  minimum_minor: least,
  maximum_minor: most,
});

describe('a line computed again', () => {
  test('a credit takes back the unused share of what was charged, and never more than is left of it', () => {
    expect(line(resting(charge('3000', '0'), '-1500'))).toEqual([]);
    expect(line(resting(charge('3000', '2000'), '-1000'))).toEqual([]);
    expect(line(resting(charge('3000', '1500'), '-1500'))).toEqual([]);
    expect(line(resting(charge('3000', '3500'), '0'))).toEqual([]);
    expect(line(resting(charge('1500', '0', '1/2'), '-1500'))).toEqual([]);
    expect(line(resting(charge('1000', '0', '1/4'), '-1000'))).toEqual([]);
    expect(line(resting(charge('1000', '0', '0'), '0'))).toEqual([]);
    expect(line(resting(charge('3000', '0'), '-1501'))).toEqual([
      { at: '/explanation/exact_minor', stated: '-1501', found: '-1500' },
      { at: '/gross_minor', stated: '-1501', found: '-1500' },
    ]);
  });

  test('spending is led into the share of its bounds: topped up, capped, or left alone', () => {
    expect(line(resting(spend('400', '1000', null), '100'))).toEqual([]);
    expect(line(resting(spend('500', '1000', null), '0'))).toEqual([]);
    expect(line(resting(spend('700', '1000', null), '0'))).toEqual([]);
    expect(line(resting(spend('700', null, '1000'), '-200'))).toEqual([]);
    expect(line(resting(spend('500', null, '1000'), '0'))).toEqual([]);
    expect(line(resting(spend('400', null, '1000'), '0'))).toEqual([]);
    expect(line(resting(spend('400', null, null), '0'))).toEqual([]);
    expect(line(resting(spend('400', '1000', null), '0'))).toHaveLength(2);
  });

  test('the share of a period is that of its service', () => {
    const third = { fraction: '1/3', exact_minor: '-1000' };
    expect(line(resting(charge('3000', '0'), '-1000', third))).toEqual([
      { at: '/explanation/fraction', stated: '1/3', found: '1/2' },
    ]);
    const none = { proration: { basis: 'none', days: 'actual' }, fraction: '1' };
    expect(line(resting(charge('3000', '0'), '-3000', none))).toEqual([]);
    const wholeMonth = { fraction: '1' };
    expect(line(resting(charge('3000', '0'), '-3000', wholeMonth, APRIL))).toEqual([]);
    expect(line(resting(charge('3000', '0'), '-3000', { ...wholeMonth, proration: null }))).toEqual([]);
    // Sixteen days of thirty by the calendar of Berlin, half a month and an hour by the clock.
    const berlin = {
      proration: { basis: 'day', days: 'actual' },
      time_zone: 'Europe/Berlin',
      fraction: '8/15',
      billing_period: { start: '2026-03-31T22:00:00Z', end: '2026-04-30T22:00:00Z' },
    };
    const service = { start: '2026-04-14T23:00:00Z', end: '2026-04-30T22:00:00Z' };
    expect(line(resting(charge('3000', '0'), '-1600', berlin, service))).toEqual([]);
    const wrong = line(resting(charge('3000', '0'), '-1500', { ...berlin, fraction: '1/2' }, service));
    expect(wrong).toEqual([{ at: '/explanation/fraction', stated: '1/2', found: '8/15' }]);
    // Months of 30 days and zones that are not known leave the share as it is stated.
    for (const open of [{ proration: { basis: 'day', days: 'fixed_30' } }, { time_zone: 'Mars/Olympus' }])
      expect(
        line(resting(charge('3000', '0'), '-1500', { ...berlin, fraction: '1/2', ...open }, service)),
      ).toEqual([]);
    const empty = { start: APRIL.start, end: APRIL.start };
    expect(line(resting(charge('3000', '0'), '-1500', { billing_period: empty }))).toEqual([]);
  });

  test('the quantity is the measured one, and never below nothing', () => {
    const measured = (quantity: string, stated: string) => ({
      ...resting(spend('400', null, null), '0', { quantity }),
      quantity: stated,
    });
    expect(line(measured('-4', '0'))).toEqual([]);
    expect(line(measured('4', '4.0'))).toEqual([]);
    expect(line(measured('4', '5'))).toEqual([{ at: '/quantity', stated: '5', found: '4' }]);
  });

  test('a trace that cannot be read is told with the place inside it', () => {
    const document = resting(null as never, '0', {
      trace: { currency: 'EUR', model: 'free', quantity: '1' },
    });
    expect(line(document)).toContainEqual({
      at: '/explanation/trace/model',
      stated: 'unreadable',
      found: 'a trace',
    });
  });
});

describe('a whole document', () => {
  const empty = {
    format: 'billhook-invoice/1',
    tax_mode: 'exclusive',
    policies: { tax: { rounding: 'per_category', inclusive: 'round_tax' }, discounts: DISCOUNTS },
    taxes: [],
    lines: [],
    adjustments: [] as object[],
    totals: {
      net_minor: '0',
      tax_minor: '0',
      total_minor: '0',
      credit_applied_minor: '0',
      credit_granted_minor: '0',
      due_minor: '0',
    },
  };
  const adjustment = (position: number, amount: string) => ({
    position,
    amount_minor: amount,
    net_minor: amount,
    tax_minor: '0',
    taxes: [],
  });
  const total = (amount: string, applied: string, granted: string, due: string) => ({
    ...empty,
    adjustments: [adjustment(1, amount)],
    totals: {
      ...empty.totals,
      net_minor: amount,
      total_minor: amount,
      credit_applied_minor: applied,
      credit_granted_minor: granted,
      due_minor: due,
    },
  });

  test('credit is applied up to the total and granted for what is below nothing', () => {
    expect(verifyInvoice(empty)).toEqual({ ok: true, lines: 0 });
    expect(verifyInvoice(total('100', '0', '0', '100'))).toEqual({ ok: true, lines: 0 });
    expect(verifyInvoice(total('100', '100', '0', '0'))).toEqual({ ok: true, lines: 0 });
    expect(verifyInvoice(total('-100', '0', '100', '0'))).toEqual({ ok: true, lines: 0 });
    const applied = (stated: string, found: string) => ({
      ok: false,
      differences: [{ at: '/totals/credit_applied_minor', stated, found }],
    });
    expect(verifyInvoice(total('100', '101', '0', '-1'))).toEqual(applied('101', '0 to 100'));
    expect(verifyInvoice(total('100', '-1', '0', '101'))).toEqual(applied('-1', '0 to 100'));
    expect(verifyInvoice(total('-100', '1', '100', '-1'))).toEqual(applied('1', '0 to 0'));
  });

  test('positions count from one', () => {
    const adjustments = [adjustment(1, '0'), adjustment(3, '0')];
    expect(verifyInvoice({ ...empty, adjustments })).toEqual({
      ok: false,
      differences: [{ at: '/adjustments/1/position', stated: '3', found: '2' }],
    });
  });

  test('a credit on the document of its charge rests on what that charge came to', () => {
    const plain = {
      key: 'k',
      subscription_id: 's',
      billable_at: APRIL.start,
      amount_minor: '3000',
      net_minor: '3000',
      tax_minor: '0',
      taxes: [],
      discounts: [],
    };
    const bounds = resting(spend('0', '6000', null), '3000');
    const back = (charged: string) => ({
      ...plain,
      ...resting({ ...charge(charged, '0'), charged_key: 'k' }, '-1500', { fraction: '1/2' }),
      key: 'c',
      position: 2,
      amount_minor: '-1500',
      net_minor: '-1500',
    });
    const document = (charged: string) => ({
      ...empty,
      lines: [{ ...plain, ...bounds, position: 1 }, back(charged)],
      totals: { ...empty.totals, net_minor: '1500', total_minor: '1500', due_minor: '1500' },
    });
    expect(verifyInvoice(document('3000'))).toEqual({ ok: true, lines: 2 });
    const verdict = verifyInvoice(document('3001'));
    expect(verdict.ok ? [] : verdict.differences).toContainEqual({
      at: '/lines/1/explanation/basis/charged_minor',
      stated: '3001',
      found: '3000',
    });
  });
});
