import { describe, expect, test } from 'vitest';
import type { AppliedDiscount } from '../../catalog/coupon.ts';
import { amountOff, discountOf, percentOff, STORY_MONTHS, STORY_START } from '../../testing/billing-story.ts';
import { at, dec, EUR } from '../../testing/factories.ts';
import type { BilledLine } from '../line.ts';
import { DEFAULT_BILLING_SETTINGS } from '../settings.ts';
import { discountPeriodIndex, fastDiscounts, giveBack } from './fast-discounts.ts';

const JANUARY = STORY_START;
const FEBRUARY = at('2025-02-01T00:00:00Z');
const prepared = (discounts: readonly AppliedDiscount[], billed: readonly BilledLine[] = []) =>
  fastDiscounts({ discounts, currency: EUR }, [], billed, DEFAULT_BILLING_SETTINGS);

describe('what was billed before', () => {
  const line = (discountId: string, periodIndex: number, amountMinor: bigint): BilledLine => ({
    key: `item_a/recurring/${periodIndex}`,
    subscriptionId: 'sub_1',
    itemId: 'item_a',
    kind: 'recurring',
    servicePeriod: { start: JANUARY, end: FEBRUARY },
    billingPeriod: { start: JANUARY, end: FEBRUARY },
    quantity: dec('1'),
    grossMinor: 1000n,
    discounts: [{ discountId, periodIndex, amountMinor }],
    amountMinor: 1000n - amountMinor,
    creditedMinor: 0n,
    billableAt: JANUARY,
  });

  test('has used an amount up in the periods that it was taken in', () => {
    const from = { periods: STORY_MONTHS, from: FEBRUARY };
    const fast = prepared(
      [discountOf('d', amountOff(100n), {}, from)],
      [line('d', 3, 60n), line('other', 2, 99n), line('d', 1, 10n), line('d', 3, 5n)],
    );
    // Its first period is that of February, number 1.
    expect(fast?.[0]?.usedAtStart).toEqual([10, 0, 65]);
    expect(fast?.[0]?.used).toEqual([10, 0, 65]);
    expect(discountPeriodIndex(fast?.[0] as never, 2)).toBe(3);
    const [whole] = prepared([discountOf('d', amountOff(100n))], [line('d', 0, 60n)]) ?? [];
    expect(whole?.used).toEqual([60]);
    expect(discountPeriodIndex(whole as never, 0)).toBe(0);
  });

  test('uses nothing of a percentage', () => {
    expect(prepared([discountOf('d', percentOff('10'))], [line('d', 0, 60n)])?.[0]?.used).toEqual([]);
  });

  test('is given back by the share that a credit takes back of its charge', () => {
    const [fast] = prepared([discountOf('d', amountOff(100n))], [line('d', 0, 60n)]) ?? [];
    const back = (takenMinor: number, creditMinor: number, chargedMinor: number) => {
      const isDone = giveBack(fast as never, 0, takenMinor, creditMinor, chargedMinor);
      return isDone ? fast?.used[0] : null;
    };
    // A half of 940 takes back a half of the 60, a third of 100 cuts 3.33 to 3.
    expect(back(60, 470, 940)).toBe(30);
    expect(back(10, 100, 300)).toBe(27);
    // The charge was not lowered by it.
    expect(back(-1, 470, 940)).toBe(27);
    expect(back(2 ** 25, 2 ** 26, 2 ** 26)).toBeNull();
    const [share] = prepared([discountOf('d', percentOff('10'))]) ?? [];
    expect(giveBack(share as never, 0, 2 ** 25, 2 ** 26, 2 ** 26)).toBe(true);
    expect(share?.used).toEqual([]);
  });
});
