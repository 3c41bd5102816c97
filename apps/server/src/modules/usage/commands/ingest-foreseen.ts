import type { Instant } from '@billhook/core/time/instant';
import type { EventVerdict } from '@billhook/core/usage/event-verdict';
import { uuidColumn } from '../../../platform/columns.ts';
import type { CommandCtx } from '../../../platform/context.ts';
import { createReckoning, createRest, type Reckoning } from '../../../platform/rest.ts';
import { insistOn, openGathered, sendGathered } from '../../../platform/together.ts';
import { OutcomeUnknown, type TransactionRequest, type Transactor } from '../../../platform/transaction.ts';
import { type SeenWords, wordsAre, wordsAtHand } from '../../catalog/api.ts';
import { insistOnSubjects } from '../../customers/api.ts';
import { keysStand } from '../../identity/api.ts';
import { isClash } from '../add-events.ts';
import { isOpenFrom, lockedCounters, noCounters, noQuarantine } from '../foreseen.ts';
import type { UsageEvent } from '../types.ts';
import { ingestOn, type KnownSubjects, measuresOf } from './ingest.ts';

/** So many events are worth a connection of their own, on which they wait for nobody. */
const HEAVY = 200;
/** After an event that was not new, so many batches wait to be told which are. */
const CAREFUL_AFTER = 200;
/** Where one event in so many was not new, much is repeated. */
const MUCH = 100;
/** So many batches reckon with events in quarantine once something was there. */
const QUARANTINE_STAYS = 1_000;
/** So many reckon with units that are taken of their meters once somebody's were. */
const COUNTERS_STAY = 10_000;

/** Counts a batch of one tenant by what was seen; null for what somebody has to look at, nothing of which stands then. */
export type IngestForeseen = (
  request: TransactionRequest,
  events: readonly UsageEvent[],
  recalled: readonly string[],
) => Promise<readonly EventVerdict[] | null>;

/**
 * Events are taken for new, of customers and meters as they were last seen, in a time that nobody has billed. BEGIN, what
 * insists on all of that, what is written and COMMIT leave in one packet. Where anything is otherwise the transaction ends.
 * Few events follow those before them over one connection, unanswered.
 * Where events were sent again of late it is waited for which of these are new, once. Where units are taken of their meters,
 * those counters are locked, and count them too.
 *
 * @param repeating is told of batches of which much was repeated
 */
export function ingestForeseen(
  transactor: Transactor,
  known: KnownSubjects,
  repeating: Reckoning,
): IngestForeseen {
  const rest = createRest();
  const quarantine = createReckoning(QUARANTINE_STAYS);
  const counters = createReckoning(COUNTERS_STAY);
  const repeats = createReckoning(CAREFUL_AFTER);
  const line = transactor.openLine();
  return async (request, events, recalled) => {
    // Where every event is faulty, there is nothing to foresee.
    if (events.length === 0) return null;
    const words = wordsAtHand(request.tenantId);
    const customers = customersAsSeen(request.tenantId, events, known);
    if (words === undefined || customers === undefined || !rest.isOver()) return null;
    repeating.reckonsWith();
    const seen = {
      words,
      customers,
      recalled,
      mayBeQuarantined: quarantine.reckonsWith(),
      mayBeCounted: counters.reckonsWith(),
      mayRepeat: repeats.reckonsWith(),
    };
    try {
      const verdicts = await transactor.commandAtOnce(
        request,
        (ctx) => ingestAsSeen(ctx, events, seen),
        events.length < HEAVY ? line : undefined,
      );
      if (verdicts === undefined) return null;
      rest.succeeded();
      const repeated = verdicts.filter(isNotNew).length;
      if (repeated > 0) repeats.seen();
      if (isMuch(repeated, verdicts.length)) repeating.seen();
      return verdicts;
    } catch (error) {
      const { code, message } = error as { code?: unknown; message?: string };
      // What is no answer of the database is a fault of ours.
      if (error instanceof OutcomeUnknown || code === undefined) throw error;
      if (message?.includes('quarantine') === true) quarantine.seen();
      if (isClash(error)) repeats.seen();
      else if (message?.includes('no_counters') === true) counters.seen();
      else rest.failed();
      return null;
    }
  };
}

/** Whether so many repeated events of a batch are worth reckoning with more. */
export const isMuch = (repeated: number, of: number): boolean => repeated > 0 && repeated * MUCH >= of;

const isNotNew = (verdict: EventVerdict) =>
  verdict.outcome === 'duplicate' || (verdict.outcome === 'quarantined' && verdict.reason === 'id_conflict');

/** Row ids by subject, where all were seen lately. */
function customersAsSeen(
  tenantId: number,
  events: readonly UsageEvent[],
  known: KnownSubjects,
): ReadonlyMap<string, string> | undefined {
  const customers = new Map<string, string>();
  for (const { subject } of events) {
    if (customers.has(subject)) continue;
    const id = known.get(`${tenantId} ${subject}`);
    if (id === undefined) return undefined;
    customers.set(subject, id);
  }
  return customers;
}

type Seen = {
  words: SeenWords;
  customers: ReadonlyMap<string, string>;
  recalled: readonly string[];
  mayBeQuarantined: boolean;
  /** Units may be taken of the meters that the events count for. */
  mayBeCounted: boolean;
  /** Events are not taken for new: which of them are is waited for. */
  mayRepeat: boolean;
};

async function ingestAsSeen(
  ctx: CommandCtx,
  events: readonly UsageEvent[],
  { words, customers, recalled, mayBeQuarantined, mayBeCounted, mayRepeat }: Seen,
): Promise<EventVerdict[]> {
  ctx.unawaited(insistOnSubjects(ctx, customers));
  // Behind the lock of the customers, which may be waited for, and under which most of this is changed.
  const customerIds = uuidColumn([...customers.values()]);
  const meterIds = uuidColumn(metersFor(events, words));
  ctx.unawaited(
    insistOn(ctx, [
      keysStand(recalled),
      wordsAre(ctx, words),
      isOpenFrom(customerIds, earliestOf(events)),
      mayBeCounted ? lockedCounters(customerIds, meterIds) : noCounters(customerIds, meterIds),
      noQuarantine(mayBeQuarantined),
    ]),
  );
  const gathered = openGathered();
  const verdicts = await ingestOn(ctx, events, {
    customers,
    closings: { closed: [], counted: mayBeCounted ? 'any' : NOWHERE },
    ...measuresOf(words.words),
    insists: { mayBeQuarantined, mayRepeat, gathered },
  });
  sendGathered(ctx, gathered);
  return verdicts;
}

const NOWHERE: ReadonlySet<string> = new Set();

/** The meters that count events of these types, whatever their filters say. */
function metersFor(events: readonly UsageEvent[], { words: { metersByType } }: SeenWords): string[] {
  const types = new Set(events.map(({ type }) => type));
  return [...types].flatMap((type) => metersByType.get(type)?.map(({ id }) => id) ?? []);
}

function earliestOf(events: readonly UsageEvent[]): Instant {
  let earliest = (events[0] as UsageEvent).time;
  for (const { time } of events) if (time < earliest) earliest = time;
  return earliest;
}
