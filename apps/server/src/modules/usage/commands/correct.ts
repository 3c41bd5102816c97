import type { Meter } from '@billhook/core/catalog/meter';
import type { Instant } from '@billhook/core/time/instant';
import { judgeEvent } from '@billhook/core/usage/event-verdict';
import type { CommandCtx } from '../../../platform/context.ts';
import { type FieldFault, refuse } from '../../../platform/refuse.ts';
import { iso } from '../../../platform/sql.ts';
import { writeTogether } from '../../../platform/together.ts';
import { listMeters, type StoredMeter } from '../../catalog/api.ts';
import { findBySubject, lockCustomers } from '../../customers/api.ts';
import { inOrderOfKeys, insertEvents } from '../add-events.ts';
import { type BurnMark, markBurns } from '../burn-marks.ts';
import {
  eventsOfStretch,
  insertCorrections,
  insertRevisions,
  type StandingEvent,
  standingEvents,
  uncount,
} from '../corrections.ts';
import { readEvent } from '../read-event.ts';
import { recomputeHours } from '../recompute.ts';
import * as repo from '../repo.ts';
import { archivedUntil } from '../retention.ts';
import type { AcceptedEvent, Touched, UsageEvent } from '../types.ts';

/** More than this a backfill does not replace at once. */
export const MAX_REPLACED = 50_000;
/** So many ids are named in a fault. */
const MAX_NAMED = 10;

export type EventKey = { source: string; eventId: string };

/**
 * `void`: events count for nothing from now on. `amend`: an event gets another content under its id; `meter` is the one that
 * counts it, where others of its type have no part in it. `backfill`: events
 * of a customer and a type in a stretch of time are added, or take the place of all that are there.
 */
export type CorrectionRequest =
  | { kind: 'void'; events: readonly EventKey[]; reason: string }
  | { kind: 'amend'; key: EventKey; content: Record<string, unknown>; meter?: Meter; reason: string }
  | {
      kind: 'backfill';
      mode: 'add' | 'replace';
      customerId: string;
      type: string;
      from: Instant;
      to: Instant;
      events: readonly unknown[];
      reason: string;
    };

export type CorrectionSummary = {
  voided: number;
  amended: number;
  added: number;
  /** Those that are there as they were sent. */
  unchanged: number;
};

type Work = {
  kind: CorrectionRequest['kind'];
  reason: string;
  voids: StandingEvent[];
  /** New contents; with the event that each takes the place of, where there is one. */
  puts: { put: AcceptedEvent; before: StandingEvent | null }[];
  unchanged: number;
};

/**
 * Puts usage right: what events said stays as it came, and what they count for changes, with the hourly figures, in this
 * transaction. The customers concerned are locked whole, so that nothing is billed or taken in for them meanwhile.
 * Answers the moments whose figures changed; what that means for invoices is the caller's.
 * Refuses with `event.not_found`, `customer.not_found`, `request.invalid`, `request.too_large`.
 *
 * @param onLocked called with the customers concerned before anything is changed
 */
export async function correct(
  ctx: CommandCtx,
  request: CorrectionRequest,
  onLocked?: (customerIds: readonly string[]) => Promise<void>,
): Promise<{ touched: Touched[]; summary: CorrectionSummary }> {
  const known = await listMeters(ctx);
  const meters = known.filter((meter) => meter.archivedAt === null);
  const work = await planOf(ctx, request, meters);
  const replaced = work.puts.flatMap(({ before }) => (before === null ? [] : [before]));
  const uncounted = [...work.voids, ...replaced].filter(({ meterIds }) => meterIds.length > 0);
  await refuseArchived(ctx, work);
  const concerned = [...work.voids, ...replaced, ...work.puts.map(({ put }) => put)];
  await onLocked?.([...new Set(concerned.map(({ customerId }) => customerId))].sort());
  await keepFacts(ctx, work);
  await uncount(ctx, uncounted);
  await insertRevisions(
    ctx,
    work.puts.flatMap(({ put, before }) =>
      before === null ? [] : [{ ...put, revision: before.revision + 1 }],
    ),
  );
  const fresh = work.puts.flatMap(({ put, before }) => (before === null ? [put] : [])).sort(inOrderOfKeys);
  await addFresh(ctx, fresh);
  const touched = touchedBy(uncounted, work.puts);
  await markBurns(ctx, burningOf(uncounted, work.puts, known));
  await recomputeHours(ctx, touched, meters);
  await repo.requestAlertChecks(ctx, [...new Set(touched.map(({ customerId }) => customerId))].sort());
  const summary = {
    voided: work.voids.length,
    amended: replaced.length,
    added: fresh.length,
    unchanged: work.unchanged,
  };
  return { touched, summary };
}

