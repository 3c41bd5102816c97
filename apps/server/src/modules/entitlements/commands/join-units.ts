import { createJoiner, type Joiner } from '../../../platform/joiner.ts';
import { Refusal } from '../../../platform/refuse.ts';
import { OutcomeUnknown, type TransactionRequest, type Transactor } from '../../../platform/transaction.ts';
import { rememberedWords } from '../../catalog/api.ts';
import { lockCustomers } from '../../customers/api.ts';
import { standingKeys } from '../../identity/api.ts';
import { type CounterKey, openCounters } from '../../usage/api.ts';
import { CountersMissing } from '../unit-accounts.ts';
import type { UnitsAsked } from './find-units.ts';
import { RepeatSuspected, type RepeatWatch, watchRepeats } from './repeated-units.ts';
import { takeUnits, type UnitsAnswer } from './take-units.ts';

const MAX_TOGETHER = 500;
const MAX_OPENINGS = 3;

/** Takes units; a refusal on purpose is thrown. */
export type TakeUnits = (request: UnitsRequest, asked: UnitsAsked) => Promise<UnitsAnswer>;

/** `isKeyRecalled`: whether the actor's key still stands is seen in the transaction. */
export type UnitsRequest = TransactionRequest & { isKeyRecalled?: boolean };

type Item = { request: UnitsRequest; asked: UnitsAsked };

const NO_KEY = new Refusal('auth.required', 'The request carries no valid key or session.');

/**
 * Requests of one tenant that arrive at the same time are decided one after the other in one transaction. A window that
 * nobody took units of before gets its counter first, in a transaction of its own.
 */
export function joinUnits(transactor: Transactor): TakeUnits {
  const byTenant = new Map<number, Joiner<Item, UnitsAnswer | Refusal>>();

  function joinerOf(tenantId: number): Joiner<Item, UnitsAnswer | Refusal> {
    const known = byTenant.get(tenantId);
    if (known !== undefined) return known;
    const repeats = watchRepeats();
    const made = createJoiner<Item, UnitsAnswer | Refusal>({
      run: (items) => commit(transactor, items, repeats),
      maxWeight: MAX_TOGETHER,
      lanes: 1,
      gatherMs: 3,
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

async function commit(
  transactor: Transactor,
  items: readonly Item[],
  repeats: RepeatWatch,
): Promise<(UnitsAnswer | Refusal)[]> {
  const looksFirst = repeats.looksFirst();
  try {
    return await take(transactor, items, looksFirst);
  } catch (error) {
    if (!(error instanceof RepeatSuspected) || looksFirst) throw error;
    repeats.seen();
    return take(transactor, items, true);
  }
}

async function take(
  transactor: Transactor,
  items: readonly Item[],
  looksFirst: boolean,
): Promise<(UnitsAnswer | Refusal)[]> {
  const [first] = items;
  if (first === undefined) return [];
  const recalled = items.flatMap(({ request }) => (request.isKeyRecalled ? [request.actor.id] : []));
  return withCounters(transactor, first.request, () =>
    transactor.commandAfter(
      first.request,
      (early) => Promise.all([standingKeys(early, recalled), rememberedWords(early)]),
      async (ctx, [standing, words]) => {
        const isOpen = ({ request }: Item) => !request.isKeyRecalled || standing.has(request.actor.id);
        const open = items.filter(isOpen);
        const answers = await takeUnits(
          ctx,
          open.map(({ asked }) => asked),
          words,
          looksFirst,
        );
        const byItem = new Map(open.map((item, index) => [item, answers[index]]));
        return items.map((item) => byItem.get(item) ?? NO_KEY);
      },
    ),
  );
}

/** Runs work that needs counters, and makes those that it misses. */
async function withCounters<T>(
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
