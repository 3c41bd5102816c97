import { ok, type Result, refuse } from '../kernel/result.ts';
import { type CurrencyCode, minorDigits } from './currency.ts';
import { isAmountInRange } from './money.ts';

/** Writes minor units as a plain decimal in currency units: 1234 cents are `12.34`, 5 yen are `5`. No grouping, no sign of the currency. */
export function formatMinor(amountMinor: bigint, currency: CurrencyCode): string {
  const digits = minorDigits(currency);
  const negative = amountMinor < 0n;
  const text = (negative ? -amountMinor : amountMinor).toString().padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  const fraction = text.slice(text.length - digits);
  return `${negative ? '-' : ''}${whole}${digits === 0 ? '' : `.${fraction}`}`;
}

/**
 * Reads a plain decimal in currency units as minor units, exactly.
 * Refusals: `amount.malformed` (not a plain decimal, or more places than the currency has), `amount.out_of_range`.
 */
export function parseMinor(text: string, currency: CurrencyCode): Result<bigint> {
  const digits = minorDigits(currency);
  const match = /^(-)?(0|[1-9][0-9]{0,17})(?:\.([0-9]+))?$/.exec(text);
  const fraction = match?.[3] ?? '';
  if (match === null || fraction.length > digits) {
    return refuse(
      'amount.malformed',
      `An amount in ${currency} is a plain decimal with at most ${digits} places.`,
    );
  }
  const magnitude = BigInt(`${match[2]}${fraction.padEnd(digits, '0')}`);
  const amountMinor = match[1] === '-' ? -magnitude : magnitude;
  if (!isAmountInRange(amountMinor))
    return refuse('amount.out_of_range', 'An amount lies within 9e14 minor units.');
  return ok(amountMinor);
}
