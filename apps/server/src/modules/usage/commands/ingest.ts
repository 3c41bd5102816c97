import type { Meter } from '@billhook/core/catalog/meter';
import { invariant } from '@billhook/core/kernel/invariant';
import type { EventVerdict, QuarantineReason } from '@billhook/core/usage/event-verdict';
import type { LateUsage } from '@billhook/core/usage/late-policy';
import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { listMeters, listSubjectFeatures } from '../../catalog/api.ts';
import { shareBySubject, shareCustomers } from '../../customers/api.ts';
import { markBurns } from '../burn-marks.ts';
import { amendedBefore, noteLate } from '../corrections.ts';
import { judgeBatch } from '../judge-batch.ts';
import { type ReadEvent, readEvent } from '../read-event.ts';
import * as repo from '../repo.ts';
import { archivedUntil } from '../retention.ts';
import { hourValues, rollupDeltas } from '../rollup.ts';
import { addToSubjectRollups, subjectDeltas } from '../subject-rollup.ts';
import type {
  AcceptedEvent,
  IngestAnswer,
  IngestResult,
  IngestStatus,
  QuarantinedEvent,
  UsageEvent,
} from '../types.ts';

export const MAX_BATCH = 1000;

const WHY: Record<QuarantineReason, string> = {
  unknown_customer:
    'unknown_customer: there is no customer with this subject; the event is kept until it is assigned.',
  unknown_meter: 'unknown_meter: no meter counts this type; the event is kept.',
  late: 'late: the event is older than the late window or its period has been billed; the event is kept.',
  id_conflict: 'id_conflict: another event has this source and id; this one is kept aside.',
};

const LATE = {
  next_invoice: 'late: its period has been billed; it counts from now on and stands on the next invoice.',
  correct: 'late: its period has been billed; it counts there, and the difference is billed or credited.',
} as const;

/**
 * Takes a batch of CloudEvents as received and answers for each: `accepted`, `duplicate`, `quarantined` or `rejected`.
 * Events, dedupe marks, hourly figures and sets of values are written by the caller's transaction, so they stand or fall together.
 */
export async function ingest(ctx: CommandCtx, values: readonly unknown[]): Promise<IngestAnswer> {
  const reads = readBatch(values);
  return answerTo(reads, await ingestEvents(ctx, eventsOf(reads)));
}

/** A batch as read: what is wrong in itself is known before anything is looked up. */
export function readBatch(values: readonly unknown[]): ReadEvent[] {
  if (values.length > MAX_BATCH) refuse('request.too_large', `A batch has at most ${MAX_BATCH} events.`);
  return values.map(readEvent);
}

export function eventsOf(reads: readonly ReadEvent[]): UsageEvent[] {
  return reads.flatMap((read) => (read.ok ? [read.event] : []));
}

/** @param verdicts one for each event that was read, in their order */
export function answerTo(reads: readonly ReadEvent[], verdicts: readonly EventVerdict[]): IngestAnswer {
  let next = 0;
  const results = reads.map((read, index): IngestResult => {
    if (!read.ok) return { index, id: read.id, status: 'rejected', reason: clip(read.faults.join(' ')) };
    const verdict = verdicts[next];
    next += 1;
    invariant(verdict !== undefined, 'Every event that was read has a verdict.');
    return present(index, read.event, verdict);
  });
  return { results, counts: countsOf(results) };
}

/** Takes events that have been read. One verdict an event, in their order. */
export async function ingestEvents(ctx: CommandCtx, events: readonly UsageEvent[]): Promise<EventVerdict[]> {
  if (events.length === 0) return [];
  const customers = await shareBySubject(
    ctx,
    events.map((event) => event.subject),
  );
  return judgeAndAdd(ctx, events, customers);
}

/**
 * As `ingestEvents`, with the customers that the subjects stand for.
 *
 * @param assigned someone wants these events counted, however old they are; with another policy for late ones than the
 *   seller's, and the one meter that is to count them, where that was chosen
 */
export async function ingestFor(
  ctx: CommandCtx,
  events: readonly UsageEvent[],
  customers: ReadonlyMap<string, string>,
  assigned?: { late: LateUsage; meter: Meter | null },
): Promise<EventVerdict[]> {
  await shareCustomers(ctx, [...customers.values()]);
  return judgeAndAdd(ctx, events, customers, assigned);
}

/**
 * Billing takes the whole lock of a customer, and the caller holds a share of it, so what is read from here on holds
 * until these events are in. Most events are new, so they are added as if they were; what then stands in the way, or
 * could not be added anyway, is judged by what is stored under its id.
 */
