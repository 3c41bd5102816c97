import { describe, expect, test } from 'vitest';
import {
  amountOff,
  billedByBoth,
  discountOf,
  itemOf,
  linesByBoth,
  percentOff,
  STORY_MONTHS,
  storyOf,
  subscriptionWith,
} from '../../testing/billing-story.ts';
import { at, dec, flat } from '../../testing/factories.ts';
import { DEFAULT_BILLING_SETTINGS } from '../settings.ts';
import { NO_TAX } from '../tax.ts';

const MIDDLE = '2025-01-16T12:00:00Z';
const ended = (moment: string) => ({ activeTo: at(moment), creditUnused: true });

describe('discounts', () => {
  const monthly = (minor: bigint) => discountOf('d', amountOff(minor), {}, { periods: STORY_MONTHS });
  const change = [
    itemOf(flat('a', 3000n), ended(MIDDLE)),
    itemOf(flat('b', 6000n), { activeFrom: at(MIDDLE) }),
  ];

  test('a credit gives the share of an amount back that it takes back of its charge', () => {
    const discounts = [monthly(600n)];
    const expected = [['recurring 2400'], ['proration_credit -1200', 'recurring 2700'], ['recurring 5400']];
    const runs = ['2025-01-01T00:00:00Z', MIDDLE, '2025-02-01T00:00:00Z'];
    expect(linesByBoth(storyOf(subscriptionWith(change, { discounts }), runs))).toEqual(expected);
    // The same where the charge was billed before the change was known.
    const before = subscriptionWith([itemOf(flat('a', 3000n))], { discounts });
    const early = { early: runs.slice(0, 1).map(at) };
    expect(
      linesByBoth({
        ...storyOf(before, runs.slice(1), early),
        after: subscriptionWith(change, { discounts }),
      }),
    ).toEqual(expected);
  });

  test('each of several amounts gets its own share back, in the period that it was taken in', () => {
    // Both begin in February; the change comes in the middle of March.
    const from = { periods: STORY_MONTHS, from: at('2025-02-01T00:00:00Z') };
    const scope = { scope: { planIds: [], priceKeys: ['a', 'b'] } };
    const discounts = [
      discountOf('none', percentOff('50'), { scope: { planIds: [], priceKeys: ['z'] } }),
      discountOf('d', amountOff(600n), scope, from),
      discountOf('e', amountOff(300n), scope, from),
    ];
    const middle = '2025-03-16T12:00:00Z';
    const early = { early: [at('2025-03-01T00:00:00Z')] };
    const before = subscriptionWith([itemOf(flat('a', 3000n))], { discounts });
    const after = subscriptionWith(
      [itemOf(flat('a', 3000n), ended(middle)), itemOf(flat('b', 6000n), { activeFrom: at(middle) })],
      { discounts },
    );
    // Half of 2,100 is given back, and with it 300 and 150 of the amounts.
    expect(linesByBoth({ ...storyOf(before, [middle], early), after })).toEqual([
      ['recurring 3000', 'recurring 2100', 'recurring 2100'],
      ['proration_credit -1050', 'recurring 2550'],
    ]);
  });

  test('percentages are taken first where the seller says so, and else in their order', () => {
    const discounts = [
      discountOf('d', amountOff(1000n), { stackOrder: 1 }),
      discountOf('e', percentOff('50'), { stackOrder: 2 }),
    ];
    const linesOf = (order: 'given' | 'percent_then_fixed') => {
      const settings = {
        ...DEFAULT_BILLING_SETTINGS,
        discounts: { ...DEFAULT_BILLING_SETTINGS.discounts, order },
      };
      const one = subscriptionWith([itemOf(flat('a', 3000n))], { discounts });
      return linesByBoth(storyOf(one, ['2025-01-01T00:00:00Z'], { settings }));
    };
    expect(linesOf('given')).toEqual([['recurring 1000']]);
    expect(linesOf('percent_then_fixed')).toEqual([['recurring 500']]);
  });

  test('a percentage is taken of the rest of a period too, and a credit is not lowered', () => {
    const discounts = [discountOf('d', percentOff('10'))];
    expect(linesByBoth(storyOf(subscriptionWith(change, { discounts }), [MIDDLE]))).toEqual([
      ['recurring 2700', 'proration_credit -1350', 'recurring 2700'],
    ]);
  });

  test('several are taken one after the other, and every one says what it took', () => {
    const scope = { planIds: [], priceKeys: ['b'] };
    const discounts = [
      discountOf('z', percentOff('50'), { stackOrder: 2 }),
      discountOf('y', amountOff(1000n), { stackOrder: 1, scope }),
      discountOf('x', percentOff('10'), { stackOrder: 3 }, { from: at('2025-02-01T00:00:00Z') }),
    ];
    const two = subscriptionWith([itemOf(flat('a', 3000n)), itemOf(flat('b', 4000n))], { discounts });
    const documents = billedByBoth(storyOf(two, ['2025-01-01T00:00:00Z', '2025-02-01T00:00:00Z']));
    const taken = documents.map((document) =>
      document?.lines.map((line) =>
        line.discounts.map((one) => `${one.discountId} ${one.amountMinor} of ${one.availableMinor}`),
      ),
    );
    expect(taken).toEqual([
      [['z 1500 of null'], ['y 1000 of 1000', 'z 1500 of null']],
      [
        ['z 1500 of null', 'x 150 of null'],
        ['z 2000 of null', 'x 200 of null'],
      ],
    ]);
  });

  test('a charge that nothing was left of is not credited, and nobody else loses a part of an amount by that', () => {
    const scope = (key: string) => ({ scope: { planIds: [], priceKeys: [key] } });
    const discounts = [
      discountOf('d', percentOff('100'), scope('a')),
      discountOf('e', amountOff(501n), scope('b'), { periods: STORY_MONTHS }),
      discountOf('f', amountOff(100n), scope('b')),
    ];
    const story = storyOf(subscriptionWith(change, { discounts }), ['2025-03-01T00:00:00Z']);
    expect(linesByBoth(story)).toEqual([
      ['recurring 0', 'recurring 2399', 'recurring 5499', 'recurring 5499'],
    ]);
  });

  test('a period of an amount is counted from the anchor of the discount', () => {
    const discounts = [
      discountOf('d', amountOff(500n), {}, { periods: STORY_MONTHS, from: at('2025-03-01T00:00:00Z') }),
    ];
    const documents = billedByBoth(
      storyOf(subscriptionWith([itemOf(flat('a', 3000n))], { discounts }), [
        '2025-02-01T00:00:00Z',
        '2025-04-01T00:00:00Z',
      ]),
    );
    expect(
      documents.map((document) => document?.lines.map((line) => line.discounts[0]?.periodIndex)),
    ).toEqual([
      [undefined, undefined],
      [2, 3],
    ]);
  });
});

