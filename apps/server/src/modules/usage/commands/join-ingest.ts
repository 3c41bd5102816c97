import { invariant } from '@billhook/core/kernel/invariant';
import type { EventVerdict } from '@billhook/core/usage/event-verdict';
import { createJoiner, type Joiner } from '../../../platform/joiner.ts';
import { createRecent } from '../../../platform/recent.ts';
import { refuse } from '../../../platform/refuse.ts';
import { createReckoning, type Reckoning } from '../../../platform/rest.ts';
import { OutcomeUnknown, type TransactionRequest, type Transactor } from '../../../platform/transaction.ts';
import { standingKeys } from '../../identity/api.ts';
import type { IngestAnswer, UsageEvent } from '../types.ts';
import { createUnderWay } from '../under-way.ts';
import {
  answerTo,
  eventsOf,
  ingestOn,
  type KnownSubjects,
  lookUpGround,
  MAX_BATCH,
  readBatch,
} from './ingest.ts';
import { ingestForeseen, isMuch } from './ingest-foreseen.ts';

/** Takes a batch of CloudEvents as received; acknowledged means committed. */
export type IngestJoined = (request: IngestRequest, values: readonly unknown[]) => Promise<IngestAnswer>;

/** `isKeyRecalled`: whether the actor's key still stands is seen in the transaction. */
export type IngestRequest = TransactionRequest & { isKeyRecalled?: boolean };

/** So many subjects are remembered, of all tenants: some 100 bytes each. */
const MOST_SUBJECTS = 20_000;

/** After a batch of which much was repeated, so many batches look what others are adding, and callers are not halved. */
const SHARED_AFTER = 20;
/** Of so many callers most come back at once, and are waited for. */
const CROWD = 16;
/** From twice as many on, two commits that follow each other do more than one for all. */
const HALF = 8;
/** Of so many callers a commit is to have a hundred events and more, also where others commit meanwhile. */
const WHOLE = 200;
/** Of fewer callers, so many events that wait are worth a commit beside another. */
const HEAVY = 100;
/** After a batch that somebody had to look at, so many are not halved: what looks has a connection of its own. */
const WHOLE_AFTER = 20;
const STUCK_MS = 100;
const GATHER_MS = 3;

type Asked = { request: IngestRequest; events: readonly UsageEvent[] };
/** `failed`: why a request could not be answered although it shared a transaction with others that were. */
type Answer = EventVerdict[] | 'key_revoked' | { failed: unknown };

/**
 * Requests of one tenant that arrive at the same time share a transaction: one commit and one statement of each kind
 * for all of them. Every transaction has as much of its own to do as a dozen events, so single ones gather, for one of all
 * or, where many call, for one of each half.
 */
export function joinIngest(transactor: Transactor): IngestJoined {
  const byTenant = new Map<number, Joiner<Asked, Answer>>();
  const known = createRecent<string, string>(MOST_SUBJECTS);

  function joinerOf(tenantId: number): Joiner<Asked, Answer> {
    const standing = byTenant.get(tenantId);
    if (standing !== undefined) return standing;
    const repeating = createReckoning(SHARED_AFTER);
    const looking = createReckoning(WHOLE_AFTER);
    const made = createJoiner<Asked, Answer>({
      run: commitsOf(transactor, known, { repeating, looking }),
      weightOf: ({ events }) => events.length,
      maxWeight: MAX_BATCH,
      lanes: 2,
      heavy: HEAVY,
      half: HALF,
      whole: WHOLE,
      mayHalve: () => !looking.isOn() && !repeating.isOn(),
      stuckMs: STUCK_MS,
      gatherMs: GATHER_MS,
      gatherAfter: CROWD,
      mayStand: (error) => error instanceof OutcomeUnknown,
    });
    byTenant.set(tenantId, made);
    return made;
  }

  return async (request, values) => {
    const reads = readBatch(values);
    const events = eventsOf(reads);
    // Where every event is faulty, there is still the key to be seen to.
    const isNothing = events.length === 0 && request.isKeyRecalled !== true;
    const verdicts = isNothing ? [] : await joinerOf(request.tenantId).ask({ request, events });
    if (verdicts === 'key_revoked') refuse('auth.required', 'The request carries no valid key or session.');
    if (!Array.isArray(verdicts)) throw verdicts.failed;
    return answerTo(reads, verdicts);
  };
}

