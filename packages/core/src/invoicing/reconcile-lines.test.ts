import { describe, expect, test } from 'vitest';
import { Account, at, flat, seats, unwrap, version } from '../testing/factories.ts';
import type { BilledLine, ProposedLine } from './line.ts';
import { proposeLines } from './propose-lines.ts';
import { reconcileLines } from './reconcile-lines.ts';
import { DEFAULT_BILLING_SETTINGS } from './settings.ts';

const START = at('2026-04-01T00:00:00Z');
const SUBSCRIPTION = new Account().start(START, version('p', [flat('p', 1000n)])).subscription;
const [PATTERN] = unwrap(
  proposeLines({
    subscription: SUBSCRIPTION,
    now: START,
    usage: [],
    settings: DEFAULT_BILLING_SETTINGS,
    billed: [],
  }),
) as readonly [ProposedLine];

function april(day: number) {
  return at(`2026-04-${`${day}`.padStart(2, '0')}T00:00:00Z`);
}

/** A line of one item for the days from `from` up to `to`. */
function line(from: number, to: number, more: Partial<ProposedLine> = {}): ProposedLine {
  const itemId = more.itemId ?? 'item';
  const servicePeriod = { start: april(from), end: april(to) };
  return { ...PATTERN, key: `${itemId}/${from}`, itemId, servicePeriod, billableAt: april(from), ...more };
}

function billedLine(from: number, to: number, more: Partial<ProposedLine> = {}): BilledLine {
  const standing = line(from, to, more);
  return { ...standing, billingPeriod: standing.servicePeriod, creditedMinor: 0n };
}

/** As many lines of one item, a day each, that fall due in one moment. */
function atOnce(count: number, itemId = 'item', more: Partial<ProposedLine> = {}): readonly ProposedLine[] {
  return Array.from({ length: count }, (_, day) =>
    line(day + 1, day + 2, { itemId, billableAt: START, ...more }),
  );
}

function bounds(maxLinesPerSubscriptionDay: number, maxLinesPerPriceDay: number, maxLinesPerInvoice = 100) {
  return {
    ...DEFAULT_BILLING_SETTINGS,
    maxLinesPerSubscriptionDay,
    maxLinesPerPriceDay,
    maxLinesPerInvoice,
  };
}

/** The bound that trips and what is said of it, or the keys of the lines that are left. */
function outcome(...given: Parameters<typeof reconcileLines>) {
  const result = reconcileLines(...given);
  return result.ok ? result.value.map(({ key }) => key) : [result.refusal.facts.bound, result.refusal.detail];
}

test('what stands is proposed no more, and what does not is left in its order', () => {
  const proposed = [line(1, 2), line(2, 3), line(3, 4)];
  expect(outcome(proposed, [billedLine(2, 3)], DEFAULT_BILLING_SETTINGS)).toEqual(['item/1', 'item/3']);
  expect(
    outcome(
      proposed,
      [1, 2, 3].map((day) => billedLine(day, day + 1)),
      bounds(0, 0, 0),
    ),
  ).toEqual([]);
});

test('an invoice takes as many lines as its bound, and not one more', () => {
  const three = [line(1, 2), line(2, 3), line(3, 4)];
  expect(outcome(three, [], bounds(9, 9, 3))).toHaveLength(3);
  expect(outcome(three, [], bounds(9, 9, 2))).toEqual([
    'lines_per_invoice',
    '3 lines of one subscription would stand on one invoice.',
  ]);
});

