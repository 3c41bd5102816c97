import { invariant } from '../kernel/invariant.ts';
import type { CurrencyCode } from './currency.ts';

/** An amount in whole minor units (cents, yen, fils) of one currency. */
export interface Money {
  readonly currency: CurrencyCode;
  readonly minor: bigint;
}

/** Amounts stay within ±9·10^14 minor units, so that sums of many fit a PostgreSQL `bigint` and JavaScript's safe integers. */
export const MAX_AMOUNT_MINOR = 900_000_000_000_000n;

export function isAmountInRange(amountMinor: bigint): boolean {
  return amountMinor <= MAX_AMOUNT_MINOR && amountMinor >= -MAX_AMOUNT_MINOR;
}

/** @throws InvariantError beyond ±9·10^14 minor units */
export function money(currency: CurrencyCode, minor: bigint): Money {
  invariant(isAmountInRange(minor), 'An amount lies within 9e14 minor units.');
  return { currency, minor };
}

/** @throws InvariantError if the currencies differ */
export function addMoney(left: Money, right: Money): Money {
  invariant(left.currency === right.currency, 'Amounts of different currencies cannot be added.');
  return money(left.currency, left.minor + right.minor);
}
