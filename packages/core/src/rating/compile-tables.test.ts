import { describe, expect, test } from 'vitest';
import { DEFAULT_PRICE_TERMS, type PriceTerms } from '../catalog/price.ts';
import type { PriceModel, Tier } from '../catalog/price-model.ts';
import { currencyCode } from '../money/currency.ts';
import type { RoundingMode } from '../money/round.ts';
import { dec } from '../testing/factories.ts';
import { compilePrice, numberRater, type RoundingTable } from './compile-price.ts';
import { DEFAULT_RATING_POLICY } from './policy.ts';

const EUR = currencyCode('EUR');
const WIDE = -1n;
const THOUSANDTH = 10n ** 9n;

/** The rating in plain numbers of `(quantity × slope + base) / divisor`; −1 for what big integers have to do. */
function plain(table: Partial<RoundingTable>) {
  return numberRater({ ends: [], slopes: [1n], bases: [0n], divisor: THOUSANDTH, ...table }, () => WIDE);
}

describe('plain numbers rate', () => {
  test('quantities of up to three places, and leave finer ones, larger ones and those below zero', () => {
    const rate = plain({});
    expect(rate?.(0n)).toBe(0n);
    expect(rate?.(THOUSANDTH)).toBe(1n);
    expect(rate?.(123_456n * THOUSANDTH)).toBe(123_456n);
    // 2^64 − 1 is 18,446,744,073 thousandths and something.
    expect(rate?.(18_446_744_073n * THOUSANDTH)).toBe(18_446_744_073n);
    for (const off of [1n, -1n, 2n ** 31n - 7n * THOUSANDTH, 500_000_000n])
      expect(rate?.(123_456n * THOUSANDTH + off)).toBe(WIDE);
    expect(rate?.(2n ** 64n - 1n)).toBe(WIDE);
    // These would be 18,446,744,073 and 5 thousandths if their upper bits were cut.
    expect(rate?.(18_446_744_073n * THOUSANDTH - 2n ** 64n)).toBe(WIDE);
    expect(rate?.(2n ** 64n + 5n * THOUSANDTH)).toBe(WIDE);
    expect(rate?.(2n ** 64n)).toBe(WIDE);
  });

  test('quantities up to where a product could be inexact', () => {
    const steep = plain({ slopes: [2n ** 30n], divisor: THOUSANDTH });
    // 2^52 / 2^30 thousandths.
    expect(steep?.((2n ** 22n - 1n) * THOUSANDTH)).toBe((2n ** 22n - 1n) * 2n ** 30n);
    expect(steep?.(2n ** 22n * THOUSANDTH)).toBe(WIDE);
    const two = plain({ ends: [THOUSANDTH], slopes: [2n ** 30n, 1n], bases: [0n, 0n] });
    expect(two?.(2n ** 22n * THOUSANDTH)).toBe(WIDE);
    expect(two?.((2n ** 22n - 1n) * THOUSANDTH)).toBe(2n ** 22n - 1n);
  });

  test('rounded down, on the line that holds the quantity with its end', () => {
    const rate = plain({
      ends: [10n * THOUSANDTH, 20n * THOUSANDTH],
      slopes: [1n, 0n, 3n],
      bases: [0n, 7n * THOUSANDTH, -5n * THOUSANDTH],
      divisor: 2n * THOUSANDTH,
    });
    const costs = [0, 9, 10, 11, 20, 21, 23].map((units) => rate?.(BigInt(units) * THOUSANDTH));
    // Halves of 0, 9, 10, 7, 7, 58 and 64.
    expect(costs).toEqual([0n, 4n, 5n, 3n, 3n, 29n, 32n]);
  });

  test('no price whose figures are too large or too fine for them', () => {
    const most = 2n ** 52n - 1n;
    expect(plain({ divisor: 1n, slopes: [0n], bases: [most] })?.(0n)).toBe(most);
    expect(plain({ divisor: 1n, slopes: [0n], bases: [most + 1n] })).toBeNull();
    expect(plain({ divisor: 1n, slopes: [0n], bases: [-most - 1n] })).toBeNull();
    expect(plain({ divisor: most + 1n, slopes: [0n], bases: [1n] })).toBeNull();
    expect(plain({ divisor: 1n, slopes: [2n ** 44n] })).toBeNull();
    // What all figures have in common does not count.
    expect(plain({ divisor: 6n * most, slopes: [0n], bases: [9n * most] })?.(0n)).toBe(1n);
    const common = { divisor: 6n * most * THOUSANDTH, slopes: [9n * most], bases: [-9n * most * THOUSANDTH] };
    expect(plain(common)?.(3n * THOUSANDTH)).toBe(3n);
    // Halved, these are 2, −1 and 2^30, so that 2^22 thousandths are too many.
    const shared = { divisor: 4n * THOUSANDTH, slopes: [2n ** 31n], bases: [-2n * THOUSANDTH] };
    expect(plain(shared)?.(2n ** 22n * THOUSANDTH)).toBe(WIDE);
    expect(plain(shared)?.(4n * THOUSANDTH)).toBe(2n ** 31n - 1n);
    expect(plain({ ends: [THOUSANDTH + 1n], slopes: [1n, 1n], bases: [0n, 0n] })).toBeNull();
    expect(plain({ ends: [THOUSANDTH, 2n], slopes: [1n, 1n, 1n], bases: [0n, 0n, 0n] })).toBeNull();
  });
});

