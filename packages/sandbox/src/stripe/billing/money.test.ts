import { expect, it } from 'vitest';
import type { PriceRecord, Tier } from '../../state/billing-records.ts';
import { boundary, periodAt } from './calendar.ts';
import { decimal, divideRounded, formatDecimal, ONE, parseDecimal, splitByWeight } from './decimal.ts';
import { costOf } from './price-amount.ts';

function priceWith(fields: Partial<PriceRecord> & { unit?: string; tiers?: readonly Tier[] }): PriceRecord {
  const { unit = null, tiers = null, ...more } = fields;
  return {
    id: 'price_1',
    created: 0,
    product: 'prod_1',
    active: true,
    currency: 'eur',
    nickname: null,
    lookupKey: null,
    metadata: {},
    recurring: null,
    amounts: { unitAmount: unit, tiers, taxBehavior: 'unspecified' },
    tiersMode: null,
    transform: null,
    others: {},
    ...more,
  };
}

const STEPS: readonly Tier[] = [
  { upTo: 10, unitAmount: '100', flatAmount: '500' },
  { upTo: 20, unitAmount: '50', flatAmount: null },
  { upTo: null, unitAmount: '1.5', flatAmount: '7' },
];

it.each([
  ['graduated', 0, 500],
  ['graduated', 10, 1_500],
  ['graduated', 11, 1_550],
  ['graduated', 21, 2_009],
  ['volume', 0, 500],
  ['volume', 10, 1_500],
  ['volume', 11, 550],
  ['volume', 21, 39],
] as const)('asks by %s tiers for %i units: %i', (tiersMode, units, cost) => {
  const price = priceWith({ tiers: STEPS, tiersMode });
  expect(costOf(price, 'eur', BigInt(units) * ONE)).toBe(cost);
});

it.each([
  ['up', 11, 4],
  ['down', 11, 2],
  ['up', 10, 2],
  ['down', 0, 0],
] as const)('counts in packs of ten, rounded %s: %i units cost %i', (round, units, cost) => {
  const price = priceWith({ unit: '2', transform: { divideBy: 10, round } });
  expect(costOf(price, 'eur', BigInt(units) * ONE)).toBe(cost);
});

it('rounds once, halves away from zero, also for parts of a period and of a unit', () => {
  const half = priceWith({ unit: '0.5' });
  expect([1n, 2n, 3n].map((units) => costOf(half, 'eur', units * ONE))).toEqual([1, 1, 2]);
  const month = priceWith({ unit: '1000' });
  expect(costOf(month, 'eur', ONE, { of: 1, whole: 3 })).toBe(333);
  expect(costOf(month, 'eur', decimal('0.0005'))).toBe(1);
  const other = priceWith({
    unit: '1000',
    others: { jpy: { unitAmount: '150000', tiers: null, taxBehavior: 'unspecified' } },
  });
  expect(costOf(other, 'jpy', 2n * ONE)).toBe(300_000);
  expect([divideRounded(-5n, 2n), divideRounded(5n, 2n), divideRounded(-4n, 3n)]).toEqual([-3n, 3n, -1n]);
});

it('reads and writes decimals of twelve places without loss, and refuses others', () => {
  for (const text of ['0', '1', '0.000000000001', '123456789012345678.5', '-2.25']) {
    expect(formatDecimal(decimal(text))).toBe(text);
  }
  for (const text of ['', '1e3', '.5', '1.', '0.0000000000001', 'NaN', '1,5', ' 1']) {
    expect(parseDecimal(text)).toBeNull();
  }
});

it('splits amounts so that nothing is lost and no share is off by one unit or more', () => {
  expect(splitByWeight(100, [1, 1, 1])).toEqual([34, 33, 33]);
  expect(splitByWeight(10, [0, 3, 1])).toEqual([0, 8, 2]);
  expect(splitByWeight(-7, [1, 1])).toEqual([-4, -3]);
  expect(splitByWeight(5, [0, 0])).toEqual([0, 0]);
  let seed = 7;
  const draw = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  for (let round = 0; round < 500; round += 1) {
    const weights = Array.from({ length: 1 + draw(6) }, () => draw(1_000));
    const sum = weights.reduce((one, other) => one + other, 0);
    const total = draw(100_000);
    const parts = splitByWeight(total, weights);
    if (sum > 0) expect(parts.reduce((one, other) => one + other, 0)).toBe(total);
    for (const [index, part] of parts.entries()) {
      expect(Math.abs(part * sum - total * (weights[index] ?? 0))).toBeLessThanOrEqual(sum);
    }
  }
});

const seconds = (text: string) => Date.parse(text) / 1000;

it.each([
  ['2027-01-31T12:00:00Z', 'month', 1, 1, '2027-02-28T12:00:00Z'],
  ['2027-01-31T12:00:00Z', 'month', 1, 2, '2027-03-31T12:00:00Z'],
  ['2028-01-31T23:59:59Z', 'month', 1, 1, '2028-02-29T23:59:59Z'],
  ['2027-03-31T00:00:00Z', 'month', 1, -1, '2027-02-28T00:00:00Z'],
  ['2028-02-29T00:00:00Z', 'year', 1, 1, '2029-02-28T00:00:00Z'],
  ['2028-02-29T00:00:00Z', 'year', 1, 4, '2032-02-29T00:00:00Z'],
  ['2027-11-30T06:00:00Z', 'month', 3, 1, '2028-02-29T06:00:00Z'],
  ['2027-01-01T06:00:00Z', 'week', 2, 3, '2027-02-12T06:00:00Z'],
  ['2027-01-01T06:00:00Z', 'day', 1, 365, '2028-01-01T06:00:00Z'],
] as const)('counts from %s by %s x %i: boundary %i is %s', (anchor, interval, intervalCount, n, then) => {
  expect(boundary(seconds(anchor), { interval, intervalCount }, n)).toBe(seconds(then));
});

it('lays periods out from the anchor without gap or overlap, also before it', () => {
  const anchor = seconds('2027-08-31T10:00:00Z');
  const cadence = { interval: 'month', intervalCount: 1 } as const;
  let at = boundary(anchor, cadence, -30);
  for (let n = -30; n < 60; n += 1) {
    const period = periodAt(anchor, cadence, at);
    expect(period.start).toBe(at);
    expect(periodAt(anchor, cadence, period.end - 1)).toEqual(period);
    at = period.end;
  }
  expect(at).toBe(boundary(anchor, cadence, 60));
});
