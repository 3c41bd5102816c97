import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import fixture from '../../fixtures/invoices.json' with { type: 'json' };
import { dec, EUR, unwrap } from '../testing/factories.ts';
import { A_BUG, codeOf } from '../testing/said.ts';
import { allocate, spreadRounding } from './allocate.ts';
import {
  CURRENCY_CODES,
  type CurrencyCode,
  currencyCode,
  minorDigits,
  minorUnitsPerMajor,
  parseCurrency,
} from './currency.ts';
import { formatMinor, parseMinor } from './format.ts';
import { addMoney, isAmountInRange, MAX_AMOUNT_MINOR, money } from './money.ts';
import { addRational, formatRational, rational } from './rational.ts';
import { ROUNDING_MODES, type RoundingMode, roundRational } from './round.ts';

const amounts = fc.bigInt({ min: -MAX_AMOUNT_MINOR, max: MAX_AMOUNT_MINOR });
const rationals = fc
  .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.bigInt({ min: 1n, max: 10n ** 12n }))
  .map(([numerator, denominator]) => rational(numerator, denominator));

describe('splitting', () => {
  test('I05 the parts of a split always add up to the whole, and repeat exactly', () => {
    const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(amounts, weights, (amount, shares) => {
        const parts = allocate(amount, shares);
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(amount);
        expect(allocate(-amount, shares)).toEqual(parts.map((part) => -part));
      }),
    );
  });

  test('I05 rounding spread over exact parts keeps the rounded total and moves no part by a unit or more', () => {
    fc.assert(
      fc.property(fc.array(rationals, { minLength: 1, maxLength: 12 }), (exacts) => {
        const total = roundRational(exacts.reduce(addRational), 'half_away_from_zero');
        const parts = spreadRounding(total, exacts);
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(total);
        for (const [index, part] of parts.entries()) {
          const exact = exacts[index] as (typeof exacts)[number];
          const difference = part * exact.denominator - exact.numerator;
          expect(difference < exact.denominator && difference > -exact.denominator).toBe(true);
        }
      }),
    );
  });

  const splits = fixture.cases.filter(({ policy }) => policy?.allocation === 'largest_remainder');
  test.each(splits)('I05 splits as in $id', (entry) => {
    const parts = allocate(
      BigInt(entry.expected.discount_total ?? 0),
      (entry.lines ?? []).map((line) => BigInt(line.net)),
    );
    expect(parts).toEqual((entry.expected.line_discounts ?? []).map(BigInt));
  });

  test('ties go to the earlier part, and a split over nothing is a bug', () => {
    expect(allocate(1n, [1n, 1n])).toEqual([1n, 0n]);
    expect(allocate(5n, [0n, 0n])).toEqual([3n, 2n]);
    expect(() => allocate(1n, [])).toThrow(A_BUG);
    expect(() => allocate(1n, [-1n])).toThrow(A_BUG);
    expect(() => allocate(1n, [2n, -1n])).toThrow(A_BUG);
    expect(() => spreadRounding(5n, [rational(1n, 2n)])).toThrow(A_BUG);
    expect(() => spreadRounding(-1n, [rational(1n, 2n)])).toThrow(A_BUG);
  });

  test('units left over go to the largest remainders, and among equal ones to the first', () => {
    // Exact shares 2.2, 4.4, 4.4 of 11, and 1.43, 2.86, 5.71 of 10.
    expect(allocate(11n, [1n, 2n, 2n])).toEqual([2n, 5n, 4n]);
    expect(allocate(10n, [1n, 2n, 4n])).toEqual([1n, 3n, 6n]);
    expect(allocate(10n, [4n, 2n, 1n])).toEqual([6n, 3n, 1n]);
    expect(allocate(2n, [1n, 1n, 1n, 1n])).toEqual([1n, 1n, 0n, 0n]);
    expect(allocate(-2n, [1n, 1n, 1n])).toEqual([-1n, -1n, 0n]);
    expect(allocate(0n, [3n, 1n])).toEqual([0n, 0n]);
  });

  test('rounding goes up first where most was cut off, and among equal fractions in the first part', () => {
    const parts = [rational(1n, 4n), rational(3n, 4n), rational(1n, 2n)];
    expect(spreadRounding(2n, parts)).toEqual([0n, 1n, 1n]);
    expect(spreadRounding(1n, parts)).toEqual([0n, 1n, 0n]);
    expect(spreadRounding(1n, [rational(1n, 3n), rational(2n, 5n), rational(4n, 15n)])).toEqual([0n, 1n, 0n]);
    expect(spreadRounding(1n, [rational(2n, 4n), rational(1n, 2n)])).toEqual([1n, 0n]);
    expect(spreadRounding(1n, [rational(1n, 2n), rational(2n, 4n)])).toEqual([1n, 0n]);
    expect(spreadRounding(2n, [rational(2n, 1n), rational(0n, 3n)])).toEqual([2n, 0n]);
    expect(spreadRounding(-3n, [rational(-3n, 2n), rational(-3n, 2n)])).toEqual([-1n, -2n]);
    expect(spreadRounding(-2n, [rational(-2n, 1n)])).toEqual([-2n]);
    expect(spreadRounding(-2n, [rational(-5n, 4n), rational(-3n, 4n)])).toEqual([-1n, -1n]);
  });
});

