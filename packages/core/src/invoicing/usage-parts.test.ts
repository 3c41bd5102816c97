import { expect, test } from 'vitest';
import { at, dec } from '../testing/factories.ts';
import type { BilledLine } from './line.ts';
import { earlierThan, usagePartsOf } from './usage-parts.ts';

const APRIL = { start: at('2026-04-01T00:00:00Z'), end: at('2026-05-01T00:00:00Z') };

function day(number: number) {
  return at(`2026-04-${`${number}`.padStart(2, '0')}T00:00:00Z`);
}

function part(from: number, to: number, more: Partial<BilledLine> = {}): BilledLine {
  return {
    key: `part/${from}`,
    subscriptionId: 'sub_1',
    itemId: 'item',
    kind: 'usage',
    servicePeriod: { start: day(from), end: day(to) },
    billingPeriod: APRIL,
    quantity: dec(`${to - from}`),
    grossMinor: BigInt(to - from) * 100n,
    discounts: [],
    amountMinor: 0n,
    creditedMinor: 0n,
    billableAt: day(to),
    ...more,
  };
}

test('the parts of a period are its usage lines in order of time, whatever the order they were billed in', () => {
  const march = { start: at('2026-03-01T00:00:00Z'), end: APRIL.start };
  const parts = usagePartsOf([
    part(20, 25),
    part(1, 5),
    part(10, 20),
    part(5, 10),
    part(1, 30, { kind: 'proration_credit' }),
    part(2, 3, { itemId: 'other' }),
    part(3, 4, { billingPeriod: march }),
  ]);
  const starts = (itemId: string, period: typeof APRIL) =>
    parts
      .get(itemId)
      ?.get(period.start)
      ?.map(({ servicePeriod }) => servicePeriod.start);
  expect(starts('item', APRIL)).toEqual([1, 5, 10, 20].map(day));
  expect(starts('item', march)).toEqual([day(3)]);
  expect(starts('other', APRIL)).toEqual([day(2)]);
  expect(starts('other', march)).toBeUndefined();
});

test('what comes before a part is what began before it, not itself and nothing after it', () => {
  const parts = [part(1, 5), part(5, 10), part(10, 20)];
  expect(earlierThan(day(10), parts)).toEqual({ quantity: dec('9'), billedMinor: 900n });
  expect(earlierThan(day(5), parts)).toEqual({ quantity: dec('4'), billedMinor: 400n });
  expect(earlierThan(day(1), parts)).toBeNull();
  expect(earlierThan(day(1), [])).toBeNull();
});