/** The customers are locked, but an event of another one may have taken the same source and id since they were looked for. */
async function addFresh(ctx: CommandCtx, fresh: readonly AcceptedEvent[]): Promise<void> {
  if (fresh.length === 0) return;
  const { left, rows } = await insertEvents(ctx, fresh);
  ctx.unawaited(writeTogether(ctx, rows));
  if (left.size === 0) return;
  const ids = fresh.flatMap(({ event }, position) => (left.has(position) ? [event.eventId] : []));
  const detail = `Another event has this source and id: ${ids.slice(0, MAX_NAMED).join(', ')}.`;
  refuse('request.invalid', 'Nothing was changed.', {
    faults: [{ pointer: '/events', code: 'event.id_conflict', detail }],
  });
}

/** Hourly figures of a time whose events are in archives could not be worked out again. */
async function refuseArchived(ctx: CommandCtx, { voids, puts }: Work): Promise<void> {
  const until = await archivedUntil(ctx);
  const times = [...voids.map(({ time }) => time), ...puts.map(({ put }) => put.countedAt)];
  if (until === null || times.every((time) => time >= until)) return;
  const detail = `Events before ${iso(until)} are in archives and count as they did.`;
  refuse('request.invalid', `${detail} Nothing was changed.`, {
    faults: [{ pointer: '', code: 'event.archived', detail }],
  });
}

async function planOf(ctx: CommandCtx, request: CorrectionRequest, meters: readonly Meter[]): Promise<Work> {
  const { kind, reason } = request;
  if (kind === 'void') {
    const voids = await lockedEvents(ctx, request.events);
    const counting = voids.filter(({ meterIds }) => meterIds.length > 0);
    return { kind, reason, voids: counting, puts: [], unchanged: voids.length - counting.length };
  }
  if (kind === 'amend') {
    const [seen] = await standingEvents(ctx, [request.key]);
    const content = { ...request.content, id: request.key.eventId, source: request.key.source };
    const owners = seen === undefined ? [] : [seen.customerId];
    const counting = request.meter === undefined ? meters : [request.meter];
    const [put] = await readAll(ctx, [content], counting, owners, '');
    const [before] = await lockedEvents(ctx, [request.key], owners);
    if (put === undefined || before === undefined) return refuseMissing();
    const isSame = before.contentHash === put.event.contentHash && before.meterIds.length > 0;
    return { kind, reason, voids: [], puts: isSame ? [] : [{ put, before }], unchanged: isSame ? 1 : 0 };
  }
  return planBackfill(ctx, request, meters);
}

async function planBackfill(
  ctx: CommandCtx,
  request: Extract<CorrectionRequest, { kind: 'backfill' }>,
  meters: readonly Meter[],
): Promise<Work> {
  const { kind, reason, mode, customerId, type, from, to } = request;
  const puts = await readAll(ctx, request.events, meters, [customerId], '/events');
  const faults: FieldFault[] = [];
  const seen = new Set<string>();
  const known = new Map(
    (
      await standingEvents(
        ctx,
        puts.map(({ event }) => event),
      )
    ).map((one) => [keyOf(one), one]),
  );
  for (const [index, { event, customerId: owner }] of puts.entries()) {
    const fault = (code: string, detail: string) =>
      faults.push({ pointer: `/events/${index}`, code, detail });
    const before = known.get(keyOf(event));
    if (seen.has(keyOf(event))) fault('event.twice', 'This source and id stand in the list twice.');
    else if (owner !== customerId) fault('event.other_customer', 'The event is of another customer.');
    else if (event.type !== type) fault('event.other_type', `The event is not of the type ${type}.`);
    else if (event.time < from || event.time >= to)
      fault('event.outside', 'The time lies outside the stretch.');
    else if (before !== undefined && !isSame(before, event)) {
      const isInside = before.customerId === customerId && before.type === type && isWithin(before, from, to);
      if (mode === 'add' || !isInside)
        fault('event.id_conflict', 'Another event has this source and id; amend that one.');
    }
    seen.add(keyOf(event));
  }
  if (faults.length > 0) refuse('request.invalid', 'Nothing was changed.', { faults });
  const sent = puts.map((put) => ({ put, before: known.get(keyOf(put.event)) ?? null }));
  const changed = sent.filter(({ put, before }) => before === null || !isSame(before, put.event));
  let voids: StandingEvent[] = [];
  if (mode === 'replace') {
    const there = await eventsOfStretch(ctx, { customerId, type, from, to, limit: MAX_REPLACED + 1 });
    if (there.length > MAX_REPLACED)
      refuse(
        'request.too_large',
        `At most ${MAX_REPLACED} events are replaced at once. Take a shorter stretch.`,
      );
    voids = there.filter((event) => !seen.has(keyOf(event)));
  }
  return { kind, reason, voids, puts: changed, unchanged: sent.length - changed.length };
}

/** Sent as it stands, and it counts. */
function isSame(before: StandingEvent, event: UsageEvent): boolean {
  const time = before.occurredAt ?? before.time;
  return before.contentHash === event.contentHash && time === event.time && before.meterIds.length > 0;
}

function isWithin({ time }: StandingEvent, from: Instant, to: Instant): boolean {
  return time >= from && time < to;
}

