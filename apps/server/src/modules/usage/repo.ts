import { type Decimal12, formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';
import type { HourValue, RollupDelta } from './rollup.ts';
import type { AcceptedEvent, QuarantinedEvent, UsageEvent } from './types.ts';

export type StoredKey = { source: string; event_id: string; time: Instant; content_hash: string };

/** What is stored under these sources and ids, at whatever time. */
export async function storedUnder(
  ctx: QueryCtx,
  events: readonly Pick<UsageEvent, 'source' | 'eventId'>[],
): Promise<StoredKey[]> {
  if (events.length === 0) return [];
  // OFFSET keeps the planner from turning the look-ups by key into a scan of the month.
  return ctx.sql.rows<StoredKey>(
    `select k.source, k.event_id, e.time, e.content_hash
     from (select distinct * from unnest($2::text[], $3::text[]) as k (source, event_id)) as k
     cross join lateral (
       select i.time, i.revision from usage_event_ids i
       where i.tenant_id = $1 and i.source = k.source and i.event_id = k.event_id offset 0
     ) as i
     cross join lateral (
       select coalesce(u.occurred_at, u.time) as time, encode(u.content_hash, 'hex') as content_hash from usage_events u
       where u.tenant_id = $1 and u.source = k.source and u.event_id = k.event_id and u.time = i.time
         and u.revision = i.revision offset 0
     ) as e`,
    [ctx.tenant.id, events.map((event) => event.source), events.map((event) => event.eventId)],
    'usage.stored_under',
  );
}

/**
 * Adds events in the order given, which must be the order of their keys, or two batches could wait for each other.
 * The unique key of source and id decides: who comes second waits for the first to commit and then adds nothing.
 * @returns positions that were added; the others lost a race against the same id
 */
export async function insertEvents(
  ctx: CommandCtx,
  accepted: readonly AcceptedEvent[],
): Promise<Set<string>> {
  const rows = await ctx.sql.rows<{ source: string; event_id: string; time: Instant }>(
    `with sent as (
       select * from unnest($3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::uuid[], $8::jsonb[], $9::text[],
         $10::text[], $11::text[], $12::timestamptz[]) with ordinality
         as e (source, event_id, time, type, customer_id, data, content_hash, meter_ids, quantities, occurred_at, position)
     ), fresh as (
       insert into usage_event_ids (tenant_id, source, event_id, time)
       select $1, source, event_id, time from sent order by position
       on conflict (tenant_id, source, event_id) do nothing
       returning source, event_id
     )
     insert into usage_events (tenant_id, source, event_id, time, type, customer_id, data, content_hash, meter_ids,
       quantities, received_at, occurred_at)
     select $1, e.source, e.event_id, e.time, e.type, e.customer_id, e.data, decode(e.content_hash, 'hex'),
       e.meter_ids::uuid[], e.quantities::numeric[], $2, e.occurred_at
     from sent e join fresh using (source, event_id)
     order by e.position
     returning source, event_id, coalesce(occurred_at, time) as time`,
    [
      ctx.tenant.id,
      iso(ctx.wallNow),
      accepted.map(({ event }) => event.source),
      accepted.map(({ event }) => event.eventId),
      accepted.map(({ countedAt }) => iso(countedAt)),
      accepted.map(({ event }) => event.type),
      accepted.map(({ customerId }) => customerId),
      accepted.map(({ event }) => JSON.stringify(event.data)),
      accepted.map(({ event }) => event.contentHash),
      accepted.map(({ readings }) => `{${readings.map((reading) => reading.meterId).join(',')}}`),
      accepted.map(
        ({ readings }) => `{${readings.map((reading) => formatDecimal12(reading.value)).join(',')}}`,
      ),
      accepted.map(({ event, countedAt }) => (countedAt === event.time ? null : iso(event.time))),
    ],
    'usage.insert_events',
  );
  return new Set(rows.map((row) => keyOf(row.source, row.event_id, row.time)));
}

export function keyOf(source: string, eventId: string, time: Instant): string {
  return JSON.stringify([source, eventId, time]);
}

/** Adds to the hourly figures. The deltas must be in the order of their keys. */
export async function addToRollups(ctx: CommandCtx, deltas: readonly RollupDelta[]): Promise<void> {
  if (deltas.length === 0) return;
  await ctx.sql.run(
    `insert into usage_rollups as r (tenant_id, customer_id, meter_id, hour, event_count, quantity, latest_at, moment)
     select $1, d.customer_id, d.meter_id, d.hour, d.event_count, d.quantity, d.latest_at, d.moment
     from unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::bigint[], $6::numeric[], $8::timestamptz[], $9::numeric[])
       with ordinality
       as d (customer_id, meter_id, hour, event_count, quantity, latest_at, moment, position)
     order by d.position
     on conflict (tenant_id, customer_id, meter_id, hour) do update
       set event_count = r.event_count + excluded.event_count,
         quantity = case
           when excluded.latest_at is not null then
             case when (excluded.latest_at, excluded.quantity) > (r.latest_at, r.quantity) then excluded.quantity
               else r.quantity end
           when excluded.meter_id = any ($7::uuid[]) then greatest(r.quantity, excluded.quantity)
           else r.quantity + excluded.quantity end,
         latest_at = greatest(r.latest_at, excluded.latest_at),
         moment = r.moment + excluded.moment`,
    [
      ctx.tenant.id,
      deltas.map((delta) => delta.customerId),
      deltas.map((delta) => delta.meterId),
      deltas.map((delta) => iso(delta.hour)),
      deltas.map((delta) => delta.eventCount),
      deltas.map((delta) => formatDecimal12(delta.quantity)),
      [...new Set(deltas.flatMap(({ meterId, joins }) => (joins === 'highest' ? [meterId] : [])))],
      deltas.map((delta) => isoOrNull(delta.latestAt)),
      deltas.map((delta) => (delta.moment === null ? null : formatDecimal12(delta.moment))),
    ],
  );
}

/** Adds different values to the sets of their hours. They must be in the order of their keys. */
export async function addToValues(ctx: CommandCtx, values: readonly HourValue[]): Promise<void> {
  if (values.length === 0) return;
  await ctx.sql.run(
    `insert into usage_values (tenant_id, customer_id, meter_id, hour, value)
     select $1, v.customer_id, v.meter_id, v.hour, v.value
     from unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::text[]) with ordinality
       as v (customer_id, meter_id, hour, value, position)
     order by v.position
     on conflict (tenant_id, customer_id, meter_id, hour, value) do nothing`,
    [
      ctx.tenant.id,
      values.map((entry) => entry.customerId),
      values.map((entry) => entry.meterId),
      values.map((entry) => iso(entry.hour)),
      values.map((entry) => entry.value),
    ],
    'usage.add_to_rollups',
  );
}

/** Asks for the limits of these customers to be looked at, once each. */
export async function requestAlertChecks(ctx: CommandCtx, customerIds: readonly string[]): Promise<void> {
  if (customerIds.length === 0) return;
  ctx.outdate(customerIds);
  await ctx.sql.run(
    `insert into usage_alert_checks (tenant_id, customer_id, requested_at)
     select $1, id, $2 from unnest($3::uuid[]) as id order by id
     on conflict (tenant_id, customer_id) do nothing`,
    [ctx.tenant.id, iso(ctx.wallNow), customerIds],
  );
}

export type Closing = { customerId: string; meterId: string; closedUntil: Instant };

/**
 * Up to when usage of these customers stands on invoices, by meter. Their counters are locked with it, before anything
 * is written: whoever takes units locks them first too, and so neither waits for the other in a circle.
 */
export async function closingsOf(ctx: CommandCtx, customerIds: readonly string[]): Promise<Closing[]> {
  if (customerIds.length === 0) return [];
  return ctx.sql.rows<Closing>(
    `with locked as materialized (
       select 1 from usage_counters where tenant_id = $1 and customer_id = any ($2::uuid[])
       order by customer_id, meter_id, window_start, window_end for update
     )
     select customer_id as "customerId", meter_id as "meterId", closed_until as "closedUntil"
     from usage_closings
     where tenant_id = $1 and customer_id = any ($2::uuid[]) and (select count(*) from locked) >= 0`,
    [ctx.tenant.id, customerIds],
    'usage.closings',
  );
}

/** Closes usage up to a moment; it never opens again. */
export async function closeUntil(ctx: CommandCtx, closings: readonly Closing[]): Promise<void> {
  if (closings.length === 0) return;
  await ctx.sql.run(
    `insert into usage_closings as c (tenant_id, customer_id, meter_id, closed_until)
     select $1, n.customer_id, n.meter_id, max(n.closed_until)
     from unnest($2::uuid[], $3::uuid[], $4::timestamptz[]) as n (customer_id, meter_id, closed_until)
     group by n.customer_id, n.meter_id order by n.customer_id, n.meter_id
     on conflict (tenant_id, customer_id, meter_id) do update
       set closed_until = greatest(c.closed_until, excluded.closed_until)`,
    [
      ctx.tenant.id,
      closings.map((closing) => closing.customerId),
      closings.map((closing) => closing.meterId),
      closings.map((closing) => iso(closing.closedUntil)),
    ],
  );
}

/** Keeps events that cannot be placed. The same one again changes nothing. */
export async function insertQuarantine(ctx: CommandCtx, events: readonly QuarantinedEvent[]): Promise<void> {
  if (events.length === 0) return;
  await ctx.sql.run(
    `insert into usage_quarantine (tenant_id, id, source, event_id, time, type, subject, data, content_hash, reason, received_at)
     select $1, q.id, q.source, q.event_id, q.time, q.type, q.subject, q.data, decode(q.content_hash, 'hex'), q.reason, $2
     from unnest($3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::text[], $9::jsonb[], $10::text[],
       $11::text[]) with ordinality
       as q (id, source, event_id, time, type, subject, data, content_hash, reason, position)
     order by q.position
     on conflict (tenant_id, source, event_id, time, content_hash) do nothing`,
    [
      ctx.tenant.id,
      iso(ctx.wallNow),
      events.map(() => ctx.newId()),
      events.map(({ event }) => event.source),
      events.map(({ event }) => event.eventId),
      events.map(({ event }) => iso(event.time)),
      events.map(({ event }) => event.type),
      events.map(({ event }) => event.subject),
      events.map(({ event }) => JSON.stringify(event.data)),
      events.map(({ event }) => event.contentHash),
      events.map(({ reason }) => reason),
    ],
  );
}

/**
 * What follows from events that were added: they count in the windows that units are taken from, the limits of their
 * customers are to be looked at, once each, and the same events in quarantine are dealt with.
 */
export async function afterAdding(ctx: CommandCtx, added: readonly AcceptedEvent[]): Promise<void> {
  if (added.length === 0) return;
  const customerIds = [...new Set(added.map(({ customerId }) => customerId))].sort();
  ctx.outdate(customerIds);
  const readings = added.flatMap(({ customerId, countedAt, readings: all }) =>
    all.map(({ meterId, value }) => ({ customerId, meterId, countedAt, value })),
  );
  await ctx.sql.run(
    `with more as (
       select c.customer_id, c.meter_id, c.window_start, c.window_end, sum(r.value) as quantity
       from unnest($8::uuid[], $9::uuid[], $10::timestamptz[], $11::numeric[]) as r (customer_id, meter_id, time, value)
       join usage_counters c on c.tenant_id = $1 and c.customer_id = r.customer_id and c.meter_id = r.meter_id
         and (c.is_level or r.time >= c.window_start) and r.time < c.window_end
       group by 1, 2, 3, 4
     ), counted as (
       update usage_counters c set used = c.used + m.quantity
       from more m
       where c.tenant_id = $1 and c.customer_id = m.customer_id and c.meter_id = m.meter_id
         and c.window_start = m.window_start and c.window_end = m.window_end
     ), resolved as (
       update usage_quarantine q set resolved_at = $2, resolution = 'counted', resolved_by = $12
       from unnest($3::text[], $4::text[], $5::timestamptz[], $6::text[]) as a (source, event_id, time, content_hash)
       where q.tenant_id = $1 and q.resolved_at is null and q.source = a.source and q.event_id = a.event_id
         and q.time = a.time and q.content_hash = decode(a.content_hash, 'hex')
     )
     insert into usage_alert_checks (tenant_id, customer_id, requested_at)
     select $1, id, $2 from unnest($7::uuid[]) as id order by id
     on conflict (tenant_id, customer_id) do nothing`,
    [
      ctx.tenant.id,
      iso(ctx.wallNow),
      added.map(({ event }) => event.source),
      added.map(({ event }) => event.eventId),
      added.map(({ event }) => iso(event.time)),
      added.map(({ event }) => event.contentHash),
      customerIds,
      readings.map(({ customerId }) => customerId),
      readings.map(({ meterId }) => meterId),
      readings.map(({ countedAt }) => iso(countedAt)),
      readings.map(({ value }) => formatDecimal12(value)),
      `${ctx.actor.kind} ${ctx.actor.id}`,
    ],
    'usage.after_adding',
  );
}

/**
 * Keeps others from adding an event under this id until the transaction ends, and says when one is stored.
 * @returns the time of the stored event, or undefined
 */
export async function holdEvent(
  ctx: CommandCtx,
  source: string,
  eventId: string,
): Promise<Instant | undefined> {
  await ctx.sql.rows('select pg_advisory_xact_lock($1, hashtext($2))', [
    ctx.tenant.id,
    JSON.stringify([source, eventId]),
  ]);
  const row = await ctx.sql.row<{ time: Instant }>(
    `select time from usage_event_ids where tenant_id = $1 and source = $2 and event_id = $3`,
    [ctx.tenant.id, source, eventId],
  );
  return row?.time;
}

export async function hasAlertChecks(ctx: QueryCtx): Promise<boolean> {
  const row = await ctx.sql.row<{ waiting: boolean }>(
    'select exists (select 1 from usage_alert_checks where tenant_id = $1) as waiting',
    [ctx.tenant.id],
  );
  return row?.waiting === true;
}

/** Takes up to `limit` requests to look at limits; the rows are gone once the transaction commits. */
export async function takeAlertChecks(ctx: CommandCtx, limit: number): Promise<string[]> {
  const rows = await ctx.sql.rows<{ customer_id: string }>(
    `with taken as materialized (
       select customer_id from usage_alert_checks where tenant_id = $1
       order by customer_id limit $2 for update skip locked)
     delete from usage_alert_checks c using taken
     where c.tenant_id = $1 and c.customer_id = taken.customer_id
     returning c.customer_id`,
    [ctx.tenant.id, limit],
  );
  return rows.map((row) => row.customer_id).sort();
}

export type Warning = {
  customerId: string;
  featureId: string;
  /** The member or device that it is about; null for the customer as a whole. */
  subject: string | null;
  windowStart: Instant;
  percent: number;
  used: Decimal12;
  limit: Decimal12;
};

/**
 * Remembers warnings; one that was given before in the same window is left out of the answer. Another limit, after a
 * change of plan, is another warning: a window that never ends would otherwise stay silent for good.
 */
export async function insertWarnings(ctx: CommandCtx, warnings: readonly Warning[]): Promise<Warning[]> {
  if (warnings.length === 0) return [];
  const ids = warnings.map(() => ctx.newId());
  const rows = await ctx.sql.rows<{ id: string }>(
    `insert into usage_warnings (tenant_id, id, customer_id, feature_id, window_start, percent, used, limit_quantity,
       occurred_at, subject)
     select $1, w.id, w.customer_id, w.feature_id, w.window_start, w.percent, w.used, w.limit_quantity, $2, w.subject
     from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::timestamptz[], $7::integer[], $8::numeric[], $9::numeric[],
       $10::text[]) as w (id, customer_id, feature_id, window_start, percent, used, limit_quantity, subject)
     on conflict (tenant_id, customer_id, feature_id, subject, window_start, percent, limit_quantity) do nothing
     returning id`,
    [
      ctx.tenant.id,
      iso(ctx.now),
      ids,
      warnings.map((warning) => warning.customerId),
      warnings.map((warning) => warning.featureId),
      warnings.map((warning) => iso(warning.windowStart)),
      warnings.map((warning) => warning.percent),
      warnings.map((warning) => formatDecimal12(warning.used)),
      warnings.map((warning) => formatDecimal12(warning.limit)),
      warnings.map((warning) => warning.subject ?? ''),
    ],
  );
  const added = new Set(rows.map((row) => row.id));
  return warnings.filter((_, index) => added.has(ids[index] ?? ''));
}
