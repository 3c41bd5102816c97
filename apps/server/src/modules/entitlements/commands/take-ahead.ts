import { createJoiner } from '../../../platform/joiner.ts';
import { createReckoning, createRest, type Reckoning } from '../../../platform/rest.ts';
import { OutcomeUnknown, type Transactor } from '../../../platform/transaction.ts';
import { wordsAtHand } from '../../catalog/api.ts';
import type { UnitMemory } from '../unit-memory.ts';
import type { UnitsAsked } from './find-units.ts';
import { answersTo, foreseeUnits } from './foresee-units.ts';
import type { UnitsRequest } from './join-units.ts';
import type { UnitsAnswer } from './take-units.ts';

type Item = { request: UnitsRequest; asked: UnitsAsked };

/** Takes units for one tenant without a look; null for what somebody has to look at, nothing of which stands then. */
export type TakeAhead = (item: Item) => Promise<UnitsAnswer | null>;

const MAX_TOGETHER = 500;
const GATHER_MS = 3;
/** From twice as many callers on, two pieces of work follow each other. */
const HALF = 8;
const STUCK_MS = 100;
/** So many pieces of work reckon with events in quarantine once something was there. */
const QUARANTINE_STAYS = 1_000;

const UNIQUE_VIOLATION = '23505';

export function takeAhead(
  transactor: Transactor,
  tenantId: number,
  memory: UnitMemory,
  repeats: Reckoning,
): TakeAhead {
  const rest = createRest();
  const line = transactor.openLine();
  const quarantine = createReckoning(QUARANTINE_STAYS);

  async function run(items: readonly Item[]): Promise<(UnitsAnswer | null)[]> {
    const nothing = items.map(() => null);
    const words = wordsAtHand(tenantId);
    const isKnown = ({ asked }: Item) => memory.customerOf(tenantId, asked.customer) !== undefined;
    const [first] = items;
    if (first === undefined || words === undefined || !items.some(isKnown)) return nothing;
    if (repeats.isOn() || !rest.isOver()) return nothing;
    const recalled = items.flatMap(({ request }) => (request.isKeyRecalled ? [request.actor.id] : []));
    const all = items.map(({ asked }) => asked);
    const seen = { words, memory, mayBeQuarantined: quarantine.reckonsWith() };
    try {
      const ended = transactor.commandAtOnce(
        first.request,
        async (ctx) => {
          const foreseen = await foreseeUnits(ctx, all, seen, recalled);
          return { ctx, foreseen };
        },
        line,
      );
      if (ended === undefined) return nothing;
      const { ctx, foreseen } = await ended;
      rest.succeeded();
      memory.update(tenantId, await foreseen.counters);
      return await answersTo(ctx, foreseen);
    } catch (error) {
      if (error instanceof OutcomeUnknown) throw error;
      const { code, message } = error as { code?: unknown; message?: string };
      // What is no answer of the database is a fault of ours.
      if (code === undefined) throw error;
      if (code === UNIQUE_VIOLATION) repeats.seen();
      if (message?.includes('quarantine') === true) quarantine.seen();
      memory.forget(
        tenantId,
        all.flatMap(({ customer }) => memory.customerOf(tenantId, customer) ?? []),
      );
      rest.failed();
      return nothing;
    }
  }

  const joiner = createJoiner<Item, UnitsAnswer | null>({
    run,
    maxWeight: MAX_TOGETHER,
    lanes: 2,
    half: HALF,
    stuckMs: STUCK_MS,
    gatherMs: GATHER_MS,
    mayStand: (error) => error instanceof OutcomeUnknown,
  });
  return joiner.ask;
}
