import { decimal12FromScaled } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import { uuidColumn } from '../../../platform/columns.ts';
import type { CommandCtx } from '../../../platform/context.ts';
import { Refusal } from '../../../platform/refuse.ts';
import { type Gathered, insistOn, openGathered, sendGathered } from '../../../platform/together.ts';
import { type SeenWords, wordsAre } from '../../catalog/api.ts';
import { insistOnSubjects } from '../../customers/api.ts';
import { keysStand } from '../../identity/api.ts';
import {
  changeForeseen,
  countersAmong,
  countersAre,
  ingestOn,
  isCounterOf,
  isOpenFrom,
  type LockedCounter,
  type LockedCounters,
  measuresOf,
  noQuarantine,
} from '../../usage/api.ts';
import type { Access } from '../access.ts';
import { newReservations } from '../add-reservations.ts';
import { rightsAtHand, rightsStand, type SeenRights } from '../granted-memory.ts';
import { keyOfRight, openAccounts } from '../unit-accounts.ts';
import type { UnitMemory } from '../unit-memory.ts';
import { isSliding } from '../unit-windows.ts';
import { type Found, findUnits, type UnitsAsked } from './find-units.ts';
import { answerOf, costsCredits, type Decided, decide, type UnitsAnswer } from './take-units.ts';
import { openChanges } from './unit-changes.ts';

/** What work that ended before has seen, and whether one of the events may wait in quarantine. */
export type Seen = { words: SeenWords; memory: UnitMemory; mayBeQuarantined: boolean };

export type Foreseen = {
  /** In the order of what was asked for; null for what somebody has to look at. */
  decided: readonly (Decided | null)[];
  /** What their counters come to. */
  counters: Promise<LockedCounter[]>;
};

/** Others may have taken so many times what is asked for now since the counters were seen. */
const MARGIN = 16n;

/**
 * Takes units as `takeUnits` does, by what was seen of customers, rights and counters before, and waits for no answer. Only
 * units are taken so that are given even where others took a multiple of them meanwhile. The transaction ends where
 * anything is not as it was seen, where a counter has more than was reckoned with, and where something was done before
 * under one of the ids: what stands is what would have been given after a look.
 *
 * @param recalled keys that must stand
 */
export async function foreseeUnits(
  ctx: CommandCtx,
  asked: readonly UnitsAsked[],
  seen: Seen,
  recalled: readonly string[],
): Promise<Foreseen> {
  const candidates = findAllSeen(ctx, asked, seen);
  const known = candidates.flatMap((item) => item ?? []);
  const reckoned = withMargin(known);
  const decided = await decideAll(ctx, candidates, reckoned);
  const taken = decided.flatMap((item) => item ?? []);
  if (taken.length === 0) return { decided, counters: Promise.resolve([]) };
  const customers = new Map(taken.map(({ asked: { customer }, customerId }) => [customer, customerId]));
  const ids = new Set(customers.values());
  const rights = new Map(known.map(({ customerId, seenRights }) => [customerId, seenRights]));
  ctx.unawaited(insistOnSubjects(ctx, customers));
  // Behind the lock of the customers, under which most of this is changed.
  const customerIds = uuidColumn([...ids]);
  const count = reckoned.all.filter(({ customerId }) => ids.has(customerId)).length;
  ctx.unawaited(
    insistOn(ctx, [
      keysStand(recalled),
      wordsAre(ctx, seen.words),
      ...rightsStand(
        ctx,
        customerIds,
        [...rights.values()].filter(({ customerId }) => ids.has(customerId)),
      ),
      countersAre(customerIds, count),
      isOpenFrom(customerIds, ctx.now),
      noQuarantine(seen.mayBeQuarantined),
    ]),
  );
  const changes = openChanges(reckoned);
  const gathered = await written(ctx, taken, changes, { seen, customers });
  const counters = changeForeseen(
    ctx,
    changes.all().map((change) => ({ ...change, most: change.counter })),
    gathered.parts.splice(0),
  );
  ctx.unawaited(counters);
  sendGathered(ctx, gathered);
  return { decided, counters };
}

/** The answers, once it is committed. */
export async function answersTo(
  ctx: CommandCtx,
  { decided, counters }: Foreseen,
): Promise<(UnitsAnswer | null)[]> {
  const rights = decided.flatMap((item) => item?.rights ?? []);
  const accounts = await openAccounts(ctx, rights, countersAmong(await counters));
  return decided.map((item) => item && { ...answerOf(ctx, item, { accounts, credits: null }), paid: null });
}

