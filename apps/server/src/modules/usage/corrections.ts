import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import type { JsonObject } from '@billhook/core/kernel/json';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import { type AcceptedEvent, contentKey, type Touched, type UsageEvent } from './types.ts';

/** An event as it counts now: its last revision. */
export type StandingEvent = {
  source: string;
  eventId: string;
  type: string;
  customerId: string;
  /** When it counts. */
  time: Instant;
  occurredAt: Instant | null;
  data: JsonObject;
  contentHash: string;
  revision: number;
  meterIds: string[];
  /** Decimal text of each reading. */
  quantities: string[];
};

const EVENT = `e.source, e.event_id as "eventId", e.type, e.customer_id as "customerId", e.time,
  e.occurred_at as "occurredAt", e.data, encode(e.content_hash, 'hex') as "contentHash", e.revision,
  e.meter_ids::text[] as "meterIds", e.quantities::text[] as quantities`;

/** The events under these sources and ids, as they count now. */
export function standingEvents(
  ctx: QueryCtx,
  keys: readonly { source: string; eventId: string }[],
): Promise<StandingEvent[]> {
  if (keys.length === 0) return Promise.resolve([]);
  return ctx.sql.rows<StandingEvent>(
    `select ${EVENT}
     from (select distinct * from unnest($2::text[], $3::text[]) as k (source, event_id)) as k
     cross join lateral (
       select m.customer_id, m.time, m.revision from usage_event_ids m
       where m.tenant_id = $1 and m.source = k.source and m.event_id = k.event_id offset 0
     ) as i
     cross join lateral (
       select * from usage_events u
       where u.tenant_id = $1 and u.customer_id = i.customer_id and u.time = i.time and u.source = k.source
         and u.event_id = k.event_id and u.revision = i.revision offset 0
     ) as e
     order by e.source, e.event_id`,
    [ctx.tenant.id, keys.map(({ source }) => source), keys.map(({ eventId }) => eventId)],
  );
}

/** What counts for a customer in a stretch of time, of one type of event, in order of time. At most `limit`. */
export function eventsOfStretch(
  ctx: QueryCtx,
  stretch: { customerId: string; type: string; from: Instant; to: Instant; limit: number },
): Promise<StandingEvent[]> {
  return ctx.sql.rows<StandingEvent>(
    `select ${EVENT} from usage_events e
     where e.tenant_id = $1 and e.customer_id = $2 and e.type = $3 and e.time >= $4 and e.time < $5
       and cardinality(e.meter_ids) > 0
     order by e.time, e.source, e.event_id limit $6`,
    [ctx.tenant.id, stretch.customerId, stretch.type, iso(stretch.from), iso(stretch.to), stretch.limit],
  );
}

export type CorrectionKind = 'void' | 'amend' | 'backfill' | 'late';

/** One change of what an event counts for: what it counted for before, and why it does not any more. */
export type Correction = {
  kind: CorrectionKind;
  event: Pick<
    StandingEvent,
    'source' | 'eventId' | 'time' | 'revision' | 'customerId' | 'meterIds' | 'quantities' | 'contentHash'
  >;
  /** The revision that takes its place; null where none does. */
  nextRevision: number | null;
  reason: string;
};

