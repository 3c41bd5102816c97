import { isCurrencyCode, minorDigits } from '@billhook/core/money/currency';
import { ProviderFault } from '../../modules/payments/provider.ts';
import { type Members, members, text } from './read.ts';

/** The currencies that PayPal takes; of the second list whole units only, whatever ISO 4217 says. */
const TAKEN = new Set(
  'AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF ILS JPY MXN MYR NOK NZD PHP PLN SEK SGD THB TWD USD'.split(
    ' ',
  ),
);
const WHOLE_ONLY = new Set(['HUF', 'JPY', 'TWD']);

/**
 * An amount as PayPal wants it.
 *
 * @throws ProviderFault for a currency or an amount that PayPal cannot take
 */
export function moneyOf(amountMinor: bigint, currency: string): { currency_code: string; value: string } {
  if (!TAKEN.has(currency) || !isCurrencyCode(currency)) {
    throw new ProviderFault('refused', 'currency_not_supported', `PayPal does not take ${currency}.`);
  }
  const digits = minorDigits(currency);
  const unit = 10n ** BigInt(digits);
  const whole = `${amountMinor / unit}`;
  const rest = amountMinor % unit;
  if (WHOLE_ONLY.has(currency)) {
    if (rest === 0n) return { currency_code: currency, value: whole };
    throw new ProviderFault('refused', 'amount_not_whole', `PayPal takes whole ${currency} only.`);
  }
  return { currency_code: currency, value: `${whole}.${`${rest}`.padStart(digits, '0')}` };
}

export type Amount = { amountMinor: bigint; currency: string };

const VALUE = /^(-?)(\d{1,15})(?:\.(\d{1,3}))?$/;

/** Reads an amount, signed; null for what is none. */
export function amountOf(value: unknown): Amount | null {
  const { currency_code: code, value: written }: Members = members(value);
  const currency = text(code);
  const parts = VALUE.exec(text(written) ?? '');
  if (currency === null || !isCurrencyCode(currency) || parts === null) return null;
  const digits = minorDigits(currency);
  const fraction = (parts[3] ?? '').padEnd(digits, '0');
  // More decimals than the currency has can only be zeros.
  if (/[1-9]/.test(fraction.slice(digits))) return null;
  const amountMinor = BigInt(`${parts[2]}${fraction.slice(0, digits)}`);
  return { amountMinor: parts[1] === '-' ? -amountMinor : amountMinor, currency };
}

/** @throws ProviderFault for an answer without the amount that belongs there */
export function needAmount(value: unknown): Amount {
  const amount = amountOf(value);
  if (amount === null) throw unreadable('an amount');
  return amount;
}

/** An answer that says less than it must: whether the call was carried out is open. */
export function unreadable(what: string): ProviderFault {
  return new ProviderFault('unknown', 'unreadable', `PayPal's answer lacks ${what}.`);
}
