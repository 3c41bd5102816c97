import { invalid } from './error.ts';

/** The currencies that PayPal takes, by decimals. The second list has none there, whatever ISO 4217 says. */
const TWO_DECIMALS = new Set(
  'AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD ILS MXN MYR NOK NZD PHP PLN SEK SGD THB USD'.split(' '),
);
const NO_DECIMALS = new Set(['HUF', 'JPY', 'TWD']);

/** An amount as PayPal writes it. */
export interface Money {
  readonly currency_code: string;
  readonly value: string;
}

function decimalsOf(currency: string): number {
  return NO_DECIMALS.has(currency) ? 0 : 2;
}

/** Minor units, signed, as text of whole units. */
export function money(amountMinor: number, currency: string): Money {
  const decimals = decimalsOf(currency);
  const digits = String(Math.abs(amountMinor)).padStart(decimals + 1, '0');
  const cut = digits.length - decimals;
  const value = decimals === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  return { currency_code: currency, value: amountMinor < 0 ? `-${value}` : value };
}

/** Reads an amount above zero. */
export function readMoney(value: unknown, field: string): { currency: string; amountMinor: number } {
  const { currency_code: currency, value: text } = (value ?? {}) as Partial<Record<string, unknown>>;
  if (typeof currency !== 'string' || !(TWO_DECIMALS.has(currency) || NO_DECIMALS.has(currency))) {
    throw invalid(
      `${field}/currency_code`,
      'INVALID_CURRENCY_CODE',
      'Currency code should be a three-character currency code.',
    );
  }
  if (typeof text !== 'string' || !/^\d{1,12}(?:\.\d{1,3})?$/.test(text)) {
    throw invalid(
      `${field}/value`,
      'INVALID_PARAMETER_SYNTAX',
      'The value of a field does not conform to the expected format.',
    );
  }
  const [whole = '', fraction = ''] = text.split('.');
  const decimals = decimalsOf(currency);
  if (fraction.length > decimals) {
    throw invalid(`${field}/value`, 'DECIMAL_PRECISION', 'The currency does not take so many decimals.');
  }
  const amountMinor = Number(whole + fraction.padEnd(decimals, '0'));
  if (amountMinor === 0) {
    throw invalid(`${field}/value`, 'CANNOT_BE_ZERO_OR_NEGATIVE', 'Must be greater than zero.');
  }
  return { currency, amountMinor };
}

/** What the stand-in keeps of a payment: 2.49 % and 0.35. */
export function feeOf(amountMinor: number, currency: string): number {
  const fixed = decimalsOf(currency) === 0 ? 40 : 35;
  return Math.min(amountMinor, Math.round((amountMinor * 249) / 10_000) + fixed);
}