/** Keeps corrections as facts of their own. They are never changed. */
export async function insertCorrections(ctx: CommandCtx, corrections: readonly Correction[]): Promise<void> {
  if (corrections.length === 0) return;
  await ctx.sql.run(
    `insert into usage_corrections (tenant_id, id, kind, source, event_id, time, revision, next_revision, customer_id,
       meter_ids, quantities, content_hash, reason, actor_kind, actor_id, corrected_at)
     select $1, c.id, c.kind, c.source, c.event_id, c.time, c.revision, c.next_revision, c.customer_id,
       c.meter_ids::uuid[], c.quantities::numeric[], decode(c.content_hash, 'hex'), c.reason, $2, $3, $4
     from unnest($5::uuid[], $6::text[], $7::text[], $8::text[], $9::timestamptz[], $10::integer[], $11::integer[],
       $12::uuid[], $13::text[], $14::text[], $15::text[], $16::text[])
       as c (id, kind, source, event_id, time, revision, next_revision, customer_id, meter_ids, quantities, content_hash,
         reason)`,
    [
      ctx.tenant.id,
      ctx.actor.kind,
      ctx.actor.id,
      iso(ctx.now),
      corrections.map(() => ctx.newId()),
      corrections.map(({ kind }) => kind),
      corrections.map(({ event }) => event.source),
      corrections.map(({ event }) => event.eventId),
      corrections.map(({ event }) => iso(event.time)),
      corrections.map(({ event }) => event.revision),
      corrections.map(({ nextRevision }) => nextRevision),
      corrections.map(({ event }) => event.customerId),
      corrections.map(({ event }) => `{${event.meterIds.join(',')}}`),
      corrections.map(({ event }) => `{${event.quantities.join(',')}}`),
      corrections.map(({ event }) => event.contentHash),
      corrections.map(({ reason }) => reason),
    ],
  );
}

/** From now on these events count for nothing. What they say stays. */
export async function uncount(ctx: CommandCtx, events: readonly StandingEvent[]): Promise<void> {
  if (events.length === 0) return;
  await ctx.sql.run(
    `update usage_events e set meter_ids = '{}', quantities = '{}'
     from unnest($2::text[], $3::text[], $4::timestamptz[], $5::integer[], $6::uuid[])
       as k (source, event_id, time, revision, customer_id)
     where e.tenant_id = $1 and e.customer_id = k.customer_id and e.time = k.time and e.source = k.source
       and e.event_id = k.event_id and e.revision = k.revision`,
    [
      ctx.tenant.id,
      events.map(({ source }) => source),
      events.map(({ eventId }) => eventId),
      events.map(({ time }) => iso(time)),
      events.map(({ revision }) => revision),
      events.map(({ customerId }) => customerId),
    ],
  );
}

/**
 * Gives events another content under their id. The revision before stays where it is. The mark of an id is moved from just
 * that revision, or the transaction ends: no event is given two contents as the same revision.
 */
export async function insertRevisions(
  ctx: CommandCtx,
  rows: readonly (Omit<AcceptedEvent, 'isCorrection'> & { revision: number })[],
): Promise<void> {
  if (rows.length === 0) return;
  const written = await ctx.sql.run(
    `with sent as (
       select * from unnest($3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::uuid[], $8::jsonb[], $9::text[],
         $10::text[], $11::text[], $12::integer[])
         as e (source, event_id, time, type, customer_id, data, content_hash, meter_ids, quantities, revision)
     ), moved as (
       update usage_event_ids i set time = s.time, revision = s.revision, customer_id = s.customer_id,
         content_hash = decode(s.content_hash, 'hex')
       from sent s
       where i.tenant_id = $1 and i.source = s.source and i.event_id = s.event_id and i.revision = s.revision - 1
       returning i.source, i.event_id
     )
     insert into usage_events (tenant_id, source, event_id, time, type, customer_id, data, content_hash, meter_ids,
       quantities, received_at, revision)
     select $1, e.source, e.event_id, e.time, e.type, e.customer_id, e.data, decode(e.content_hash, 'hex'),
       e.meter_ids::uuid[], e.quantities::numeric[], $2, e.revision
     from sent e join moved m on m.source = e.source and m.event_id = e.event_id`,
    [
      ctx.tenant.id,
      iso(ctx.wallNow),
      rows.map(({ event }) => event.source),
      rows.map(({ event }) => event.eventId),
      rows.map(({ countedAt }) => iso(countedAt)),
      rows.map(({ event }) => event.type),
      rows.map(({ customerId }) => customerId),
      rows.map(({ event }) => JSON.stringify(event.data)),
      rows.map(({ event }) => event.contentHash),
      rows.map(({ readings }) => `{${readings.map((reading) => reading.meterId).join(',')}}`),
      rows.map(({ readings }) => `{${readings.map((reading) => formatDecimal12(reading.value)).join(',')}}`),
      rows.map(({ revision }) => revision),
    ],
  );
  invariant(written === rows.length, 'An event has one content under each of its revisions.');
}

