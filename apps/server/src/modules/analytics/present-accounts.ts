import type { Instant } from '@billhook/core/time/instant';
import { type Customer, creditIn } from '../customers/api.ts';
import type { StoredSubscription } from '../subscriptions/api.ts';
import { mrrAt } from './recurring.ts';
import type { Receivable } from './repo.ts';

/** What a customer pays, owes, has paid and has as credit in each of its currencies, its first one first. */
export function presentAccounts(
  customer: Customer,
  subscriptions: readonly StoredSubscription[],
  owed: readonly Receivable[],
  now: Instant,
) {
  const others = new Set<string>([
    ...subscriptions.map(({ currency }) => currency),
    ...owed.map(({ currency }) => currency),
    ...[...customer.creditBalances].flatMap(([currency, minor]) => (minor > 0n ? [currency] : [])),
  ]);
  others.delete(customer.currency);
  const [first, ...rest] = [customer.currency, ...[...others].sort()].map((currency) => {
    const own = owed.find((receivable) => receivable.currency === currency);
    const running = subscriptions.filter((subscription) => subscription.currency === currency);
    return {
      currency,
      mrr: `${mrrAt(running, now)}`,
      open_amount: `${own?.openMinor ?? 0n}`,
      open_invoices: own?.openInvoices ?? 0,
      lifetime_paid: `${own?.paidMinor ?? 0n}`,
      credit_balance: `${creditIn(customer, currency)}`,
    };
  });
  return { first: first as NonNullable<typeof first>, rest };
}
