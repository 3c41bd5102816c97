import type { Meter } from '@billhook/core/catalog/meter';
import { invariant } from '@billhook/core/kernel/invariant';
import type { Instant } from '@billhook/core/time/instant';
import type { EventVerdict, QuarantineReason } from '@billhook/core/usage/event-verdict';
import type { LateUsage } from '@billhook/core/usage/late-policy';
import type { CommandCtx, EarlyCtx } from '../../../platform/context.ts';
import type { Recent } from '../../../platform/recent.ts';
import { refuse } from '../../../platform/refuse.ts';
import {
  type Gathered,
  insistOn,
  openGathered,
  type Part,
  sendGathered,
  writeTogether,
} from '../../../platform/together.ts';
import { listMeters, listSubjectFeatures, rememberedWords, type Words } from '../../catalog/api.ts';
import { readSubjects, shareCustomers, shareSubjects } from '../../customers/api.ts';
import {
  areRepeated,
  countedReadings,
  countUnits,
  inOrderOfKeys,
  insertEvents,
  newEvents,
  settleQuarantined,
} from '../add-events.ts';
import { markBurns } from '../burn-marks.ts';
import { amendedBefore, noteLate } from '../corrections.ts';
import { judgeBatch, metersAs } from '../judge-batch.ts';
import { type ReadEvent, readEvent } from '../read-event.ts';
import * as repo from '../repo.ts';
import { archivedUntil } from '../retention.ts';
import { hourValues, rollupDeltas } from '../rollup.ts';
import { addToSubjectRollups, type SubjectFeature, subjectDeltas } from '../subject-rollup.ts';
import {
  type AcceptedEvent,
  contentKey,
  type IngestAnswer,
  type IngestResult,
  type IngestStatus,
  type QuarantinedEvent,
  type UsageEvent,
} from '../types.ts';
import { newSums, partedSums } from '../waiting-sums.ts';

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
  return ingestOn(ctx, events, await lookUpGround(ctx, events, NOBODY_KNOWN));
}

const NOBODY_KNOWN: KnownSubjects = { get: () => undefined, set: () => undefined, delete: () => undefined };

/** What a batch stands on: all that is looked up before it is judged. */
export type Ground = {
  /** Row ids by subject. They are shared, so that billing waits. */
  customers: ReadonlyMap<string, string>;
  closings: repo.Closings;
  meters: readonly (Meter & { archivedAt: Instant | null; burnsCredits: boolean })[];
  perSubject: readonly SubjectFeature[];
  /** Customers whose limits are to be looked at afterwards; everybody's if left out. */
  watched?: ReadonlySet<string>;
  /**
   * The events are of now, and new, or the transaction ends: no answer of the database is waited for. `mayBeQuarantined`:
   * whether one of them may wait in quarantine. `mayRepeat`: which are new is waited for, and the others say what those
   * before them said, or the transaction ends. `gathered`: where what is written is gathered, which the caller sends.
   */
  insists?: { mayBeQuarantined: boolean; mayRepeat: boolean; gathered: Gathered } | undefined;
};

/** Who subjects stood for when they were last seen, by tenant and subject; only a guess until the database says the same. */
export type KnownSubjects = Pick<Recent<string, string>, 'get' | 'set' | 'delete'>;

/** Sends all statements at once. Billing takes the whole lock of a customer, so what is read behind the share holds. */
export async function lookUpGround(
  ctx: EarlyCtx,
  events: readonly UsageEvent[],
  known: KnownSubjects,
): Promise<Ground> {
  const subjects = readSubjects(events.map((event) => event.subject));
  const { byTypeId, external } = subjects;
  const [customers, closings, words] = await Promise.all([
    shareSubjects(ctx, subjects),
    repo.closingsOf(ctx, { ids: [...byTypeId.values()], external }),
    rememberedWords(ctx),
  ]);
  for (const { subject } of events) {
    const id = customers.get(subject);
    if (id === undefined) known.delete(`${ctx.tenant.id} ${subject}`);
    else known.set(`${ctx.tenant.id} ${subject}`, id);
  }
  return { customers, closings, ...measuresOf(words) };
}