/** What is foreseen is tried first; where something is not so, somebody looks. */
function commitsOf(
  transactor: Transactor,
  known: KnownSubjects,
  { repeating, looking }: { repeating: Reckoning; looking: Reckoning },
) {
  const foreseen = ingestForeseen(transactor, known, repeating);
  const underWay = createUnderWay();

  async function add(asked: readonly Asked[]): Promise<readonly Answer[]> {
    const [first] = asked;
    if (first === undefined) return [];
    const all = asked.flatMap(({ events }) => events);
    looking.reckonsWith();
    const verdicts = await foreseen(first.request, all, recalledOf(asked));
    if (verdicts !== null) return parted(asked, verdicts);
    looking.seen();
    return commit(transactor, known, asked);
  }

  /** What other batches are adding is not added again: their outcome is waited for. */
  async function addShared(asked: readonly Asked[]): Promise<readonly Answer[]> {
    const all = asked.flatMap(({ events }) => events);
    const share = underWay.begin(all);
    const mine = all.map((event, position) => (share.isShared(position) ? [] : [event]));
    const own = parted(asked, mine).map((events, index) => ({
      request: (asked[index] as Asked).request,
      events: events.flat(),
    }));
    let outcome: (EventVerdict | undefined)[] | undefined;
    let answers: readonly Answer[];
    try {
      answers = await add(own);
      outcome = share.spread(
        answers.flatMap((answer, index) =>
          Array.isArray(answer) ? answer : (own[index] as Asked).events.map(() => undefined),
        ),
      );
    } finally {
      share.end(outcome);
    }
    if (isMuch(share.sharedCount, all.length)) repeating.seen();
    const settled = parted(asked, await share.settle(outcome));
    const whole: Answer[] = [];
    for (const [index, one] of asked.entries()) {
      const answer = answers[index] as Answer;
      const told = settled[index] as (EventVerdict | undefined)[];
      whole.push(Array.isArray(answer) ? await addRest(transactor, known, one, told) : answer);
    }
    return whole;
  }

  return (asked: readonly Asked[]): Promise<readonly Answer[]> =>
    repeating.isOn() ? addShared(asked) : add(asked);
}

/**
 * Looks at what others left out after all. What the request shared a transaction with stands already, so a fault is of this
 * request alone; and its key was seen to there.
 */
async function addRest(
  transactor: Transactor,
  known: KnownSubjects,
  { request, events }: Asked,
  settled: readonly (EventVerdict | undefined)[],
): Promise<Answer> {
  const left = events.filter((_, position) => settled[position] === undefined);
  const rest = { request: { ...request, isKeyRecalled: false }, events: left };
  try {
    const [answer] = left.length === 0 ? [[]] : await commit(transactor, known, [rest]);
    invariant(Array.isArray(answer), 'A key that nobody looks at stands.');
    const looked = answer.values();
    return settled.map((verdict) => verdict ?? (looked.next().value as EventVerdict));
  } catch (error) {
    return { failed: error };
  }
}

/** To each who asked what is of their events. */
function parted<T>(asked: readonly Asked[], all: readonly T[]): T[][] {
  let start = 0;
  return asked.map(({ events }) => {
    start += events.length;
    return all.slice(start - events.length, start);
  });
}

const recalledOf = (asked: readonly Asked[]) =>
  asked.flatMap(({ request }) => (request.isKeyRecalled ? [request.actor.id] : []));

/** One transaction for all; nothing that is written in it names who sent it. */
async function commit(
  transactor: Transactor,
  known: KnownSubjects,
  asked: readonly Asked[],
): Promise<Answer[]> {
  const [first] = asked;
  if (first === undefined) return [];
  const all = asked.flatMap(({ events }) => events);
  const recalled = recalledOf(asked);
  return transactor.commandAfter(
    first.request,
    (early) => Promise.all([standingKeys(early, recalled), lookUpGround(early, all, known)]),
    async (ctx, [standing, ground]) => {
      const isOpen = ({ request }: Asked) => !request.isKeyRecalled || standing.has(request.actor.id);
      const taken = asked.every(isOpen) ? all : asked.filter(isOpen).flatMap(({ events }) => events);
      const verdicts = await ingestOn(ctx, taken, ground);
      let start = 0;
      return asked.map((one) => {
        if (!isOpen(one)) return 'key_revoked';
        start += one.events.length;
        return verdicts.slice(start - one.events.length, start);
      });
    },
  );
}
