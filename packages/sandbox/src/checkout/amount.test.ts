import { expect, it } from 'vitest';
import { formatAmount } from './amount.ts';

it.each([
  [2_900, 'eur', '€29.00'],
  [5, 'usd', '$0.05'],
  [500, 'jpy', '¥500'],
  [99_999_999, 'gbp', '£999,999.99'],
])('shows %i %s as %s, with the decimals of the currency', (amount, currency, text) => {
  expect(formatAmount(amount, currency)).toBe(text);
});
