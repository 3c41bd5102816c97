import type { CommandCtx, EarlyCtx } from '../../../platform/context.ts';
import { createJoiner, type Joiner } from '../../../platform/joiner.ts';
import { Refusal } from '../../../platform/refuse.ts';
import type { Reckoning } from '../../../platform/rest.ts';
import { OutcomeUnknown, type TransactionRequest, type Transactor } from '../../../platform/transaction.ts';
import { rememberedWords, type Words } from '../../catalog/api.ts';
import { standingKeys } from '../../identity/api.ts';
import { findReservations } from '../reservations.ts';
import { createUnitMemory } from '../unit-memory.ts';
import { type EndAsked, type Ended, endUnits, LATER } from './end-units.ts';
import type { UnitsAsked } from './find-units.ts';
import { RepeatSuspected, watchRepeats } from './repeated-units.ts';
import { type TakeAhead, takeAhead } from './take-ahead.ts';
import { takeUnits, type UnitsAnswer } from './take-units.ts';
import { withCounters } from './with-counters.ts';

const MAX_TOGETHER = 500;
/** Whoever looks first may still be overtaken by another process, between the look and the write. */
const MAX_REPEATS = 3;

/** `isKeyRecalled`: whether the actor's key still stands is seen in the transaction. */
export type UnitsRequest = TransactionRequest & { isKeyRecalled?: boolean };

/** Has something done with units; a refusal on purpose is thrown. */
export type Joined<Asked, Answer> = (request: UnitsRequest, asked: Asked) => Promise<Answer>;

/** Takes units, for use or to be held. */
export type TakeUnits = Joined<UnitsAsked, UnitsAnswer>;
/** Settles and releases what is held. */
export type EndUnits = Joined<EndAsked, Ended>;

export function joinUnits(transactor: Transactor): TakeUnits {
  const memory = createUnitMemory();
  const byTenant = new Map<number, { ahead: TakeAhead; repeats: Reckoning }>();
  const waysOf = (tenantId: number) => {
    const known = byTenant.get(tenantId);
    if (known !== undefined) return known;
    const repeats = watchRepeats();
    const made = { ahead: takeAhead(transactor, tenantId, memory, repeats), repeats };
    byTenant.set(tenantId, made);
    return made;
  };
  const look = joined<UnitsAsked, Words, UnitsAnswer>(
    transactor,
    {
      look: rememberedWords,
      carryOut: (ctx, asked, words, looksFirst) =>
        takeUnits(ctx, asked, words, looksFirst, (customers, locked) =>
          memory.learn(ctx.tenant.id, customers, locked),
        ),
    },
    (tenantId) => waysOf(tenantId).repeats,
  );
  return async (request, asked) =>
    (await waysOf(request.tenantId).ahead({ request, asked })) ?? look(request, asked);
}

export function joinEnds(transactor: Transactor): EndUnits {
  const end = joined<EndAsked, EndsFound, Ended | typeof LATER>(transactor, ENDS);
  return async (request, asked) => {
    for (;;) {
      const answer = await end(request, asked);
      if (answer !== LATER) return answer;
    }
  };
}

/** Gives back what reservations hold that nobody settles any more; one that is not there is nothing to give back. */
export async function releaseReservations(
  transactor: Transactor,
  request: TransactionRequest,
  ids: readonly string[],
): Promise<void> {
  const items = ids.map((id): Item<EndAsked> => ({ request, asked: { kind: 'release', id } }));
  if (items.length > 0) await once(transactor, ENDS, items, true);
}

type Item<Asked> = { request: UnitsRequest; asked: Asked };

/** What becomes of many requests in one transaction. */
type Work<Asked, Found, Answer> = {
  /** Looks up, together with BEGIN, what is not locked. */
  look(ctx: EarlyCtx, asked: readonly Asked[]): Promise<Found>;
  /** @throws CountersMissing, RepeatSuspected */
  carryOut(
    ctx: CommandCtx,
    asked: readonly Asked[],
    found: Found,
    looksFirst: boolean,
  ): Promise<(Answer | Refusal)[]>;
};

type EndsFound = Parameters<typeof endUnits>[2];

const ENDS: Work<EndAsked, EndsFound, Ended | typeof LATER> = {
  async look(ctx, asked) {
    const ids = [...new Set(asked.map(({ id }) => id))];
    const [reservations, words] = await Promise.all([findReservations(ctx, ids), rememberedWords(ctx)]);
    return { reservations, words };
  },
  carryOut: endUnits,
};

const NO_KEY = new Refusal('auth.required', 'The request carries no valid key or session.');

/**
 * Requests of one tenant that arrive at the same time are decided one after the other in one transaction. A window that
 * nobody took units of before gets its counter first, in a transaction of its own.
 */
function joined<Asked, Found, Answer>(
  transactor: Transactor,
  work: Work<Asked, Found, Answer>,
  repeatsOf: (tenantId: number) => Reckoning = watchRepeats,
): Joined<Asked, Answer> {
  const byTenant = new Map<number, Joiner<Item<Asked>, Answer | Refusal>>();

  function joinerOf(tenantId: number): Joiner<Item<Asked>, Answer | Refusal> {
    const known = byTenant.get(tenantId);
    if (known !== undefined) return known;
    const repeats = repeatsOf(tenantId);
    const made = createJoiner<Item<Asked>, Answer | Refusal>({
      run: (items) => commit(transactor, work, items, repeats),
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

async function commit<Asked, Found, Answer>(
  transactor: Transactor,
  work: Work<Asked, Found, Answer>,
  items: readonly Item<Asked>[],
  repeats: Reckoning,
): Promise<(Answer | Refusal)[]> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await once(transactor, work, items, repeats.reckonsWith());
    } catch (error) {
      if (!(error instanceof RepeatSuspected) || tries === MAX_REPEATS) throw error;
      repeats.seen();
    }
  }
}

async function once<Asked, Found, Answer>(
  transactor: Transactor,
  work: Work<Asked, Found, Answer>,
  items: readonly Item<Asked>[],
  looksFirst: boolean,
): Promise<(Answer | Refusal)[]> {
  const [first] = items;
  if (first === undefined) return [];
  const recalled = items.flatMap(({ request }) => (request.isKeyRecalled ? [request.actor.id] : []));
  const all = items.map(({ asked }) => asked);
  return withCounters(transactor, first.request, () =>
    transactor.commandAfter(
      first.request,
      (early) => Promise.all([standingKeys(early, recalled), work.look(early, all)]),
      async (ctx, [standing, found]) => {
        const isOpen = ({ request }: Item<Asked>) => !request.isKeyRecalled || standing.has(request.actor.id);
        if (items.every(isOpen)) return work.carryOut(ctx, all, found, looksFirst);
        const open = items.filter(isOpen);
        const asked = open.map((item) => item.asked);
        const answers = await work.carryOut(ctx, asked, found, looksFirst);
        const byItem = new Map(open.map((item, index) => [item, answers[index]]));
        return items.map((item) => byItem.get(item) ?? NO_KEY);
      },
    ),
  );
}
