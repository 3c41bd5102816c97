import { describe, expect, test } from 'vitest';
import { dec } from '../testing/factories.ts';
import type { Instant } from '../time/instant.ts';
import type { BilledLine, LineKind } from './line.ts';
import { UsedAmounts } from './used-amounts.ts';

const taken = (discountId: string, periodIndex: number, amountMinor: bigint) => ({
  discountId,
  periodIndex,
  amountMinor,
});

function line(
  kind: LineKind,
  start: number,
  amountMinor: bigint,
  discounts: BilledLine['discounts'] = [],
  itemId = 'item_a',
): BilledLine {
  const period = { start: start as Instant, end: (start + 10) as Instant };
  return {
    key: `${itemId}/${kind}/${start}`,
    subscriptionId: 'sub_1',
    itemId,
    kind,
    servicePeriod: period,
    billingPeriod: period,
    quantity: dec('1'),
    grossMinor: amountMinor,
    discounts,
    amountMinor,
    creditedMinor: 0n,
    billableAt: period.start,
  };
}

describe('what lines have taken of an amount', () => {
  test('is counted for each discount in each of its periods', () => {
    const used = new UsedAmounts([
      line('recurring', 0, 940n, [taken('d', 0, 60n), taken('e', 0, 7n)]),
      line('usage', 0, 95n, [taken('d', 0, 5n)]),
      line('recurring', 10, 900n, [taken('d', 1, 100n)]),
    ]);
    expect(used.of('d', 0)).toBe(65n);
    expect(used.of('d', 1)).toBe(100n);
    expect(used.of('e', 0)).toBe(7n);
    expect(used.of('e', 1)).toBe(0n);
    used.take({ discounts: [taken('e', 1, 3n), taken('d', 0, 1n)] });
    expect(used.of('e', 1)).toBe(3n);
    expect(used.of('d', 0)).toBe(66n);
  });

  test('is given back by the share of the charge that a credit takes back, rounded to less', () => {
    const used = new UsedAmounts([]);
    const charge = line('recurring', 0, 300n, [taken('d', 0, 60n), taken('e', 2, 10n)]);
    used.take(charge);
    used.giveBack({ amountMinor: -100n }, charge);
    // A third of 60 and of 10.
    expect(used.of('d', 0)).toBe(40n);
    expect(used.of('e', 2)).toBe(7n);
  });

  test('is not given back of a charge that is not known, or that nothing was left of', () => {
    const used = new UsedAmounts([]);
    const free = line('recurring', 0, 0n, [taken('d', 0, 60n)]);
    used.take(free);
    used.giveBack({ amountMinor: -100n }, undefined);
    used.giveBack({ amountMinor: -100n }, free);
    used.giveBack({ amountMinor: -100n }, line('recurring', 0, -50n, [taken('d', 0, 60n)]));
    expect(used.of('d', 0)).toBe(60n);
    used.giveBack({ amountMinor: -1n }, line('recurring', 0, 1n, [taken('d', 0, 60n)]));
    expect(used.of('d', 0)).toBe(0n);
  });

  test('of billed lines is less what billed credits took back of the charges of their own periods', () => {
    const discounts = [taken('d', 0, 60n)];
    const charges = [
      line('recurring', 0, 300n, discounts),
      line('recurring', 10, 300n, [taken('d', 1, 60n)]),
    ];
    const of = (...more: readonly BilledLine[]) => {
      const used = new UsedAmounts([...more, ...charges]);
      return [used.of('d', 0), used.of('d', 1)];
    };
    expect(of()).toEqual([60n, 60n]);
    expect(of(line('proration_credit', 0, -100n))).toEqual([40n, 60n]);
    expect(of(line('proration_credit', 10, -100n))).toEqual([60n, 40n]);
    // Of another item, and of another kind.
    expect(of(line('proration_credit', 0, -100n, [], 'item_b'))).toEqual([60n, 60n]);
    expect(of(line('spend_cap', 0, -100n))).toEqual([60n, 60n]);
  });
});