/** Reads contents and measures them, with every fault of every one; locks their customers and those named beside. */
async function readAll(
  ctx: CommandCtx,
  values: readonly unknown[],
  meters: readonly Meter[],
  customerIds: readonly string[],
  pointer: string,
): Promise<AcceptedEvent[]> {
  const reads = values.map(readEvent);
  const subjects = reads.flatMap((read) => (read.ok ? [read.event.subject] : []));
  const customers = await findBySubject(ctx, subjects);
  await lockCustomers(ctx, [...new Set([...customers.values(), ...customerIds])]);
  const faults: FieldFault[] = [];
  const puts = reads.flatMap((read, index): AcceptedEvent[] => {
    const place = pointer === '' ? '' : `${pointer}/${index}`;
    if (!read.ok) {
      faults.push(...read.faults.map((detail) => ({ pointer: place, code: 'event.malformed', detail })));
      return [];
    }
    const { event } = read;
    const customerId = customers.get(event.subject) ?? null;
    const verdict = judgeEvent({
      now: ctx.now,
      time: event.time,
      data: event.data,
      meters: meters.filter((meter) => meter.eventType === event.type),
      customerId,
      stored: 'none',
      // It counts at its own time, whatever stands on invoices: that is what is being put right.
      billedThrough: null,
      lateWindowMs: ctx.now,
    });
    if (verdict.outcome === 'accepted' && customerId !== null)
      return [{ event, customerId, readings: verdict.readings, countedAt: event.time, isCorrection: false }];
    const refusals =
      verdict.outcome === 'rejected'
        ? verdict.reasons
        : [
            {
              code: `event.${verdict.outcome === 'quarantined' ? verdict.reason : 'refused'}`,
              detail: 'It cannot be counted.',
            },
          ];
    faults.push(...refusals.map(({ code, detail }) => ({ pointer: place, code, detail })));
    return [];
  });
  if (faults.length > 0) refuse('request.invalid', 'Nothing was changed.', { faults });
  return puts;
}

/**
 * Events under the lock of their customers. Who held a lock that was waited for may have moved an event to a customer who is
 * not locked yet, so it is looked again until all are.
 *
 * @param lockedIds customers that are locked already
 */
async function lockedEvents(
  ctx: CommandCtx,
  keys: readonly EventKey[],
  lockedIds: readonly string[] = [],
): Promise<StandingEvent[]> {
  const distinct = new Map(keys.map((key) => [keyOf(key), key]));
  const locked = new Set(lockedIds);
  for (;;) {
    const standing = await standingEvents(ctx, [...distinct.values()]);
    if (standing.length < distinct.size) return refuseMissing();
    const missing = standing.map(({ customerId }) => customerId).filter((id) => !locked.has(id));
    if (missing.length === 0) return standing;
    await lockCustomers(ctx, [...new Set(missing)]);
    for (const id of missing) locked.add(id);
  }
}

function refuseMissing(): never {
  refuse('event.not_found', 'There is no such event. Nothing was changed.');
}

const keyOf = ({ source, eventId }: EventKey) => JSON.stringify([source, eventId]);

/** What every event counted for until now: with its content where it is replaced, empty where it is added. */
async function keepFacts(ctx: CommandCtx, { kind, reason, voids, puts }: Work): Promise<void> {
  await insertCorrections(ctx, [
    ...voids.map((event) => ({ kind, event, nextRevision: null, reason })),
    ...puts.map(({ put, before }) => ({
      kind,
      event: before ?? {
        ...put.event,
        time: put.countedAt,
        revision: 1,
        customerId: put.customerId,
        meterIds: [],
        quantities: [],
      },
      nextRevision: before === null ? null : before.revision + 1,
      reason,
    })),
    // A new revision did not count before it came, which matters to lines that were issued before.
    ...puts.flatMap(({ put, before }) =>
      before === null
        ? []
        : [
            {
              kind,
              event: {
                ...put.event,
                time: put.countedAt,
                revision: before.revision + 1,
                customerId: put.customerId,
                meterIds: [],
                quantities: [],
              },
              nextRevision: null,
              reason,
            },
          ],
    ),
  ]);
}

/** Events that are paid for in credits, by the customer of each of their contents. */
function burningOf(
  uncounted: readonly StandingEvent[],
  puts: Work['puts'],
  meters: readonly StoredMeter[],
): BurnMark[] {
  const burning = new Set(meters.flatMap(({ id, burnsCredits }) => (burnsCredits ? [id] : [])));
  return [
    ...uncounted.filter(({ meterIds }) => meterIds.some((id) => burning.has(id))),
    ...puts.flatMap(({ put: { event, customerId, readings } }) =>
      readings.some(({ meterId }) => burning.has(meterId)) ? [{ ...event, customerId }] : [],
    ),
  ].map(({ customerId, source, eventId }) => ({ customerId, source, eventId }));
}

function touchedBy(uncounted: readonly StandingEvent[], puts: Work['puts']): Touched[] {
  return [
    ...uncounted.flatMap(({ customerId, meterIds, time }) =>
      meterIds.map((meterId) => ({ customerId, meterId, at: time })),
    ),
    ...puts.flatMap(({ put }) =>
      put.readings.map(({ meterId }) => ({ customerId: put.customerId, meterId, at: put.countedAt })),
    ),
  ];
}
