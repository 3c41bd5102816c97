import { type Meter, termsOf } from '@billhook/core/catalog/meter';
import { passesFilters } from '@billhook/core/catalog/property-filter';
import { type Instant, later, MS_PER_DAY } from '@billhook/core/time/instant';
import { type EventVerdict, judgeEvent } from '@billhook/core/usage/event-verdict';
import { type LateUsage, lateUsageFor } from '@billhook/core/usage/late-policy';
import type { Closing, StoredMark } from './repo.ts';
import type { UsageEvent } from './types.ts';

/** A meter with what it says of late usage; left out or null for what the seller says. */
export type LateMeter = Meter & { lateUsage?: LateUsage | null };

/** What is known when a batch is judged. */
export type BatchFacts = {
  now: Instant;
  lateWindowDays: number;
  customers: ReadonlyMap<string, string>;
  meters: readonly LateMeter[];
  closings: readonly Closing[];
  /** What becomes of an event that came after its bill, where its meters leave that to the seller. */
  late: LateUsage;
  /** Someone has looked at these events and wants them counted, however old they are. */
  isAssigned: boolean;
  /** Events before this are in archives: whether one was counted is not known here any more. */
  archivedUntil: Instant | null;
  stored: readonly StoredMark[];
};

/** Judges events in their order; each one that is accepted is known to those after it. */
export function judgeBatch(events: readonly UsageEvent[], facts: BatchFacts): EventVerdict[] {
  // As wide as time itself, or as what is known of it.
  const knownMs = facts.archivedUntil === null ? facts.now : facts.now - facts.archivedUntil;
  const lateWindowMs = facts.isAssigned ? knownMs : Math.min(facts.lateWindowDays * MS_PER_DAY, knownMs);
  // By source and then by id: two look-ups cost less than a name put together from both.
  const known = new Map<string, Map<string, string>>();
  const knownOf = (source: string) => {
    const bySource = known.get(source) ?? new Map<string, string>();
    if (bySource.size === 0) known.set(source, bySource);
    return bySource;
  };
  for (const { source, event_id: eventId, content_hash: contentHash } of facts.stored)
    knownOf(source).set(eventId, contentHash);
  const metersByType = Map.groupBy(facts.meters, (meter) => meter.eventType);
  const closed = closedUntil(facts.closings);
  return events.map((event) => {
    const meters = metersByType.get(event.type) ?? [];
    const customerId = facts.customers.get(event.subject) ?? null;
    const ofSource = knownOf(event.source);
    const asking = closed.size === 0 ? [] : meters.filter(asksFor(event));
    const verdict = judgeEvent({
      now: facts.now,
      time: event.time,
      data: event.data,
      meters,
      customerId,
      stored: storedAs(event, ofSource.get(event.eventId)),
      billedThrough: billedThrough(asking, customerId, closed),
      lateWindowMs,
      late: lateFor(event, asking, customerId, closed, facts),
    });
    if (verdict.outcome === 'accepted') ofSource.set(event.eventId, event.contentHash);
    return verdict;
  });
}

/** Whether a meter counts an event: a bill of what it does not count does not make the event late. */
const asksFor = (event: UsageEvent) => (meter: Meter) => passesFilters(termsOf(meter).filters, event.data);

/** Whoever had an event counted on purpose has answered for the quarantine. */
function lateFor(
  event: UsageEvent,
  asking: readonly LateMeter[],
  customerId: string | null,
  closed: ReadonlyMap<string, Instant>,
  { late, isAssigned }: BatchFacts,
): LateUsage {
  if (closed.size === 0) return late;
  const missed = asking.filter(
    (meter) => event.time < (closed.get(`${customerId}/${meter.id}`) ?? event.time),
  );
  const policy = lateUsageFor(
    missed.map(({ lateUsage }) => lateUsage ?? null),
    late,
  );
  return isAssigned && policy === 'quarantine' ? late : policy;
}

function closedUntil(closings: readonly Closing[]): ReadonlyMap<string, Instant> {
  return new Map(
    closings.map((closing) => [`${closing.customerId}/${closing.meterId}`, closing.closedUntil]),
  );
}

/** The same id at another time is another event: the digest of the content holds its time. */
function storedAs(event: UsageEvent, known: string | undefined): 'none' | 'same' | 'different' {
  if (known === undefined) return 'none';
  return known === event.contentHash ? 'same' : 'different';
}

function billedThrough(
  meters: readonly Meter[],
  customerId: string | null,
  closed: ReadonlyMap<string, Instant>,
): Instant | null {
  let latest: Instant | null = null;
  for (const meter of meters) {
    const until = closed.get(`${customerId}/${meter.id}`);
    if (until !== undefined) latest = latest === null ? until : later(latest, until);
  }
  return latest;
}

/** One meter for all of these events, whatever their types. */
export function metersAs(meter: Meter, events: readonly UsageEvent[]): Meter[] {
  return [...new Set(events.map(({ type }) => type))].map((eventType) => ({ ...meter, eventType }));
}