type Candidate = Found & { seenRights: SeenRights; counters: readonly LockedCounter[] };

/** What can be taken without a look: units of one right whose counter says all that there is to know. */
function findAllSeen(
  ctx: CommandCtx,
  asked: readonly UnitsAsked[],
  { words: { words }, memory }: Seen,
): (Candidate | null)[] {
  const customers = new Map<string, string>();
  const access = new Map<string, Access>();
  return asked.map((item) => {
    const customerId = memory.customerOf(ctx.tenant.id, item.customer);
    if (customerId === undefined || item.quantity === 0n || costsCredits(item, words)) return null;
    const counters = memory.countersOf(ctx.tenant.id, customerId);
    const seenRights = rightsAtHand(ctx, customerId, words);
    if (counters === undefined || seenRights === undefined) return null;
    customers.set(item.customer, customerId);
    access.set(customerId, seenRights.access);
    return candidateOf(findUnits(item, customers, words, access), seenRights, counters);
  });
}

function candidateOf(
  found: Found | Refusal,
  seenRights: SeenRights,
  counters: readonly LockedCounter[],
): Candidate | null {
  if (found instanceof Refusal || found.feature.subjectProperty !== null) return null;
  const [right] = found.rights;
  if (right === undefined || found.rights.length > 1 || isSliding(right)) return null;
  const key = keyOfRight(right);
  return counters.some((counter) => isCounterOf(counter, key)) ? { ...found, seenRights, counters } : null;
}

/** The counters of these customers as if others had taken a multiple of what is asked for. */
function withMargin(candidates: readonly Candidate[]): LockedCounters {
  const byCustomer = new Map<string, { counters: readonly LockedCounter[]; quantity: bigint }>();
  for (const { customerId, counters, asked } of candidates) {
    const before = byCustomer.get(customerId)?.quantity ?? 0n;
    byCustomer.set(customerId, { counters, quantity: before + asked.quantity });
  }
  return countersAmong(
    [...byCustomer.values()].flatMap(({ counters, quantity }) =>
      counters.map((counter) => ({
        ...counter,
        used: decimal12FromScaled(counter.used + quantity * MARGIN),
        held: decimal12FromScaled(counter.held + quantity * MARGIN),
      })),
    ),
  );
}

/** Each after those before it. What would be refused, or given in part, is left to who looks. */
async function decideAll(
  ctx: CommandCtx,
  candidates: readonly (Candidate | null)[],
  locked: LockedCounters,
): Promise<(Decided | null)[]> {
  const rights = candidates.flatMap((item) => item?.rights ?? []);
  const accounts = await openAccounts(ctx, rights, locked);
  const done = { events: new Map(), reservations: new Map() };
  const decided = candidates.map((item) => {
    const one = item && decide(ctx, item, { accounts, credits: null, locked }, done);
    return one instanceof Refusal || one?.outcome === 'refused' ? null : one;
  });
  const isInPart = decided.some(
    (item) => item?.reservation !== undefined && item.reservation.granted !== item.asked.quantity,
  );
  return isInPart ? candidates.map(() => null) : decided;
}

/** What is written but the counters, whose changes it gathers. */
async function written(
  ctx: CommandCtx,
  taken: readonly Decided[],
  changes: ReturnType<typeof openChanges>,
  { seen, customers }: { seen: Seen; customers: ReadonlyMap<string, string> },
): Promise<Gathered> {
  const gathered = openGathered();
  const counted = taken.filter(({ event }) => event !== undefined);
  const verdicts = await ingestOn(
    ctx,
    counted.flatMap(({ event }) => event ?? []),
    {
      customers,
      closings: { closed: [], counted: new Set() },
      ...measuresOf(seen.words.words),
      watched: new Set(counted.flatMap((item) => (item.isWatched === true ? [item.customerId] : []))),
      insists: { mayBeQuarantined: seen.mayBeQuarantined, mayRepeat: false, gathered },
    },
  );
  counted.forEach((item, index) => {
    const verdict = verdicts[index];
    invariant(verdict?.outcome === 'accepted', 'An event that we made is sound.');
    changes.count(item, verdict);
  });
  const held = taken.filter((item) => item.outcome === 'done' && item.reservation !== undefined);
  const reservations = held.flatMap(({ reservation }) => reservation ?? []);
  if (reservations.length > 0) gathered.parts.push(...newReservations(ctx, reservations));
  for (const { reservation, meter } of held)
    if (reservation !== undefined) changes.hold(reservation, meter, reservation.granted);
  return gathered;
}
