import type { TransactionRequest, Transactor } from '../../../platform/transaction.ts';
import { lockCustomers } from '../../customers/api.ts';
import { type CounterKey, openCounters } from '../../usage/api.ts';
import { CountersMissing } from '../unit-accounts.ts';

const MAX_OPENINGS = 3;

/** Runs work that needs counters, and makes those that it misses. */
export async function withCounters<T>(
  transactor: Transactor,
  request: TransactionRequest,
  work: () => Promise<T>,
): Promise<T> {
  for (let openings = 0; ; openings += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof CountersMissing) || openings === MAX_OPENINGS) throw error;
      await open(transactor, request, error.keys);
    }
  }
}

function open(
  transactor: Transactor,
  request: TransactionRequest,
  keys: readonly CounterKey[],
): Promise<void> {
  return transactor.command(request, async (ctx) => {
    await lockCustomers(
      ctx,
      keys.map(({ customerId }) => customerId),
    );
    await openCounters(ctx, keys);
  });
}
