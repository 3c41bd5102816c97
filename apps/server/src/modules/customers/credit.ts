import type { Customer } from './types.ts';

/** The customer's credit in one currency. It pays nothing in another: amounts are never converted. */
export function creditIn({ creditBalances }: Pick<Customer, 'creditBalances'>, currency: string): bigint {
  return creditBalances.get(currency) ?? 0n;
}
