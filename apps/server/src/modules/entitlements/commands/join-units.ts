import { createJoiner, type Joiner } from '../../../platform/joiner.ts';
import { Refusal } from '../../../platform/refuse.ts';
import { OutcomeUnknown, type TransactionRequest, type Transactor } from '../../../platform/transaction.ts';
import { lockCustomers } from '../../customers/api.ts';
import { type CounterKey, openCounters } from '../../usage/api.ts';
import { CountersMissing } from '../unit-accounts.ts';
import { takeUnits, type UnitsAnswer, type UnitsAsked } from './take-units.ts';

const MAX_TOGETHER = 500;
const MAX_OPENINGS = 3;

/** Takes units; a refusal on purpose is thrown. */
export type TakeUnits = (request: TransactionRequest, asked: UnitsAsked) => Promise<UnitsAnswer>;

type Item = { request: TransactionRequest; asked: UnitsAsked };

/**
 * Requests of one tenant that arrive at the same time are decided one after the other in one transaction. A window that
 * nobody took units of before gets its counter first, in a transaction of its own.
 */
export function joinUnits(transactor: Transactor): TakeUnits {
  const byTenant = new Map<number, Joiner<Item, UnitsAnswer | Refusal>>();

  function joinerOf(tenantId: number): Joiner<Item, UnitsAnswer | Refusal> {
    const known = byTenant.get(tenantId);
    if (known !== undefined) return known;
    const made = createJoiner<Item, UnitsAnswer | Refusal>({
      run: (items) => commit(transactor, items),
      maxWeight: MAX_TOGETHER,
      lanes: 1,
      mayStand: (error) => error instanceof OutcomeUnknown,
    });
    byTenant.set(tenantId, made);
    return made;
  }

  return async (request, asked) => {
    const answer = await joinerOf(request.tenantId).ask({ request, asked });
    if (answer instanceof Refusal) throw answer;
    return answer;
  };
}

async function commit(transactor: Transactor, items: readonly Item[]): Promise<(UnitsAnswer | Refusal)[]> {
  const [first] = items;
  if (first === undefined) return [];
  const asked = items.map((item) => item.asked);
  return withCounters(transactor, first.request, () =>
    transactor.command(first.request, (ctx) => takeUnits(ctx, asked)),
  );
}

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
