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
type Shared = { batch: Batch; there: number };

/** A batch, and what of it other batches are adding already. */
export type Share = {
  /** Whether another batch is adding the event at this position just the same. */
  isShared(position: number): boolean;
  sharedCount: number;
  /** @returns one verdict an event of the batch, given those of its own; undefined for what others are adding */
  spread(own: readonly (EventVerdict | undefined)[]): (EventVerdict | undefined)[];
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
      for (const position of shared.keys()) positions.delete((events[position] as UsageEvent).eventId);
      const batch = { events, positions, outcome };
      batches.add(batch);
      return {
        isShared: (position) => shared.has(position),
        sharedCount: shared.size,
        spread(own) {
          let next = 0;
          return events.map((_, position) => (shared.has(position) ? undefined : own[next++]));
        },
        end(all) {
          batches.delete(batch);
          resolve(all);
        },
        settle: (verdicts) => settle(verdicts, shared),
      };
    },
  };
}

/** By position. Where a batch says two things under one id, the first of them decides, so that none of them is left to another. */
function sharedWith(batches: ReadonlySet<Batch>, events: readonly UsageEvent[]): Map<number, Shared> {
  const shared = new Map<number, Shared>();
  if (batches.size === 0) return shared;
  const ownIds = new Set<string>();
  events.forEach((event, position) => {
    const other = found(batches, event);
    if (other === undefined) ownIds.add(event.eventId);
    else shared.set(position, other);
  });
  for (const position of shared.keys())
    if (ownIds.has((events[position] as UsageEvent).eventId)) shared.delete(position);
  return shared;
}

function found(batches: ReadonlySet<Batch>, event: UsageEvent): Shared | undefined {
  for (const batch of batches) {
    const there = batch.positions.get(event.eventId);
    if (there !== undefined && isSame(event, batch.events[there] as UsageEvent)) return { batch, there };
  }
  return undefined;
}

const isSame = (event: UsageEvent, other: UsageEvent): boolean =>
  event.source === other.source && event.contentHash === other.contentHash;

async function settle(
  verdicts: readonly (EventVerdict | undefined)[],
  shared: ReadonlyMap<number, Shared>,
): Promise<(EventVerdict | undefined)[]> {
  const settled = [...verdicts];
  for (const [position, { batch, there }] of shared) {
    const told = (await batch.outcome)?.[there]?.outcome;
    if (told === 'accepted' || told === 'duplicate') settled[position] = { outcome: 'duplicate' };
  }
  return settled;
}
