import { describe, expect, test } from 'vitest';
import { unwrap } from '../testing/factories.ts';
import { A_BUG, codeOf } from '../testing/said.ts';
import {
  addRational,
  compareRational,
  formatRational,
  largerRational,
  multiplyRational,
  negateRational,
  parseRational,
  rational,
  reduceRational,
  smallerRational,
  subtractRational,
} from './rational.ts';

const half = rational(1n, 2n);
const third = rational(1n, 3n);

describe('sums of fractions', () => {
  const sums: [string, string, string][] = [
    ['1/3', '1/3', '2/3'],
    ['1/3', '-1/3', '0'],
    ['0', '-2/7', '-2/7'],
    ['5/9', '0', '5/9'],
    ['1/6', '1/2', '2/3'],
    ['1/2', '1/6', '2/3'],
    ['1/4', '1/6', '5/12'],
    ['-1/4', '1/6', '-1/12'],
    ['2', '1/5', '11/5'],
  ];
  test.each(sums)('%s and %s make %s', (left, right, sum) => {
    const total = addRational(unwrap(parseRational(left)), unwrap(parseRational(right)));
    expect(formatRational(total)).toBe(sum);
    expect(total.denominator > 0n).toBe(true);
  });

  test('a sum over one denominator, or over a multiple of it, does not grow the denominator', () => {
    expect(addRational(rational(2n, 30n), rational(3n, 30n))).toEqual({ numerator: 5n, denominator: 30n });
    expect(addRational(rational(1n, 30n), rational(1n, 10n))).toEqual({ numerator: 4n, denominator: 30n });
    expect(addRational(rational(1n, 10n), rational(1n, 30n))).toEqual({ numerator: 4n, denominator: 30n });
    expect(addRational(rational(0n, 7n), rational(2n, 4n))).toEqual({ numerator: 2n, denominator: 4n });
    expect(addRational(rational(2n, 4n), rational(0n, 7n))).toEqual({ numerator: 2n, denominator: 4n });
    expect(addRational(rational(1n, 4n), rational(1n, 12n))).toEqual({ numerator: 4n, denominator: 12n });
    expect(addRational(rational(3n, 4n), rational(1n, 6n))).toEqual({ numerator: 11n, denominator: 12n });
    expect(addRational(rational(1n, 6n), rational(1n, 10n))).toEqual({ numerator: 4n, denominator: 15n });
  });

  test('a difference is the sum with the opposite', () => {
    expect(formatRational(subtractRational(half, third))).toBe('1/6');
    expect(formatRational(subtractRational(third, half))).toBe('-1/6');
    expect(negateRational(rational(-3n, 4n))).toEqual({ numerator: 3n, denominator: 4n });
  });
});

describe('order of fractions', () => {
  test('fractions compare by value, whatever their denominators', () => {
    expect(compareRational(third, half)).toBe(-1);
    expect(compareRational(half, third)).toBe(1);
    expect(compareRational(half, rational(2n, 4n))).toBe(0);
    expect(compareRational(rational(1n, 5n), rational(2n, 5n))).toBe(-1);
    expect(compareRational(rational(2n, 5n), rational(1n, 5n))).toBe(1);
    expect(compareRational(rational(2n, 5n), rational(2n, 5n))).toBe(0);
    expect(compareRational(rational(-1n, 2n), rational(-1n, 3n))).toBe(-1);
    expect(compareRational(rational(7n, 2n), rational(10n, 3n))).toBe(1);
  });

  test('the smaller and the larger of two; of equal ones the first as it was written', () => {
    expect(smallerRational(third, half)).toBe(third);
    expect(smallerRational(half, third)).toBe(third);
    expect(largerRational(third, half)).toBe(half);
    expect(largerRational(half, third)).toBe(half);
    const same = rational(2n, 4n);
    expect(smallerRational(same, half)).toBe(same);
    expect(largerRational(same, half)).toBe(same);
  });
});

test('a product multiplies above and below the line', () => {
  expect(multiplyRational(rational(-2n, 3n), rational(5n, 7n))).toEqual({
    numerator: -10n,
    denominator: 21n,
  });
});

test('lowest terms keep sign and value', () => {
  expect(reduceRational(rational(-6n, 4n))).toEqual({ numerator: -3n, denominator: 2n });
  expect(reduceRational(rational(0n, 9n))).toEqual({ numerator: 0n, denominator: 1n });
  const lowest = rational(3n, 4n);
  expect(reduceRational(lowest)).toBe(lowest);
});

describe('fractions as text', () => {
  test.each(['0', '3', '-3', '3/4', '-10/21', '120/7', '1/99'])('%s reads and writes as itself', (text) => {
    expect(formatRational(unwrap(parseRational(text)))).toBe(text);
  });

  test.each([
    '',
    '-',
    '1/0',
    '01',
    '1/02',
    '3/',
    '/3',
    ' 3',
    '3 ',
    'x3',
    '3x',
    '3/4x',
    '+3',
    '1.5',
    '--3',
    '1/-2',
    '1/x',
  ])('%o is refused', (text) => {
    expect(codeOf(parseRational(text))).toBe('rational.malformed');
  });

  test('two hundred digits are read, one more is refused', () => {
    const long = '9'.repeat(200);
    expect(unwrap(parseRational(`${long}/${long}`))).toEqual({
      numerator: BigInt(long),
      denominator: BigInt(long),
    });
    expect(codeOf(parseRational(`${long}9`))).toBe('rational.malformed');
    expect(codeOf(parseRational(`1/${long}9`))).toBe('rational.malformed');
  });
});

test('a fraction over zero is a bug', () => {
  expect(() => rational(1n, 0n)).toThrow(A_BUG);
});