describe('tax and totals', () => {
  const rate = (id: string, percent: string) =>
    ({ id, name: id, percent: dec(percent), category: 'S', country: 'DE' }) as const;
  const taxChoice = {
    ...NO_TAX,
    standardRate: rate('vat', '19'),
    ratesByTaxCode: { low: rate('low', '7') },
  };
  const items = [
    itemOf(flat('a', 1000n, { taxCode: 'low' })),
    itemOf(flat('b', 2000n)),
    itemOf(flat('c', 100n, { taxCode: 'low' }), { activeTo: at('2025-01-02T00:00:00Z') }),
  ];

  test('stand on the document by rate, in order of first appearance', () => {
    const [first, second] = billedByBoth(
      storyOf(subscriptionWith([...items].reverse()), ['2025-01-01T00:00:00Z', '2025-02-01T00:00:00Z'], {
        taxChoice,
      }),
    );
    const taxes = (document: typeof first) =>
      document?.taxes.map((one) => [one.rate.id, one.netMinor, one.taxMinor]);
    expect(taxes(first)).toEqual([
      ['low', 1100n, 77n],
      ['vat', 2000n, 380n],
    ]);
    expect(first?.totals).toMatchObject({
      netMinor: 3100n,
      taxMinor: 457n,
      totalMinor: 3557n,
      dueMinor: 3557n,
    });
    expect(second?.totals.totalMinor).toBe(3450n);
    const [other] = billedByBoth(
      storyOf(
        subscriptionWith([itemOf(flat('a', 2000n)), itemOf(flat('b', 100n, { taxCode: 'low' }))]),
        ['2025-01-01T00:00:00Z'],
        { taxChoice },
      ),
    );
    expect(other?.taxes.map((one) => one.rate.id)).toEqual(['vat', 'low']);
  });

  test('credit is used as far as it goes, and what is owed to the customer becomes credit', () => {
    const over = subscriptionWith([
      itemOf(flat('a', 3000n), ended(MIDDLE)),
      itemOf(flat('b', 400n), {
        anchorAt: at('2025-01-20T00:00:00Z'),
        activeFrom: at('2025-01-20T00:00:00Z'),
      }),
    ]);
    const runs = ['2025-01-01T00:00:00Z', MIDDLE, '2025-01-20T00:00:00Z'];
    const documents = billedByBoth(storyOf(over, runs, { creditBalanceMinor: 1000n }));
    expect(
      documents.map((document) => [
        document?.status,
        document?.totals.creditAppliedMinor,
        document?.totals.creditGrantedMinor,
        document?.totals.dueMinor,
      ]),
    ).toEqual([
      ['open', 1000n, 0n, 2000n],
      ['paid', 0n, 1500n, 0n],
      ['paid', 400n, 0n, 0n],
    ]);
  });

  test('a document over nothing is paid or skipped, as the seller wants it', () => {
    const free = subscriptionWith([itemOf(flat('a', 0n))]);
    const statusOf = (zeroInvoices: 'issue' | 'skip') =>
      billedByBoth(
        storyOf(free, ['2025-01-01T00:00:00Z'], {
          settings: { ...DEFAULT_BILLING_SETTINGS, zeroInvoices, paymentTermsDays: 14 },
        }),
      )[0];
    expect(statusOf('issue')?.status).toBe('paid');
    expect(statusOf('skip')?.status).toBe('skipped');
    expect(statusOf('issue')?.dueAt).toBe(at('2025-01-15T00:00:00Z'));
    expect(statusOf('issue')?.lines[0]?.collectAt).toBe(at('2025-01-15T00:00:00Z'));
  });
});
