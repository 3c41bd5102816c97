import { describe, expect, test } from 'vitest';
import { formatRational, rational } from '../money/rational.ts';
import type { SubscriptionItem } from '../subscriptions/subscription.ts';
import { itemOf, STORY_START, subscriptionWith } from '../testing/billing-story.ts';
import { at, dec, flat, unwrap } from '../testing/factories.ts';
import { shareOfCharge } from './credit-line.ts';
import type { BilledLine } from './line.ts';
import { proposeLines } from './propose-lines.ts';
import { type BillingSettings, DEFAULT_BILLING_SETTINGS } from './settings.ts';

const MIDDLE = at('2025-01-16T12:00:00Z');
const JANUARY = { start: STORY_START, end: at('2025-02-01T00:00:00Z') };

/** The fee of January as it stands on an invoice. */
function charge(amountMinor: bigint, more: Partial<BilledLine> = {}): BilledLine {
  return {
    key: `item_a/recurring/${STORY_START}`,
    subscriptionId: 'sub_1',
    itemId: 'item_a',
    kind: 'recurring',
    servicePeriod: JANUARY,
    billingPeriod: JANUARY,
    quantity: dec('1'),
    grossMinor: amountMinor,
    discounts: [],
    amountMinor,
    creditedMinor: 0n,
    billableAt: STORY_START,
    ...more,
  };
}

/** What is credited, exactly and rounded, when a price ends in the middle of January. */
function credited(
  billed: readonly BilledLine[],
  settings: Partial<BillingSettings> = {},
  item: Partial<SubscriptionItem> = {},
) {
  const ended = itemOf(flat('a', 3000n), { activeTo: MIDDLE, creditUnused: true, ...item });
  const lines = unwrap(
    proposeLines({
      subscription: subscriptionWith([ended]),
      now: MIDDLE,
      usage: [],
      settings: { ...DEFAULT_BILLING_SETTINGS, ...settings },
      billed,
    }),
  ).filter(({ kind }) => kind === 'proration_credit');
  return lines.map(({ grossMinor, explanation }) => [grossMinor, formatRational(explanation.exactMinor)]);
}

describe('the share of a charge', () => {
  const share = (
    amountMinor: bigint,
    charged: readonly [bigint, bigint],
    unused: readonly [bigint, bigint],
  ) => formatRational(shareOfCharge({ amountMinor, fraction: rational(...charged) }, rational(...unused)));

  test('is that of the part that was charged, exactly', () => {
    expect(share(3000n, [1n, 1n], [1n, 4n])).toBe('750');
    expect(share(3000n, [1n, 2n], [1n, 4n])).toBe('1500');
    expect(share(100n, [2n, 3n], [1n, 7n])).toBe('150/7');
    expect(share(100n, [1n, 3n], [0n, 1n])).toBe('0');
  });

  test('is never more than the charge, and nothing of a part of no length', () => {
    expect(share(3000n, [1n, 2n], [1n, 2n])).toBe('3000');
    expect(share(3000n, [1n, 2n], [3n, 4n])).toBe('3000');
    expect(share(3000n, [0n, 1n], [1n, 4n])).toBe('0');
  });
});

describe('a credit for unused time', () => {
  test('rests on what was really charged, whatever the price is now', () => {
    expect(credited([charge(1001n)])).toEqual([[-501n, '-1001/2']]);
    expect(credited([charge(1001n)], { rounding: 'down' })).toEqual([[-500n, '-1001/2']]);
    expect(credited([charge(0n)])).toEqual([]);
    expect(credited([charge(1n)], { rounding: 'down' })).toEqual([[0n, '-1/2']]);
  });

  test('of a charge of the same run rests on that charge and its part of the period', () => {
    expect(credited([])).toEqual([[-1500n, '-1500']]);
    // Three quarters of January are charged, of which two thirds are not used.
    const late = { activeFrom: at('2025-01-08T18:00:00Z') };
    expect(credited([], {}, late)).toEqual([[-1500n, '-1500']]);
    expect(
      credited([charge(300n, { servicePeriod: { ...JANUARY, start: late.activeFrom } })], {}, late),
    ).toEqual([[-200n, '-200']]);
  });

  test('takes back what credit notes have left of its charge, and says so exactly', () => {
    expect(credited([charge(1001n, { creditedMinor: 500n })])).toEqual([[-501n, '-1001/2']]);
    expect(credited([charge(1001n, { creditedMinor: 501n })])).toEqual([[-500n, '-500']]);
    expect(credited([charge(1001n, { creditedMinor: 1001n })])).toEqual([[0n, '0']]);
  });

  test('is none where nobody owes the charge', () => {
    expect(credited([charge(1001n, { isWaived: true })])).toEqual([]);
    expect(credited([charge(1001n, { isWaived: false })])).toHaveLength(1);
  });

  test('that is rounded together with others is never beyond what was paid, rounded up', () => {
    const { proration } = DEFAULT_BILLING_SETTINGS;
    const joined = { rounding: 'down', proration: { ...proration, seats: 'single_entry' } } as const;
    const left = charge(1001n, { creditedMinor: 501n });
    // 500.5 may become 501 beside another line, but only 500 are left.
    expect(credited([left], { rounding: 'down' })).toEqual([[-500n, '-1001/2']]);
    expect(credited([left], joined)).toEqual([[-500n, '-500']]);
  });

  test('of a price without proration is all of its charge, also of a part of the period', () => {
    const whole = flat('a', 3000n, { proration: 'none' });
    const unused = { price: whole, activeFrom: MIDDLE };
    expect(credited([charge(3000n, { servicePeriod: { ...JANUARY, start: MIDDLE } })], {}, unused)).toEqual([
      [-3000n, '-3000'],
    ]);
    expect(credited([charge(3000n)], {}, { price: whole })).toEqual([]);
  });
});