describe('a compiled price', () => {
  const tiers: readonly Tier[] = [
    { upTo: dec('100'), unitPrice: dec('0.105'), flatMinor: 0n },
    { upTo: null, unitPrice: dec('0.01'), flatMinor: 25n },
  ];
  const rate = (
    model: PriceModel,
    quantity: string,
    terms: Partial<PriceTerms> = {},
    rounding: RoundingMode = 'half_away_from_zero',
  ) =>
    compilePrice({ model, terms: { ...DEFAULT_PRICE_TERMS, ...terms } }, EUR, {
      ...DEFAULT_RATING_POLICY,
      rounding,
    })?.(dec(quantity));

  test.each([
    ['0', 0n, 0n, 0n],
    ['1', 11n, 11n, 10n],
    ['1.4', 15n, 15n, 14n],
    ['1.001', 11n, 11n, 10n],
    ['1.000000000001', 11n, 11n, 10n],
    ['0.9', 9n, 10n, 9n],
    ['100', 1050n, 1050n, 1050n],
    ['100.000000000001', 1075n, 1076n, 1075n],
    ['101', 1076n, 1076n, 1076n],
    ['-1', 0n, 0n, 0n],
  ] as const)('rounds tiers at %s as the seller says', (quantity, nearest, up, down) => {
    const model: PriceModel = { kind: 'graduated', per: 1n, tiers };
    expect(rate(model, quantity)).toBe(nearest);
    expect(rate(model, quantity, {}, 'up')).toBe(up);
    expect(rate(model, quantity, {}, 'down')).toBe(down);
  });

  test('costs at least its minimum and at most its maximum, the minimum where they cross', () => {
    const model: PriceModel = { kind: 'per_unit', unitPrice: dec('1'), per: 1n };
    const bounds = (minimumMinor: bigint | null, maximumMinor: bigint | null) =>
      ['1', '2', '3', '4'].map((quantity) => rate(model, quantity, { minimumMinor, maximumMinor }));
    expect(bounds(null, null)).toEqual([100n, 200n, 300n, 400n]);
    expect(bounds(200n, null)).toEqual([200n, 200n, 300n, 400n]);
    expect(bounds(null, 300n)).toEqual([100n, 200n, 300n, 300n]);
    expect(bounds(200n, 300n)).toEqual([200n, 200n, 300n, 300n]);
    expect(bounds(350n, 300n)).toEqual([350n, 350n, 350n, 350n]);
  });

  test('begins to cost above what is included', () => {
    const model: PriceModel = { kind: 'per_unit', unitPrice: dec('1'), per: 1n };
    const above = ['4', '5', '5.001', '5.01', '6'].map((quantity) =>
      rate(model, quantity, { includedUnits: dec('5') }, 'up'),
    );
    expect(above).toEqual([0n, 0n, 1n, 1n, 100n]);
  });
});
