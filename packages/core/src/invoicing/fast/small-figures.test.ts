import { describe, expect, test } from 'vitest';
import type { RoundingMode } from '../../money/round.ts';
import { giveToLargest, roundedQuotient, roundedShare, SMALL_BELOW, smallFraction } from './small-figures.ts';

const LARGEST = 2 ** 51 - 1;

describe('a fraction in plain numbers', () => {
  test('is in lowest terms', () => {
    expect(smallFraction(19n, 100n)).toEqual({ numerator: 19, denominator: 100 });
    expect(smallFraction(-1500n, 1000n)).toEqual({ numerator: -3, denominator: 2 });
    expect(smallFraction(0n, 7n)).toEqual({ numerator: 0, denominator: 1 });
  });

  test('is not made of figures that plain numbers could not add a half to', () => {
    expect(SMALL_BELOW).toBe(2_251_799_813_685_248);
    expect(smallFraction(BigInt(LARGEST), 1n)).toEqual({ numerator: LARGEST, denominator: 1 });
    expect(smallFraction(-BigInt(LARGEST), 1n)).toEqual({ numerator: -LARGEST, denominator: 1 });
    expect(smallFraction(1n, BigInt(LARGEST))).toEqual({ numerator: 1, denominator: LARGEST });
    expect(smallFraction(2n ** 51n, 1n)).toBeNull();
    expect(smallFraction(-(2n ** 51n), 1n)).toBeNull();
    expect(smallFraction(1n, 2n ** 51n)).toBeNull();
  });
});

describe('a quotient is rounded by every mode as an amount of money is', () => {
  const MODES: readonly RoundingMode[] = ['half_away_from_zero', 'half_even', 'up', 'down'];
  test.each([
    [6, 3, [2, 2, 2, 2]],
    [7, 3, [2, 2, 3, 2]],
    [8, 3, [3, 3, 3, 2]],
    [1, 2, [1, 0, 1, 0]],
    [3, 2, [2, 2, 2, 1]],
    [5, 2, [3, 2, 3, 2]],
    [5, 4, [1, 1, 2, 1]],
    [11, 4, [3, 3, 3, 2]],
    [0, 5, [0, 0, 0, 0]],
    [1, 3, [0, 0, 1, 0]],
    [LARGEST, 2, [2 ** 50, 2 ** 50, 2 ** 50, 2 ** 50 - 1]],
  ] as const)('%i / %i', (numerator, denominator, rounded) => {
    for (const [at, mode] of MODES.entries()) {
      const expected = rounded[at] as number;
      expect(roundedQuotient(numerator, denominator, mode)).toBe(expected);
      // What is taken back is rounded as what was charged, and nothing is 0, never −0.
      expect(roundedQuotient(0 - numerator, denominator, mode)).toBe(0 - expected);
    }
  });
});

describe('a part of an amount by time', () => {
  const DAY = 86_400_000;
  const share = (numerator: number, denominator: number, partMs: number, wholeMs: number) =>
    roundedShare({ numerator, denominator }, partMs, wholeMs, 'half_away_from_zero');

  test('is the amount times the part, rounded once', () => {
    expect(share(3100, 1, 15 * DAY, 31 * DAY)).toBe(1500);
    expect(share(1, 2, 1, 1)).toBe(1);
    expect(share(100, 3, 7, 10)).toBe(23);
    expect(share(100, 1, 1500, 4000)).toBe(38);
    expect(share(100, 1, 2000, 4500)).toBe(44);
    expect(share(100, 1, 0, DAY)).toBe(0);
  });

  test('is counted in seconds where both are whole ones, so that larger amounts are computed in plain numbers', () => {
    const most = 2 ** 51 - 1;
    expect(share(most, 1, 1000, 2000)).toBe(2 ** 50);
    expect(share(most + 1, 1, 1000, 2000)).toBeNull();
    expect(share(1, most, 1000, 1000)).toBe(0);
    expect(share(1, most + 1, 1000, 1000)).toBeNull();
    // In milliseconds the same is a thousand times as much, and a thousand times too large.
    for (const [partMs, wholeMs] of [
      [3001, 4000],
      [3000, 4001],
      [3001, 4001],
    ] as const) {
      expect(share(2 ** 41, 1, partMs, wholeMs)).toBeNull();
      expect(share(1, 2 ** 41, partMs, wholeMs)).toBeNull();
    }
    expect(share(2 ** 40, 1, 1001, 2002)).toBe(2 ** 39);
  });
});

describe('what is missing of a split goes to the largest remainders', () => {
  function split(remainders: readonly number[], missing: number, bound: number, order?: readonly number[]) {
    const count = remainders.length;
    const parts = new Float64Array(count);
    const places = Int32Array.from(order ?? remainders.keys());
    const isDone = giveToLargest(parts, Float64Array.from(remainders), places, places.length, missing, bound);
    return isDone ? [...parts] : null;
  }

  test('one unit each, ties to the earlier part', () => {
    expect(split([1, 3, 2, 3], 1, 4)).toEqual([0, 1, 0, 0]);
    expect(split([1, 3, 2, 3], 2, 4)).toEqual([0, 1, 0, 1]);
    expect(split([1, 3, 2, 3], 3, 4)).toEqual([0, 1, 1, 1]);
    expect(split([1, 3, 2, 3], 0, 4)).toEqual([0, 0, 0, 0]);
  });

  test('only to the parts that are named, in the order in which they are named', () => {
    expect(split([9, 0, 9, 0], 1, 10, [3, 1])).toEqual([0, 0, 0, 1]);
    expect(split([9, 1, 9, 2], 2, 10, [1, 3])).toEqual([0, 1, 0, 1]);
  });

  test('many parts are served as few are', () => {
    for (const count of [16, 17, 40, 700]) {
      const remainders = Array.from({ length: count }, (_, at) => (at * 7) % 5);
      // The remainder 4 stands at 2, 7, 12 …, the remainder 3 at 4, 9, 14 …
      const fours = remainders.filter((rest) => rest === 4).length;
      const expected = remainders.map((rest, at) => (rest === 4 || (rest === 3 && at === 4) ? 1 : 0));
      expect(split(remainders, fours + 1, 5)).toEqual(expected);
      expect(split(remainders, 0, 5)).toEqual(remainders.map(() => 0));
      const backwards = [...remainders.keys()].reverse();
      const last = remainders.lastIndexOf(4);
      expect(split(remainders, 1, 5, backwards)).toEqual(remainders.map((_, at) => (at === last ? 1 : 0)));
    }
  });

  test('many parts with remainders too large to be put in order are left to exact fractions', () => {
    const remainders = Array.from({ length: 32 }, (_, at) => at);
    expect(split(remainders, 1, 2 ** 46)).toBeNull();
    expect(split(remainders, 1, 2 ** 46 - 1)?.indexOf(1)).toBe(31);
    // Nothing is missing, so that nothing is put in order.
    expect(split(remainders, 0, 2 ** 46)).toEqual(remainders.map(() => 0));
    // Few parts are searched, whatever their remainders.
    expect(split([1, LARGEST], 1, SMALL_BELOW)).toEqual([0, 1]);
  });
});