async function judgeAndAdd(
  ctx: CommandCtx,
  events: readonly UsageEvent[],
  customers: ReadonlyMap<string, string>,
  assigned?: { late: LateUsage; meter: Meter | null },
): Promise<EventVerdict[]> {
  const closings = await repo.closingsOf(ctx, [...new Set(customers.values())]);
  const known = (await listMeters(ctx)).filter((meter) => meter.archivedAt === null);
  const meters = assigned?.meter ? metersAs(assigned.meter, events) : known;
  const facts = {
    now: ctx.now,
    lateWindowDays: ctx.tenant.settings.lateWindowDays,
    customers,
    meters,
    closings,
    late: assigned?.late ?? ctx.tenant.settings.lateUsage,
    isAssigned: assigned !== undefined,
    // What comes in by itself is never older than the late window, which ends long before an archive begins.
    archivedUntil: assigned === undefined ? null : await archivedUntil(ctx),
  };
  const verdicts = judgeBatch(events, { ...facts, stored: [] });
  const burning = new Set(known.flatMap(({ id, burnsCredits }) => (burnsCredits ? [id] : [])));
  const added = await addAccepted(ctx, acceptedOf(events, verdicts, customers), meters, burning);
  const isAdded = (event: UsageEvent, index: number) =>
    verdicts[index]?.outcome === 'accepted' && added.has(keyOf(event));
  const others = events.flatMap((event, index) => (isAdded(event, index) ? [] : [{ event, index }]));
  if (others.length === 0) return verdicts;
  const rest = others.map(({ event }) => event);
  const judged = judgeBatch(rest, { ...facts, stored: await repo.storedUnder(ctx, rest) });
  const again = await knownAsAmended(ctx, rest, judged);
  const quarantined: QuarantinedEvent[] = [];
  others.forEach(({ event, index }, position) => {
    const verdict = again[position];
    invariant(
      verdict !== undefined && verdict.outcome !== 'accepted',
      'What could not be added has something stored under its id.',
    );
    verdicts[index] = verdict;
    if (verdict.outcome === 'quarantined') quarantined.push({ event, reason: verdict.reason });
  });
  await repo.insertQuarantine(ctx, sorted(quarantined));
  return verdicts;
}

/** @returns the keys of the events that were added; the others have something stored under their id */
async function addAccepted(
  ctx: CommandCtx,
  accepted: readonly AcceptedEvent[],
  meters: readonly Meter[],
  burning: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  if (accepted.length === 0) return new Set();
  const keys = await repo.insertEvents(ctx, sorted(accepted));
  const inserted = accepted.filter(({ event }) => keys.has(keyOf(event)));
  await noteLate(
    ctx,
    inserted.filter(({ isCorrection }) => isCorrection),
  );
  await repo.addToRollups(ctx, rollupDeltas(inserted, meters));
  await repo.addToValues(ctx, hourValues(inserted));
  const perSubject = await listSubjectFeatures(ctx);
  await addToSubjectRollups(ctx, subjectDeltas(inserted, perSubject, meters));
  await repo.afterAdding(ctx, inserted);
  const paid = inserted.filter(({ readings }) => readings.some(({ meterId }) => burning.has(meterId)));
  await markBurns(
    ctx,
    paid.map(({ customerId, event }) => ({ customerId, source: event.source, eventId: event.eventId })),
  );
  return keys;
}

/** One meter for all of these events, whatever their types. */
function metersAs(meter: Meter, events: readonly UsageEvent[]): Meter[] {
  return [...new Set(events.map(({ type }) => type))].map((eventType) => ({ ...meter, eventType }));
}

/** What an event said before it was amended is no other event: sending it again changes nothing. */
async function knownAsAmended(
  ctx: CommandCtx,
  events: readonly UsageEvent[],
  verdicts: EventVerdict[],
): Promise<EventVerdict[]> {
  const isConflict = (index: number) => {
    const verdict = verdicts[index];
    return verdict?.outcome === 'quarantined' && verdict.reason === 'id_conflict';
  };
  const conflicts = events.filter((_, index) => isConflict(index));
  if (conflicts.length === 0) return verdicts;
  const former = await amendedBefore(ctx, conflicts);
  return verdicts.map((verdict, index) => {
    const event = events[index];
    const isFormer = event !== undefined && former.has(`${keyOf(event)}${event.contentHash}`);
    return isConflict(index) && isFormer ? { outcome: 'duplicate' } : verdict;
  });
}

function acceptedOf(
  events: readonly UsageEvent[],
  verdicts: readonly EventVerdict[],
  customers: ReadonlyMap<string, string>,
): AcceptedEvent[] {
  return events.flatMap((event, index) => {
    const verdict = verdicts[index];
    const customerId = customers.get(event.subject);
    if (verdict?.outcome !== 'accepted' || customerId === undefined) return [];
    const { readings, countedAt, isCorrection } = verdict;
    return [{ event, customerId, readings, countedAt, isCorrection }];
  });
}

const keyOf = (event: UsageEvent) => repo.keyOf(event.source, event.eventId, event.time);

/** All writers add keys in this order; otherwise two batches with shared keys could wait for each other. */
function sorted<T extends { event: UsageEvent }>(rows: readonly T[]): T[] {
  return rows
    .map((row) => ({ row, key: `${keyOf(row.event)}${row.event.contentHash}` }))
    .sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0))
    .map(({ row }) => row);
}

function present(index: number, event: UsageEvent, verdict: EventVerdict): IngestResult {
  const answer = { index, id: event.eventId, status: verdict.outcome };
  switch (verdict.outcome) {
    case 'accepted': {
      if (verdict.isCorrection) return { ...answer, reason: LATE.correct };
      return verdict.countedAt === event.time ? answer : { ...answer, reason: LATE.next_invoice };
    }
    case 'duplicate':
      return { ...answer, reason: 'duplicate: this event was counted before.' };
    case 'quarantined':
      return { ...answer, reason: WHY[verdict.reason] };
    case 'rejected':
      return {
        ...answer,
        reason: clip(verdict.reasons.map(({ code, detail }) => `${code}: ${detail}`).join(' ')),
      };
  }
}

const clip = (text: string) => (text.length > 500 ? `${text.slice(0, 499)}…` : text);

export function countsOf(results: readonly { status: IngestStatus }[]): Record<IngestStatus, number> {
  const counts = { accepted: 0, duplicate: 0, quarantined: 0, rejected: 0 };
  for (const { status } of results) counts[status] += 1;
  return counts;
}