/** What events are measured by. */
export function measuresOf({
  features,
  meters,
}: Pick<Words, 'features' | 'meters'>): Pick<Ground, 'meters' | 'perSubject'> {
  const perSubject = features.filter(({ subjectProperty }) => subjectProperty !== null);
  return { meters: [...meters.values()], perSubject };
}

/**
 * What a batch stands on, for a caller who shares its customers, knows the words of the tenant, and has locked all their
 * counters: it counts in them itself what is accepted.
 */
export async function groundOf(ctx: EarlyCtx, known: Omit<Ground, 'closings'>): Promise<Ground> {
  const ids = [...new Set(known.customers.values())];
  return {
    ...known,
    closings: { closed: await repo.closedUntil(ctx, ids), counted: new Set() },
  };
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
  const ids = [...new Set(customers.values())];
  const [, closings, meters, perSubject] = await Promise.all([
    shareCustomers(ctx, ids),
    repo.closingsOf(ctx, { ids, external: [] }),
    listMeters(ctx),
    listSubjectFeatures(ctx),
  ]);
  return ingestOn(ctx, events, { customers, closings, meters, perSubject }, assigned);
}

/**
 * What was looked up holds until these events are in. Most events are new, so they are added as if they were; what then
 * stands in the way, or could not be added anyway, is judged by what is stored under its id.
 */
export async function ingestOn(
  ctx: CommandCtx,
  events: readonly UsageEvent[],
  ground: Ground,
  assigned?: { late: LateUsage; meter: Meter | null },
): Promise<EventVerdict[]> {
  const { customers, closings } = ground;
  const known = ground.meters.filter((meter) => meter.archivedAt === null);
  const meters = assigned?.meter ? metersAs(assigned.meter, events) : known;
  const facts = {
    now: ctx.now,
    lateWindowDays: ctx.tenant.settings.lateWindowDays,
    customers,
    meters,
    closings: closings.closed,
    late: assigned?.late ?? ctx.tenant.settings.lateUsage,
    isAssigned: assigned !== undefined,
    // What comes in by itself is never older than the late window, which ends long before an archive begins.
    archivedUntil: assigned === undefined ? null : await archivedUntil(ctx),
  };
  const verdicts = judgeBatch(events, { ...facts, stored: [] });
  const burning = new Set(known.flatMap(({ id, burnsCredits }) => (burnsCredits ? [id] : [])));
  const { added, repeats } = await addAccepted(ctx, acceptedOf(events, verdicts, customers), {
    ...ground,
    meters,
    burning,
  });
  for (const { index } of repeats) verdicts[index] = { outcome: 'duplicate' };
  // What repeats an event of the same batch repeats one that was insisted on.
  const isSettled = (index: number) =>
    added.has(index) || (ground.insists !== undefined && verdicts[index]?.outcome === 'duplicate');
  const others = events.flatMap((event, index) => (isSettled(index) ? [] : [{ event, index }]));
  if (others.length === 0) return verdicts;
  // What is stored is looked for behind what this batch adds.
  if (ground.insists !== undefined) sendGathered(ctx, ground.insists.gathered);
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
  await repo.insertQuarantine(ctx, quarantined.sort(inOrderOfKeys));
  return verdicts;
}

type Numbered = AcceptedEvent & { index: number };

type Added = {
  /** The indexes of the events that were added. */
  added: ReadonlySet<number>;
  /** Those that were not, and are insisted on as repetitions; others that were not added have something stored under their id. */
  repeats: readonly Numbered[];
};