describe('rounding', () => {
  const table: [string, RoundingMode, bigint][] = [
    ['0.5', 'half_away_from_zero', 1n],
    ['-0.5', 'half_away_from_zero', -1n],
    ['1.005', 'half_away_from_zero', 1n],
    ['2.5', 'half_even', 2n],
    ['3.5', 'half_even', 4n],
    ['-2.5', 'half_even', -2n],
    ['2.500000000001', 'half_even', 3n],
    ['2.1', 'up', 3n],
    ['-2.1', 'up', -3n],
    ['2.9', 'down', 2n],
    ['-2.9', 'down', -2n],
    ['2', 'up', 2n],
    ['3', 'half_even', 3n],
    ['3.25', 'half_even', 3n],
    ['0.499999999999', 'half_away_from_zero', 0n],
    ['-0.000000000001', 'up', -1n],
    ['0', 'up', 0n],
  ];
  test.each(table)('%s rounds %s to %s', (text, mode, expected) => {
    expect(roundRational(rational(dec(text), 10n ** 12n), mode)).toBe(expected);
  });

  test('a way of rounding that nobody knows is a bug', () => {
    expect(() => roundRational(rational(1n, 2n), 'nearest' as RoundingMode)).toThrow(A_BUG);
  });

  test('a credit rounds to exactly what its charge rounded to', () => {
    fc.assert(
      fc.property(rationals, fc.constantFrom(...ROUNDING_MODES), (value, mode) => {
        const opposite = rational(-value.numerator, value.denominator);
        expect(roundRational(opposite, mode)).toBe(-roundRational(value, mode));
      }),
    );
  });

  test.each(fixture.cases.filter((entry) => entry.kind === 'rounding'))('rounds as in $id', (entry) => {
    const currency = currencyCode(entry.currency ?? '');
    expect(minorDigits(currency)).toBe(entry.currency_decimals);
    const exact = rational(dec(String(entry.amount)) * 10n ** BigInt(minorDigits(currency)), 10n ** 12n);
    expect(roundRational(exact, 'half_away_from_zero')).toBe(BigInt(entry.expected.minor ?? -1));
  });

  test('a fraction is written in lowest terms and never over zero', () => {
    expect(formatRational(rational(6n, -4n))).toBe('-3/2');
    expect(formatRational(rational(8n, 4n))).toBe('2');
    expect(formatRational(addRational(rational(1n, 3n), rational(1n, 6n)))).toBe('1/2');
    expect(() => rational(1n, 0n)).toThrow(A_BUG);
  });
});

describe('amounts', () => {
  test('I55 amounts beyond 9e14 minor units are refused at every door', () => {
    expect(isAmountInRange(MAX_AMOUNT_MINOR)).toBe(true);
    expect(isAmountInRange(-MAX_AMOUNT_MINOR)).toBe(true);
    expect(isAmountInRange(MAX_AMOUNT_MINOR + 1n)).toBe(false);
    expect(isAmountInRange(-MAX_AMOUNT_MINOR - 1n)).toBe(false);
    expect(() => money(EUR, MAX_AMOUNT_MINOR + 1n)).toThrow(A_BUG);
    expect(codeOf(parseMinor('9000000000000.01', EUR))).toBe('amount.out_of_range');
  });

  test('minor units read and write in every currency', () => {
    fc.assert(
      fc.property(amounts, fc.constantFrom(...CURRENCY_CODES), (amount, currency) => {
        expect(unwrap(parseMinor(formatMinor(amount, currency), currency))).toBe(amount);
      }),
    );
    expect(formatMinor(-5n, EUR)).toBe('-0.05');
    expect(formatMinor(0n, EUR)).toBe('0.00');
    expect(formatMinor(120n, EUR)).toBe('1.20');
    expect(unwrap(parseMinor('1.2', EUR))).toBe(120n);
    expect(unwrap(parseMinor('-7', EUR))).toBe(-700n);
    expect(formatMinor(5n, currencyCode('JPY'))).toBe('5');
    expect(formatMinor(1234n, currencyCode('KWD'))).toBe('1.234');
    expect(codeOf(parseMinor('1.005', EUR))).toBe('amount.malformed');
    expect(codeOf(parseMinor('1e3', EUR))).toBe('amount.malformed');
  });

  test('amounts of different currencies do not add', () => {
    expect(addMoney(money(EUR, 1n), money(EUR, 2n)).minor).toBe(3n);
    expect(() => addMoney(money(EUR, 1n), money(currencyCode('USD'), 2n))).toThrow(A_BUG);
  });

  test('currencies are active ISO codes in capital letters', () => {
    expect(CURRENCY_CODES.length).toBeGreaterThan(150);
    expect(new Set(CURRENCY_CODES).size).toBe(CURRENCY_CODES.length);
    // VED is active in ISO 4217, but the tables of this runtime do not list it.
    const known = new Set([...Intl.supportedValuesOf('currency'), 'VED']);
    expect(CURRENCY_CODES.filter((code) => !known.has(code))).toEqual([]);
    for (const text of ['eur', 'XXX', 'EURO', ''])
      expect(codeOf(parseCurrency(text))).toBe('currency.unknown');
    expect(unwrap(parseCurrency('EUR'))).toBe(EUR);
    expect(() => currencyCode('???')).toThrow(A_BUG);
    expect(() => minorDigits('???' as CurrencyCode)).toThrow(A_BUG);
  });

  test('a currency unit has as many minor units as its decimal places say', () => {
    expect(minorUnitsPerMajor(currencyCode('JPY'))).toBe(1n);
    expect(minorUnitsPerMajor(EUR)).toBe(100n);
    expect(minorUnitsPerMajor(currencyCode('KWD'))).toBe(1000n);
  });
});
