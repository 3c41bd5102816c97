import { describe, expect, test } from 'vitest';
import type { AppliedDiscount, Coupon, CouponValue } from '../../catalog/coupon.ts';
import { amountOff, discountOf, percentOff, STORY_MONTHS, STORY_START } from '../../testing/billing-story.ts';
import { at, EUR, price } from '../../testing/factories.ts';
import type { Instant } from '../../time/instant.ts';
import { DEFAULT_DISCOUNT_POLICY, type DiscountPolicy } from '../discount-lines.ts';
import type { LineKind } from '../line.ts';
import { type BillingSettings, DEFAULT_BILLING_SETTINGS } from '../settings.ts';
import { discountFast, fastDiscounts, rewindDiscounts } from './fast-discounts.ts';
import { type LineBuffer, lineBuffer, pushLine } from './line-buffer.ts';

const JANUARY = STORY_START;
const FEBRUARY = at('2025-02-01T00:00:00Z');
const MARCH = at('2025-03-01T00:00:00Z');

function settingsOf(
  discounts: Partial<DiscountPolicy>,
  more: Partial<BillingSettings> = {},
): BillingSettings {
  return { ...DEFAULT_BILLING_SETTINGS, ...more, discounts: { ...DEFAULT_DISCOUNT_POLICY, ...discounts } };
}

const LAST = settingsOf({ split: 'remainder_last' });

function source(key: string, planId = 'basic', kind: LineKind = 'recurring') {
  return { kind, facts: { id: `item_${key}`, planId, planVersionId: 'v', price: price(key) } };
}

const SOURCES = [source('a'), source('b', 'pro'), source('a', 'basic', 'proration_credit')];
const prepared = (discounts: readonly AppliedDiscount[], settings = DEFAULT_BILLING_SETTINGS) =>
  fastDiscounts({ discounts, currency: EUR }, SOURCES, [], settings);

/** The beginning of a line's period, its source and its gross amount. */
type Row = readonly [start: Instant, source: number, amountMinor: number];

function linesOf(rows: readonly Row[], discounts: number): LineBuffer {
  const lines = lineBuffer(rows.length, discounts);
  for (const [line, [start, place, amountMinor]] of rows.entries()) {
    pushLine(lines, place, start / 1000, 0, 0, 0);
    lines.amountMinor[line] = amountMinor;
  }
  return lines;
}

const startOf = (_: number, period: number) => period * 1000;

/** What each discount takes of each line, null where it does not lower it, and what is left of the lines. */
function lowered(
  discounts: readonly AppliedDiscount[],
  rows: readonly Row[],
  settings = DEFAULT_BILLING_SETTINGS,
) {
  const fast = prepared(discounts, settings);
  if (fast === null) return null;
  const lines = linesOf(rows, discounts.length);
  if (!discountFast(fast, lines, 0, rows.length, settings, startOf)) return null;
  const taken = rows.map((_, line) =>
    fast.map((_discount, one) => {
      const minor = lines.takenMinor[line * fast.length + one] as number;
      return minor < 0 ? null : minor;
    }),
  );
  return { taken, left: rows.map((_, line) => lines.amountMinor[line]) };
}

const on = (...amounts: readonly number[]) => amounts.map((minor): Row => [JANUARY, 0, minor]);

