import type { EventVerdict } from '@billhook/core/usage/event-verdict';
import type { UsageEvent } from './types.ts';

/** What became of the events of a batch, in their order; undefined for those that were not added, and for all where nothing stands. */
type Outcome = readonly (EventVerdict | undefined)[] | undefined;

type Batch = {
  events: readonly UsageEvent[];
  positions: ReadonlyMap<string, number>;
  outcome: Promise<Outcome>;
};

/** An event that another batch is adding, and which of its events that is. */
type Shared = { position: number; batch: Batch; there: number };

/** A batch, and what of it other batches are adding already. */
export type Share = {
  /** What nobody else is adding, in its order. */
  own: readonly UsageEvent[];
  /** How many events another batch is adding just the same. */
  sharedCount: number;
  /** One verdict an event of the batch, given those of its own; undefined for what others are adding. */
  spread(own: readonly EventVerdict[]): (EventVerdict | undefined)[];
  /** Tells who waits for this batch what became of it, once that is committed. To be called once, however it ended. */
  end(outcome: Outcome): void;
  /**
   * Waits for the others. To be called behind the commit: what this batch holds until then another one may need.
   * @returns what was spread, with what stands now as repeated; undefined for what the others did not add after all
   */
  settle(spread: readonly (EventVerdict | undefined)[]): Promise<(EventVerdict | undefined)[]>;
};

/** Which events of one tenant this process is adding. */
export type UnderWay = { begin(events: readonly UsageEvent[]): Share };

/**
 * Knows what batches beside each other add, so that none adds what another one is adding: in the database the second would
 * wait for the first, with all that it holds.
 */
export function createUnderWay(): UnderWay {
  const batches = new Set<Batch>();
  return {
    begin(events) {
      const { promise: outcome, resolve } = Promise.withResolvers<Outcome>();
      const shared = sharedWith(batches, events);
      // By their ids alone; where sources share one, the last is found.
      const positions = new Map(events.map(({ eventId }, position) => [eventId, position]));
      for (const { position } of shared) positions.delete((events[position] as UsageEvent).eventId);
      const batch = { events, positions, outcome };
      batches.add(batch);
      const own = withoutShared(events, shared);
      return {
        own,
        sharedCount: shared.length,
        spread: (verdicts) => spread(verdicts, shared),
        end(all) {
          batches.delete(batch);
          resolve(all);
        },
        settle: (verdicts) => settle(verdicts, shared),
      };
    },
  };
}

function sharedWith(batches: ReadonlySet<Batch>, events: readonly UsageEvent[]): Shared[] {
  const shared: Shared[] = [];
  if (batches.size === 0) return shared;
  events.forEach((event, position) => {
    for (const batch of batches) {
      const there = batch.positions.get(event.eventId);
      if (there === undefined || !isSame(event, batch.events[there] as UsageEvent)) continue;
      shared.push({ position, batch, there });
      return;
    }
  });
  return shared;
}

const isSame = (event: UsageEvent, other: UsageEvent): boolean =>
  event.source === other.source && event.contentHash === other.contentHash;

/** @param shared in the order of their positions */
function withoutShared(events: readonly UsageEvent[], shared: readonly Shared[]): readonly UsageEvent[] {
  if (shared.length === 0) return events;
  let next = 0;
  return events.filter((_, position) => {
    if (shared[next]?.position !== position) return true;
    next += 1;
    return false;
  });
}

function spread(verdicts: readonly EventVerdict[], shared: readonly Shared[]): (EventVerdict | undefined)[] {
  const all: (EventVerdict | undefined)[] = [];
  let from = 0;
  for (const { position } of shared) {
    const count = position - all.length;
    for (const verdict of verdicts.slice(from, from + count)) all.push(verdict);
    from += count;
    all.push(undefined);
  }
  return [...all, ...verdicts.slice(from)];
}

async function settle(
  verdicts: readonly (EventVerdict | undefined)[],
  shared: readonly Shared[],
): Promise<(EventVerdict | undefined)[]> {
  const settled = [...verdicts];
  const outcomes = new Map<Batch, Outcome>();
  for (const batch of new Set(shared.map((one) => one.batch))) outcomes.set(batch, await batch.outcome);
  for (const { position, batch, there } of shared) {
    const told = outcomes.get(batch)?.[there]?.outcome;
    if (told === 'accepted' || told === 'duplicate') settled[position] = { outcome: 'duplicate' };
  }
  return settled;
}
