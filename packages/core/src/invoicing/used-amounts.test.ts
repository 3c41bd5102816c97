import { expect, test } from 'vitest';
import { at, dec } from '../testing/factories.ts';
import { type BilledLine, lineKey } from './line.ts';
import { UsedAmounts } from './used-amounts.ts';

const APRIL = { start: at('2026-04-01T00:00:00Z'), end: at('2026-05-01T00:00:00Z') };
const OFF = [{ discountId: 'off', periodIndex: 3, amountMinor: 800n }];
const CHARGE = { discounts: OFF, amountMinor: 200n };

function billedLine(
  kind: BilledLine['kind'],
  amountMinor: bigint,
  more: Partial<BilledLine> = {},
): BilledLine {
  return {
    key: lineKey('item', kind, APRIL.start),
    subscriptionId: 'sub_1',
    itemId: 'item',
    kind,
    servicePeriod: APRIL,
    billingPeriod: APRIL,
    quantity: dec('1'),
    grossMinor: amountMinor,
    discounts: [],
    amountMinor,
    creditedMinor: 0n,
    billableAt: APRIL.start,
    ...more,
  };
}

test('what lines take of an amount is used, in the period that they take it in', () => {
  const used = new UsedAmounts([]);
  used.take(CHARGE);
  used.take({ discounts: [{ discountId: 'off', periodIndex: 3, amountMinor: 50n }] });
  expect([used.of('off', 3), used.of('off', 2), used.of('other', 3)]).toEqual([850n, 0n, 0n]);
});

test('a credit gives back the share of it that it takes back of the charge', () => {
  const used = new UsedAmounts([]);
  used.take(CHARGE);
  used.giveBack({ amountMinor: -50n }, CHARGE);
  expect(used.of('off', 3)).toBe(600n);
});

test('nothing is given back of a charge that is not known, or that cost nothing', () => {
  const used = new UsedAmounts([]);
  used.take(CHARGE);
  used.giveBack({ amountMinor: -50n }, undefined);
  used.giveBack({ amountMinor: -50n }, { discounts: OFF, amountMinor: 0n });
  used.giveBack({ amountMinor: -50n }, { discounts: OFF, amountMinor: -200n });
  expect(used.of('off', 3)).toBe(800n);
});

test('the lines that stand count, and so do the credits among them', () => {
  const charge = billedLine('recurring', 200n, { discounts: OFF });
  const other = billedLine('recurring', 100n, { key: 'other', itemId: 'other', discounts: OFF });
  const credit = billedLine('proration_credit', -100n);
  expect(new UsedAmounts([charge, other]).of('off', 3)).toBe(1600n);
  expect(new UsedAmounts([credit, charge, other]).of('off', 3)).toBe(1200n);
});