describe('a percentage', () => {
  test('is taken of every line and rounded as the seller says', () => {
    const ten = [discountOf('d', percentOff('10'))];
    expect(lowered(ten, on(1000, 15, 4))).toEqual({ taken: [[100], [2], [0]], left: [900, 13, 4] });
    expect(lowered(ten, on(1000, 19), settingsOf({}, { rounding: 'down' }))).toEqual({
      taken: [[100], [1]],
      left: [900, 18],
    });
  });

  test('is taken of what the discounts before it left', () => {
    const both = [discountOf('x', percentOff('50')), discountOf('y', percentOff('50'))];
    expect(lowered(both, on(100))).toEqual({ taken: [[50, 25]], left: [25] });
  });

  test('is left to exact fractions where plain numbers do not hold it', () => {
    // 333333 of a million parts: times 6,755,406,196 that is 2,251,799,813.53 and just below 2^51.
    const third = [discountOf('d', percentOff('33.3333'))];
    expect(lowered(third, on(6_755_406_196))?.taken).toEqual([[2_251_799_814]]);
    expect(lowered(third, on(6_755_406_197))).toBeNull();
    expect(prepared([discountOf('d', percentOff('2251.799813685249'))])).toBeNull();
    // Half of 2^51 is no more than 2^51 − 1.
    expect(lowered([discountOf('d', percentOff('50'))], on(2 ** 51 - 1))?.left).toEqual([2 ** 50 - 1]);
    expect(lowered([discountOf('d', percentOff('50'))], on(2 ** 51))).toBeNull();
  });

  test('is left to exact fractions where it is rounded once on all lines; an amount is not', () => {
    const onTotal = settingsOf({ percent: 'on_total' });
    expect(prepared([discountOf('d', percentOff('10'))], onTotal)).toBeNull();
    expect(prepared([discountOf('d', amountOff(10n))], onTotal)).toHaveLength(1);
  });
});

describe('an amount', () => {
  test('is split over its lines by their size, what is missing to the largest remainders', () => {
    // 100 over 3 : 3 : 1 is 42.86, 42.86 and 14.29.
    expect(lowered([discountOf('d', amountOff(100n))], on(300, 300, 100))).toEqual({
      taken: [[43], [43], [14]],
      left: [257, 257, 86],
    });
    expect(lowered([discountOf('d', amountOff(100n))], on(300, 300, 100), LAST)?.taken).toEqual([
      [42],
      [42],
      [16],
    ]);
    expect(lowered([discountOf('d', amountOff(100n))], on(100, 300, 300))?.taken).toEqual([[14], [43], [43]]);
  });

  test('never takes more than the lines are', () => {
    expect(lowered([discountOf('d', amountOff(100n))], on(30, 40))).toEqual({
      taken: [[30], [40]],
      left: [0, 0],
    });
  });

  test('is granted once in each of its periods, and once in all where it has none', () => {
    const rows: readonly Row[] = [
      [FEBRUARY, 0, 500],
      [JANUARY, 0, 500],
      [FEBRUARY, 1, 500],
    ];
    const monthly = discountOf('d', amountOff(100n), {}, { periods: STORY_MONTHS });
    expect(lowered([monthly], rows)?.taken).toEqual([[50], [100], [50]]);
    expect(lowered([discountOf('d', amountOff(99n))], rows)?.taken).toEqual([[33], [33], [33]]);
  });

  test('has in a later run what the runs before left of it, and all of it again after a rewind', () => {
    const settings = DEFAULT_BILLING_SETTINGS;
    const fast = prepared([discountOf('d', amountOff(100n), {}, { periods: STORY_MONTHS })]) ?? [];
    const run = (rows: readonly Row[]) => {
      const lines = linesOf(rows, 1);
      expect(discountFast(fast, lines, 0, rows.length, settings, startOf)).toBe(true);
      return rows.map((_, line) => [
        lines.takenMinor[line],
        lines.takenMinor[line] === -1 ? null : lines.availableMinor[line],
      ]);
    };
    expect(run([[FEBRUARY, 0, 70]])).toEqual([[70, 100]]);
    expect(run([[FEBRUARY, 0, 70]])).toEqual([[30, 30]]);
    // Nothing is left of it in February, all of it in March.
    expect(
      run([
        [FEBRUARY, 0, 70],
        [MARCH, 0, 70],
      ]),
    ).toEqual([
      [-1, null],
      [70, 100],
    ]);
    rewindDiscounts(fast);
    expect(run([[FEBRUARY, 0, 70]])).toEqual([[70, 100]]);
  });

  test('is nothing in a currency that it is not offered in', () => {
    const other: CouponValue = { kind: 'amount', amountsMinor: {} };
    expect(lowered([discountOf('d', other)], on(500))).toEqual({ taken: [[null]], left: [500] });
  });

  test('is left to exact fractions where plain numbers do not hold the shares', () => {
    // 2^25 × 2^26 is 2^51.
    expect(lowered([discountOf('d', amountOff(2n ** 25n))], on(2 ** 26))).toBeNull();
    expect(lowered([discountOf('d', amountOff(2n ** 25n))], on(2 ** 26 - 1))?.left).toEqual([2 ** 25 - 1]);
    expect(lowered([discountOf('d', amountOff(2n ** 25n))], on(5, 2 ** 26))).toBeNull();
    expect(lowered([discountOf('d', amountOff(2n ** 25n))], on(2 ** 26, 5))).toBeNull();
    expect(lowered([discountOf('d', amountOff(1n))], on(2 ** 50, 2 ** 50))).toBeNull();
    expect(lowered([discountOf('d', amountOff(1n))], on(2 ** 50, 2 ** 50 - 1))?.taken).toEqual([[1], [0]]);
  });

  test('is left to exact fractions where many lines have remainders too fine to be put in order', () => {
    const rows = on(...Array.from({ length: 32 }, (_, line) => 2 ** 41 + line));
    expect(lowered([discountOf('d', amountOff(7n))], rows)).toBeNull();
    expect(lowered([discountOf('d', amountOff(7n))], rows, LAST)?.taken[31]).toEqual([7]);
  });
});