describe('one stretch of service of an item is billed once', () => {
  const overlap = (later: number, earlier: number) => [
    'one_line_per_item_and_period',
    `item/${later} overlaps item/${earlier}.`,
  ];

  test.each([
    [
      'inside an older line, though a younger one stands',
      [
        [1, 10],
        [20, 28],
      ],
      [5, 8],
      overlap(5, 1),
    ],
    ['around a younger line', [[5, 8]], [1, 10], overlap(5, 1)],
    [
      'inside a long line that a short one lies in as well',
      [
        [1, 28],
        [5, 8],
      ],
      [12, 14],
      overlap(12, 1),
    ],
    [
      'on the last of two lines that follow each other',
      [
        [1, 10],
        [10, 20],
      ],
      [15, 18],
      overlap(15, 10),
    ],
    [
      'between two lines',
      [
        [1, 5],
        [8, 20],
      ],
      [5, 8],
      ['item/5'],
    ],
    [
      'beside two that stand and overlap',
      [
        [1, 10],
        [5, 12],
      ],
      [20, 25],
      ['item/20'],
    ],
  ] as const)('a new line %s', (_, standing, [from, to], expected) => {
    const billed = standing.map(([start, end]) => billedLine(start, end));
    expect(outcome([line(from, to)], billed, DEFAULT_BILLING_SETTINGS)).toEqual(expected);
  });

  test('another item, and another kind of line of the same item, may be for the same time', () => {
    const proposed = [
      line(1, 10, { key: 'other', itemId: 'other' }),
      line(5, 10, { key: 'credit', kind: 'proration_credit' }),
    ];
    expect(outcome(proposed, [billedLine(1, 10)], DEFAULT_BILLING_SETTINGS)).toEqual(['other', 'credit']);
  });
});

describe('the lines of one day of a subscription are bounded', () => {
  const tripped = (count: number) => [
    'lines_per_subscription_and_day',
    `${count} lines fall on one day of subscription ${SUBSCRIPTION.id}.`,
  ];

  test('one item and kind counts every line, of a whole day and of that day alone', () => {
    const morning = line(1, 2);
    const night = line(2, 3, { billableAt: april(2) - 1 } as Partial<ProposedLine>);
    expect(outcome([morning, night], [], bounds(1, 0))).toEqual(tripped(2));
    expect(outcome([morning, night], [], bounds(2, 0))).toHaveLength(2);
    expect(outcome([morning, line(2, 3)], [], bounds(1, 0))).toHaveLength(2);
  });

  test('lines that stand count with the new ones, those of other days and other subscriptions do not', () => {
    const standing = billedLine(2, 3, { billableAt: START });
    expect(outcome([line(1, 2)], [standing], bounds(1, 0))).toEqual(tripped(2));
    expect(outcome([line(1, 2)], [billedLine(2, 3)], bounds(1, 0))).toEqual(['item/1']);
    const foreign = { ...standing, subscriptionId: 'sub_2' };
    expect(outcome([line(1, 2)], [foreign], bounds(1, 0))).toEqual(['item/1']);
  });

  test('kinds add up, and so do prices; items of one price count as the one with most lines', () => {
    const of = new Account().start(START, version('two', [flat('a', 1n), seats('b', '1')])).subscription;
    const [a, b] = of.items as unknown as readonly [(typeof of.items)[0], (typeof of.items)[0]];
    const again = { ...of, items: [...of.items, { ...a, id: 'again' }] };
    const credits = { kind: 'proration_credit' as const };
    const day = [...atOnce(3, a.id), ...atOnce(2, 'again'), ...atOnce(1, a.id, credits), ...atOnce(2, b.id)];
    // Of the first price 3 and a credit, of the second 2.
    expect(outcome(day, [], bounds(6, 0), [again])).toHaveLength(8);
    expect(outcome(day, [], bounds(5, 0), [again])).toEqual(tripped(6));
    // Two prices of three lines each.
    expect(outcome(day, [], bounds(0, 3), [again])).toHaveLength(8);
    expect(outcome(day, [], bounds(5, 2), [again])).toEqual(tripped(6));
    // Nothing is known of the prices, so every item counts for itself.
    expect(outcome(day, [], bounds(7, 3))).toEqual(tripped(8));
    expect(outcome(day, [], bounds(8, 0))).toHaveLength(8);
  });

  test('all lines of a day together are bounded as those of an invoice', () => {
    const standing = billedLine(20, 21, { itemId: 'older', billableAt: START });
    expect(outcome(atOnce(3), [standing], bounds(9, 0, 4))).toHaveLength(3);
    expect(outcome(atOnce(3), [standing], bounds(9, 0, 3))).toEqual([
      'lines_per_subscription_and_day',
      '4 lines fall on one day.',
    ]);
  });
});
