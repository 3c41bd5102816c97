import type { Decimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import type { Instant } from '@billhook/core/time/instant';
import { decimalColumn, hexColumn, textColumn, timeColumn, uuidColumn } from '../../platform/columns.ts';
import type { CommandCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import type { Insistence, Part } from '../../platform/together.ts';
import { EVENT_MEMBERS, eventColumns, MARK_MEMBERS, markValues, sentMarks } from './event-columns.ts';
import { type Closings, countedKey } from './repo.ts';
import { type AcceptedEvent, keyOf, type UsageEvent } from './types.ts';

/** All writers add keys in this order; otherwise two batches with shared keys could wait for each other. */
export function inOrderOfKeys(
  { event: left }: { event: UsageEvent },
  { event: right }: { event: UsageEvent },
): number {
  return (
    inOrder(left.source, right.source) ||
    inOrder(left.eventId, right.eventId) ||
    left.time - right.time ||
    inOrder(left.contentHash, right.contentHash)
  );
}

const inOrder = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0);

/** `left`: positions of those that are not new, because something is stored under their id. `rows`: of the others, to be written. */
export type Inserted = { left: ReadonlySet<number>; rows: Part[] };

/**
 * Adds the marks of events in the order given, which must be the order of their keys, or two batches could wait for each other.
 * The unique key of source and id decides: who comes second waits for the first to commit and then adds nothing.
 */
export async function insertEvents(ctx: CommandCtx, accepted: readonly AcceptedEvent[]): Promise<Inserted> {
  const marks = markValues(accepted);
  // What was added is told as one text, and nothing where all was: the difference is taken here, and not by matching texts there.
  const row = await ctx.sql.row<{ added: string | null }>(
    `with fresh as (
       insert into usage_event_ids (${MARK_MEMBERS}) ${sentMarks(2)}
       on conflict (tenant_id, event_id, source) do nothing
       returning source, event_id
     )
     select case when (select count(*) from fresh) <> $2 then
       (select coalesce(string_agg(source || E'\n' || event_id || E'\n', ''), '') from fresh) end as added`,
    [ctx.tenant.id, accepted.length, ...marks],
    'usage.insert_ids',
  );
  const added = row?.added ?? null;
  const left = added === null ? NONE : positionsWithout(accepted, added);
  if (left.size === 0) return { left, rows: [newRows(ctx, accepted, marks)] };
  const others = accepted.filter((_, position) => !left.has(position));
  return { left, rows: others.length === 0 ? [] : [newRows(ctx, others)] };
}

const NONE: ReadonlySet<number> = new Set();

/** @param added the keys of some of them, in the same order, each with a line end behind it */
function positionsWithout(accepted: readonly AcceptedEvent[], added: string): ReadonlySet<number> {
  const left = new Set<number>();
  let at = 0;
  accepted.forEach(({ event }, position) => {
    const key = `${keyOf(event)}\n`;
    if (added.startsWith(key, at)) at += key.length;
    else left.add(position);
  });
  invariant(at === added.length, 'What was added is told in the order in which it was sent.');
  return left;
}

/** The rows of events whose marks stand. */
function newRows(ctx: CommandCtx, accepted: readonly AcceptedEvent[], marks?: readonly Buffer[]): Part {
  const columns = eventColumns(accepted, marks);
  return {
    name: `events_${columns.kind}`,
    text: `insert into usage_events (${EVENT_MEMBERS}) select ${columns.members('@1')} from ${columns.sent(1, '@')}`,
    values: [iso(ctx.wallNow), ...columns.values],
  };
}

const KEY = 'usage_event_ids_pkey';

/**
 * As `insertEvents`, of events that are all taken for new, as parts of a statement that nobody has to wait for: not to look
 * first costs a third less. Where one is not new it fails with an error that `isClash` knows, and nothing stands.
 */
export function newEvents(ctx: CommandCtx, accepted: readonly AcceptedEvent[]): Part[] {
  const marks = markValues(accepted);
  return [
    {
      name: 'event_ids',
      text: `insert into usage_event_ids (${MARK_MEMBERS}) ${sentMarks(0, '@')}`,
      values: marks,
    },
    newRows(ctx, accepted, marks),
  ];
}

/**
 * That what is stored under the ids of these events, whose keys differ, is of just their content. Where `insertEvents` left
 * them out nobody waits any more for who added them.
 */
export function areRepeated(repeats: readonly { event: UsageEvent }[]): Insistence | undefined {
  if (repeats.length === 0) return undefined;
  return {
    name: 'repeats',
    // OFFSET keeps the planner from turning the look-ups by key into a scan of all marks.
    text: `(select count(*) from unnest(@1::text[], @2::text[], @3::bytea[]) as k (source, event_id, content_hash)
      cross join lateral (
        select from usage_event_ids m where m.tenant_id = $1 and m.source = k.source and m.event_id = k.event_id
          and m.content_hash = k.content_hash offset 0) as i) = @4`,
    values: [
      textColumn(repeats.map(({ event }) => event.source)),
      textColumn(repeats.map(({ event }) => event.eventId)),
      hexColumn(repeats.map(({ event }) => event.contentHash)),
      repeats.length,
    ],
  };
}

/** Whether a transaction failed because an event was not new. */
export function isClash(error: unknown): boolean {
  const { code, constraint } = (error ?? {}) as { code?: unknown; constraint?: unknown };
  return code === '23505' && constraint === KEY;
}

/** Readings of meters that the customer's units are taken from, or may be. */
export function countedReadings(inserted: readonly AcceptedEvent[], counted: Closings['counted']) {
  if (counted !== 'any' && counted.size === 0) return [];
  return inserted.flatMap(({ customerId, countedAt, readings }) =>
    readings.flatMap(({ meterId, value }) =>
      counted === 'any' || counted.has(countedKey(customerId, meterId))
        ? [{ customerId, meterId, countedAt, value }]
        : [],
    ),
  );
}

/** Counts readings in the windows that units are taken from. */
export function countUnits(
  ctx: CommandCtx,
  readings: readonly { customerId: string; meterId: string; countedAt: Instant; value: Decimal12 }[],
): Promise<number> {
  if (readings.length === 0) return Promise.resolve(0);
  return ctx.sql.run(
    `with more as (
       select c.customer_id, c.meter_id, c.window_start, c.window_end, sum(r.value) as quantity
       from unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::numeric[]) as r (customer_id, meter_id, time, value)
       join usage_counters c on c.tenant_id = $1 and c.customer_id = r.customer_id and c.meter_id = r.meter_id
         and (c.is_level or r.time >= c.window_start) and r.time < c.window_end
       group by 1, 2, 3, 4
     )
     update usage_counters c set used = c.used + m.quantity
     from more m
     where c.tenant_id = $1 and c.customer_id = m.customer_id and c.meter_id = m.meter_id
       and c.window_start = m.window_start and c.window_end = m.window_end`,
    [
      ctx.tenant.id,
      uuidColumn(readings.map(({ customerId }) => customerId)),
      uuidColumn(readings.map(({ meterId }) => meterId)),
      timeColumn(readings.map(({ countedAt }) => countedAt)),
      decimalColumn(readings.map(({ value }) => value)),
    ],
    'usage.count_units',
  );
}

/** The same events in quarantine are dealt with, now that they were added. */
export function settleQuarantined(ctx: CommandCtx, added: readonly AcceptedEvent[]): Promise<number> {
  if (added.length === 0) return Promise.resolve(0);
  return ctx.sql.run(
    `update usage_quarantine q set resolved_at = $2, resolution = 'counted', resolved_by = $3
     from unnest($4::text[], $5::text[], $6::timestamptz[], $7::bytea[]) as a (source, event_id, time, content_hash)
     where q.tenant_id = $1 and q.resolved_at is null and q.source = a.source and q.event_id = a.event_id
       and q.time = a.time and q.content_hash = a.content_hash`,
    [
      ctx.tenant.id,
      iso(ctx.wallNow),
      `${ctx.actor.kind} ${ctx.actor.id}`,
      textColumn(added.map(({ event }) => event.source)),
      textColumn(added.map(({ event }) => event.eventId)),
      timeColumn(added.map(({ event }) => event.time)),
      hexColumn(added.map(({ event }) => event.contentHash)),
    ],
    'usage.resolve_quarantine',
  );
}