async function addAccepted(
  ctx: CommandCtx,
  accepted: Numbered[],
  {
    meters,
    perSubject,
    closings,
    burning,
    watched,
    insists,
  }: Pick<Ground, 'perSubject' | 'closings' | 'watched' | 'insists'> & {
    meters: readonly Meter[];
    burning: ReadonlySet<string>;
  },
): Promise<Added> {
  if (accepted.length === 0) return { added: new Set(), repeats: [] };
  accepted.sort(inOrderOfKeys);
  const { gathered = openGathered() } = insists ?? {};
  const { parts, behind } = gathered;
  const { inserted, left, isQuarantineOpen, first } = await insertAccepted(ctx, accepted, insists);
  parts.push(...first);
  const repeats = insists === undefined ? [] : left;
  ctx.unawaited(insistOn(ctx, [areRepeated(repeats)]));
  await noteLate(
    ctx,
    inserted.filter(({ isCorrection }) => isCorrection),
  );
  // Nothing after this needs to know how these ended, and COMMIT does nothing if one of them failed.
  const { waiting, atOnce } = partedSums(rollupDeltas(inserted, meters));
  parts.push(...newSums(ctx, waiting));
  behind.push(
    () => repo.addToRollups(ctx, atOnce),
    () => repo.addToValues(ctx, hourValues(inserted)),
    () => addToSubjectRollups(ctx, subjectDeltas(inserted, perSubject, meters)),
    () => countUnits(ctx, countedReadings(inserted, closings.counted)),
  );
  if (isQuarantineOpen) behind.push(() => settleQuarantined(ctx, inserted));
  const customerIds = [...new Set(inserted.map(({ customerId }) => customerId))].sort();
  ctx.outdate(customerIds);
  const looked = watched === undefined ? customerIds : customerIds.filter((id) => watched.has(id));
  parts.push(...repo.newAlertChecks(ctx, looked));
  const paid = inserted.filter(({ readings }) => readings.some(({ meterId }) => burning.has(meterId)));
  const burns = paid.map(({ customerId, event: { source, eventId } }) => ({ customerId, source, eventId }));
  behind.push(() => markBurns(ctx, burns));
  if (insists === undefined) sendGathered(ctx, gathered);
  return { added: new Set(inserted.map(({ index }) => index)), repeats };
}

type Taken = {
  inserted: readonly Numbered[];
  left: readonly Numbered[];
  isQuarantineOpen: boolean;
  /** What is written first. */
  first: Part[];
};

async function insertAccepted(
  ctx: CommandCtx,
  accepted: readonly Numbered[],
  insists: Ground['insists'],
): Promise<Taken> {
  if (insists?.mayRepeat === false) {
    const { mayBeQuarantined: isQuarantineOpen } = insists;
    return { inserted: accepted, left: [], isQuarantineOpen, first: newEvents(ctx, accepted) };
  }
  const [{ left: without, rows }, isQuarantineOpen] = await Promise.all([
    insertEvents(ctx, accepted),
    insists?.mayBeQuarantined ?? repo.isQuarantineOpen(ctx),
  ]);
  // Where somebody looked, more is written that rests on the rows.
  if (insists === undefined) ctx.unawaited(writeTogether(ctx, rows));
  const first = insists === undefined ? [] : rows;
  if (without.size === 0) return { inserted: accepted, left: [], isQuarantineOpen, first };
  const left = accepted.filter((_, position) => without.has(position));
  const inserted = accepted.filter((_, position) => !without.has(position));
  return { inserted, left, isQuarantineOpen, first };
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
    const isFormer = event !== undefined && former.has(contentKey(event));
    return isConflict(index) && isFormer ? { outcome: 'duplicate' } : verdict;
  });
}

function acceptedOf(
  events: readonly UsageEvent[],
  verdicts: readonly EventVerdict[],
  customers: ReadonlyMap<string, string>,
): Numbered[] {
  const accepted: Numbered[] = [];
  events.forEach((event, index) => {
    const verdict = verdicts[index];
    const customerId = customers.get(event.subject);
    if (verdict?.outcome !== 'accepted' || customerId === undefined) return;
    const { readings, countedAt, isCorrection } = verdict;
    accepted.push({ event, customerId, readings, countedAt, isCorrection, index });
  });
  return accepted;
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