/** Events that came to count at a time that was billed: kept as corrections, and their invoices are looked at soon. */
export async function noteLate(ctx: CommandCtx, late: readonly AcceptedEvent[]): Promise<void> {
  if (late.length === 0) return;
  await insertCorrections(
    ctx,
    late.map(({ event, customerId, countedAt }) => ({
      kind: 'late',
      event: { ...event, time: countedAt, revision: 1, customerId, meterIds: [], quantities: [] },
      nextRevision: null,
      reason: 'It came after its period was billed.',
    })),
  );
  const touched = late.flatMap(({ customerId, readings, countedAt }) =>
    readings.map(({ meterId }) => ({ customerId, meterId, at: countedAt })),
  );
  await requestRecounts(ctx, touched, ctx.now);
}

/** Asks for what was billed at these moments to be looked at again. */
export async function requestRecounts(
  ctx: CommandCtx,
  touched: readonly Touched[],
  dueAt: Instant,
): Promise<void> {
  if (touched.length === 0) return;
  await ctx.sql.run(
    `insert into usage_recounts as r (tenant_id, customer_id, meter_id, at, due_at)
     select distinct $1::integer, t.customer_id, t.meter_id, t.at, $2::timestamptz
     from unnest($3::uuid[], $4::uuid[], $5::timestamptz[]) as t (customer_id, meter_id, at)
     order by t.customer_id, t.meter_id, t.at
     on conflict (tenant_id, customer_id, meter_id, at) do update set due_at = least(r.due_at, excluded.due_at)`,
    [
      ctx.tenant.id,
      iso(dueAt),
      touched.map(({ customerId }) => customerId),
      touched.map(({ meterId }) => meterId),
      touched.map(({ at }) => iso(at)),
    ],
  );
}

/** Customers whose billed usage changed, longest due first. */
export async function customersToRecount(ctx: QueryCtx, limit: number): Promise<string[]> {
  const rows = await ctx.sql.rows<{ id: string }>(
    `select customer_id as id from usage_recounts where tenant_id = $1 and due_at <= $2
     group by customer_id order by min(due_at), customer_id limit $3`,
    [ctx.tenant.id, iso(ctx.now), limit],
  );
  return rows.map(({ id }) => id);
}

/** When the next one falls due; null if none waits. */
export async function nextRecountAt(ctx: QueryCtx): Promise<Instant | null> {
  const row = await ctx.sql.row<{ at: Instant | null }>(
    'select min(due_at) as at from usage_recounts where tenant_id = $1',
    [ctx.tenant.id],
  );
  return row?.at ?? null;
}

/** Takes what is due of a customer, who is under the caller's lock. */
export function takeRecounts(ctx: CommandCtx, customerId: string): Promise<Touched[]> {
  return ctx.sql.rows<Touched>(
    `delete from usage_recounts where tenant_id = $1 and customer_id = $2 and due_at <= $3
     returning customer_id as "customerId", meter_id as "meterId", at`,
    [ctx.tenant.id, customerId, iso(ctx.now)],
  );
}

/** Which of these were contents of events before they were amended; by key and digest. */
export async function amendedBefore(
  ctx: QueryCtx,
  events: readonly UsageEvent[],
): Promise<ReadonlySet<string>> {
  const rows = await ctx.sql.rows<{ source: string; eventId: string; contentHash: string }>(
    `select c.source, c.event_id as "eventId", encode(c.content_hash, 'hex') as "contentHash"
     from (select distinct * from unnest($2::text[], $3::text[]) as k (source, event_id)) as k
     join usage_corrections c on c.tenant_id = $1 and c.source = k.source and c.event_id = k.event_id`,
    [ctx.tenant.id, events.map(({ source }) => source), events.map(({ eventId }) => eventId)],
  );
  return new Set(rows.map(contentKey));
}
