import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  currencyDecimals,
  decimalsOf,
  formatBytes,
  formatMoney,
  formatPercent,
  formatQuantity,
  MINUS,
  minorToDecimal,
  parseMoney,
} from '../src/format.ts';

test('an amount has as many decimals as its currency', () => {
  expect(formatMoney('1500', 'JPY', 'en').full).toBe('1,500\u00a0JPY');
  expect(formatMoney('1240', 'EUR', 'en').full).toBe('12.40\u00a0EUR');
  expect(formatMoney('12345', 'KWD', 'en').full).toBe('12.345\u00a0KWD');
  expect(formatMoney('5', 'EUR', 'en').number).toBe('0.05');
});

test('a negative amount has a true minus sign, and minus zero does not exist', () => {
  expect(formatMoney('-1240', 'EUR', 'en').number).toBe(`${MINUS}12.40`);
  expect(formatMoney('-0', 'EUR', 'en')).toMatchObject({ number: '0.00', negative: false });
});

test('a movement above zero shows its plus, zero shows no sign', () => {
  expect(formatMoney('1240', 'EUR', 'en', { plus: true }).number).toBe('+12.40');
  expect(formatMoney('0', 'EUR', 'en', { plus: true }).number).toBe('0.00');
  expect(formatMoney('-5', 'EUR', 'en', { plus: true }).number).toBe(`${MINUS}0.05`);
});

test('an amount beyond the exact range of floats keeps every digit', () => {
  expect(formatMoney('900719925474099312345', 'EUR', 'en').number).toBe('9,007,199,254,740,993,123.45');
});

test('separators follow the locale', () => {
  expect(formatMoney('123456789', 'EUR', 'de').number).toBe('1.234.567,89');
  expect(formatMoney('123456789', 'EUR', 'fr').number.replace(/\s/g, ' ')).toBe('1 234 567,89');
});

test('an amount that is no integer is refused and never guessed', () => {
  for (const bad of ['12.40', '', '1e5', ' 1', '--1', 'NaN']) {
    expect(() => formatMoney(bad, 'EUR', 'en')).toThrow(RangeError);
  }
});

test('minor units to decimal text and back is the same amount, for any amount and locale', () => {
  const amounts = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }).map(String);
  const currencies = fc.constantFrom('EUR', 'JPY', 'KWD');
  const locales = fc.constantFrom('en', 'de', 'fr', 'de-CH', 'ja');
  fc.assert(
    fc.property(amounts, currencies, locales, (amountMinor, currency, locale) => {
      const text = formatMoney(amountMinor, currency, locale).number;
      expect(parseMoney(text, currency, locale)).toEqual({ amountMinor });
    }),
  );
});

test('minorToDecimal pads small amounts and drops leading zeros', () => {
  expect(minorToDecimal('7', 3)).toBe('0.007');
  expect(minorToDecimal('-7', 2)).toBe('-0.07');
  expect(minorToDecimal('0042', 0)).toBe('42');
});

test('a typed amount says what is wrong with it', () => {
  expect(parseMoney('', 'EUR', 'en')).toEqual({ fault: 'empty' });
  expect(parseMoney('twelve', 'EUR', 'en')).toEqual({ fault: 'not_a_number' });
  expect(parseMoney('12.345', 'EUR', 'en')).toEqual({ fault: 'too_many_decimals' });
  expect(parseMoney('12.5', 'JPY', 'en')).toEqual({ fault: 'too_many_decimals' });
  expect(parseMoney('12,5', 'EUR', 'de')).toEqual({ amountMinor: '1250' });
  expect(parseMoney('-0', 'EUR', 'en')).toEqual({ amountMinor: '0' });
});

test('a quantity keeps all its decimals unless told otherwise', () => {
  expect(formatQuantity('2747282740.000000000001', 'en')).toBe('2,747,282,740.000000000001');
  expect(formatQuantity('-3', 'en')).toBe(`${MINUS}3`);
  expect(() => formatQuantity('3 apples', 'en')).toThrow(RangeError);
});

test('quantities of one column have as many decimals as the finest of them', () => {
  const column = ['237.75', '1000', '-12.5', '4.100'];
  const minimumFractionDigits = decimalsOf(column);
  expect(column.map((value) => formatQuantity(value, 'en', { minimumFractionDigits }))).toEqual([
    '237.75',
    '1,000.00',
    `${MINUS}12.50`,
    '4.10',
  ]);
  expect(decimalsOf([])).toBe(0);
});

test('bytes are shown in binary units and never rounded up', () => {
  expect(formatBytes('0', 'en')).toBe('0\u00a0B');
  expect(formatBytes('1023', 'en')).toBe('1,023\u00a0B');
  expect(formatBytes('1048576', 'en')).toBe('1\u00a0MiB');
  expect(formatBytes('2747282740', 'en')).toBe('2.55\u00a0GiB');
  expect(formatBytes('1073741823', 'en')).toBe('1,023.99\u00a0MiB');
});

test('a share is a percentage with a true minus sign', () => {
  expect(formatPercent(0.0312, 'en')).toBe('3.1%');
  expect(formatPercent(-0.5, 'en', { plus: true })).toBe(`${MINUS}50%`);
  expect(formatPercent(0.05, 'en', { plus: true })).toBe('+5%');
});

test('decimals of currencies come from ISO 4217', () => {
  expect(['JPY', 'EUR', 'KWD'].map(currencyDecimals)).toEqual([0, 2, 3]);
});