describe('a discount lowers', () => {
  test('the lines whose period begins while it runs', () => {
    const february = discountOf('d', percentOff('10'), {}, { from: FEBRUARY, until: MARCH });
    const rows: readonly Row[] = [
      [(FEBRUARY - 1000) as Instant, 0, 100],
      [FEBRUARY, 0, 100],
      [(MARCH - 1000) as Instant, 0, 100],
      [MARCH, 0, 100],
    ];
    expect(lowered([february], rows)?.left).toEqual([100, 90, 90, 100]);
  });

  test('the lines of its plans and prices, and no credit', () => {
    const rows: readonly Row[] = [
      [JANUARY, 0, 100],
      [JANUARY, 1, 100],
      [JANUARY, 2, -100],
    ];
    const covers = (scope: Coupon['scope']) => [
      ...(prepared([discountOf('d', percentOff('10'), { scope })])?.[0]?.covers ?? []),
    ];
    expect(covers({ planIds: [], priceKeys: [] })).toEqual([1, 1, 0]);
    expect(covers({ planIds: ['pro', 'max'], priceKeys: [] })).toEqual([0, 1, 0]);
    expect(covers({ planIds: [], priceKeys: ['a', 'c'] })).toEqual([1, 0, 0]);
    expect(covers({ planIds: ['pro'], priceKeys: ['a'] })).toEqual([0, 0, 0]);
    expect(lowered([discountOf('d', amountOff(50n))], rows)).toEqual({
      taken: [[25], [25], [null]],
      left: [75, 75, -100],
    });
  });

  test('no line that nothing is left of', () => {
    const both = [discountOf('x', percentOff('100')), discountOf('y', amountOff(50n))];
    expect(lowered(both, on(100, 0))).toEqual({
      taken: [
        [100, null],
        [null, null],
      ],
      left: [0, 0],
    });
  });

  test('in stacking order, percentages first where the seller says so', () => {
    const discounts = [
      discountOf('late', percentOff('10'), { stackOrder: 2 }),
      discountOf('early', amountOff(50n), { stackOrder: 1 }),
      discountOf('last', amountOff(5n), { stackOrder: 3 }),
    ];
    const order = (settings: BillingSettings) =>
      prepared(discounts, settings)?.map(({ discount }) => discount.id);
    expect(order(settingsOf({ order: 'given' }))).toEqual(['early', 'late', 'last']);
    expect(order(settingsOf({ order: 'percent_then_fixed' }))).toEqual(['late', 'early', 'last']);
  });
});
