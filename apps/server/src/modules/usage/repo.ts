import { type Decimal12, formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { Instant } from '@billhook/core/time/instant';
import { countColumn, decimalColumn, textColumn, timeColumn, uuidColumn } from '../../platform/columns.ts';
import type { CommandCtx, EarlyCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import { type Part, writeTogether } from '../../platform/together.ts';
import type { HourValue, RollupDelta } from './rollup.ts';
import type { QuarantinedEvent, UsageEvent } from './types.ts';

export type StoredMark = { source: string; event_id: string; content_hash: string };

/** The marks under these sources and ids: an event that was sent before is known by the digest of its content. */
export async function storedUnder(
  ctx: QueryCtx,
  events: readonly Pick<UsageEvent, 'source' | 'eventId'>[],
): Promise<StoredMark[]> {
  if (events.length === 0) return [];
  // OFFSET keeps the planner from turning the look-ups by key into a scan of all marks.
  return ctx.sql.rows<StoredMark>(
    `select k.source, k.event_id, encode(i.content_hash, 'hex') as content_hash
     from (select distinct * from unnest($2::text[], $3::text[]) as k (source, event_id)) as k
     cross join lateral (
       select m.content_hash from usage_event_ids m
       where m.tenant_id = $1 and m.source = k.source and m.event_id = k.event_id offset 0
     ) as i`,
    [ctx.tenant.id, events.map((event) => event.source), events.map((event) => event.eventId)],
    'usage.stored_under',
  );
}

/** Whether anything waits in quarantine. */
export async function isQuarantineOpen(ctx: QueryCtx): Promise<boolean> {
  const row = await ctx.sql.row<{ isOpen: boolean }>(
    `select exists (select from usage_quarantine where tenant_id = $1 and resolved_at is null) as "isOpen"`,
    [ctx.tenant.id],
    'usage.is_quarantine_open',
  );
  return row?.isOpen === true;
}

/** When events under these ids of a source happened, and the digest of their content. */
export async function storedContent(
  ctx: QueryCtx,
  source: string,
  eventIds: readonly string[],
): Promise<{ event_id: string; time: Instant; content_hash: string }[]> {
  if (eventIds.length === 0) return [];
  return ctx.sql.rows(
    `select i.event_id, e.time, encode(i.content_hash, 'hex') as content_hash
     from (select distinct * from unnest($3::text[]) as k (event_id)) as k
     cross join lateral (
       select m.event_id, m.customer_id, m.time, m.revision, m.content_hash from usage_event_ids m
       where m.tenant_id = $1 and m.source = $2 and m.event_id = k.event_id offset 0
     ) as i
     cross join lateral (
       select coalesce(u.occurred_at, u.time) as time from usage_events u
       where u.tenant_id = $1 and u.customer_id = i.customer_id and u.time = i.time and u.source = $2
         and u.event_id = i.event_id and u.revision = i.revision offset 0
     ) as e`,
    [ctx.tenant.id, source, eventIds],
    'usage.stored_content',
  );
}

/** Adds to the hourly figures. The deltas must be in the order of their keys. */
export function addToRollups(ctx: CommandCtx, deltas: readonly RollupDelta[]): Promise<number> {
  if (deltas.length === 0) return Promise.resolve(0);
  if (deltas.every(({ joins, moment }) => joins === 'add' && moment === null)) return addSums(ctx, deltas);
  return ctx.sql.run(
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
      uuidColumn(deltas.map((delta) => delta.customerId)),
      uuidColumn(deltas.map((delta) => delta.meterId)),
      timeColumn(deltas.map((delta) => delta.hour)),
      countColumn(deltas.map((delta) => delta.eventCount)),
      decimalColumn(deltas.map((delta) => delta.quantity)),
      uuidColumn([
        ...new Set(deltas.flatMap(({ meterId, joins }) => (joins === 'highest' ? [meterId] : []))),
      ]),
      timeColumn(deltas.map((delta) => delta.latestAt)),
      decimalColumn(deltas.map((delta) => delta.moment)),
    ],
    'usage.add_to_rollups',
  );
}

/** Of figures that all add up, as most do: with less to send and to weigh. */
function addSums(ctx: CommandCtx, deltas: readonly RollupDelta[]): Promise<number> {
  return ctx.sql.run(
    `insert into usage_rollups as r (tenant_id, customer_id, meter_id, hour, event_count, quantity)
     select $1, d.customer_id, d.meter_id, d.hour, d.event_count, d.quantity
     from unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::bigint[], $6::numeric[])
       as d (customer_id, meter_id, hour, event_count, quantity)
     on conflict (tenant_id, customer_id, meter_id, hour) do update
       set event_count = r.event_count + excluded.event_count, quantity = r.quantity + excluded.quantity`,
    [
      ctx.tenant.id,
      uuidColumn(deltas.map((delta) => delta.customerId)),
      uuidColumn(deltas.map((delta) => delta.meterId)),
      timeColumn(deltas.map((delta) => delta.hour)),
      countColumn(deltas.map((delta) => delta.eventCount)),
      decimalColumn(deltas.map((delta) => delta.quantity)),
    ],
    'usage.add_sums',
  );
}

/** Adds different values to the sets of their hours. They must be in the order of their keys. */
export function addToValues(ctx: CommandCtx, values: readonly HourValue[]): Promise<number> {
  if (values.length === 0) return Promise.resolve(0);
  return ctx.sql.run(
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
    'usage.add_to_values',
  );
}

/** Asks for the limits of these customers to be looked at. */
export async function requestAlertChecks(ctx: CommandCtx, customerIds: readonly string[]): Promise<void> {
  ctx.outdate(customerIds);
  await writeTogether(ctx, newAlertChecks(ctx, customerIds));
}

/** A look at the limits of these customers, to be written. */
export function newAlertChecks(ctx: CommandCtx, customerIds: readonly string[]): Part[] {
  if (customerIds.length === 0) return [];
  return [
    {
      name: 'alert_checks',
      text: 'insert into usage_alert_checks (tenant_id, id, customer_ids, requested_at) values ($1, @1, @2::uuid[], @3)',
      values: [ctx.newId(), uuidColumn(customerIds), iso(ctx.wallNow)],
    },
  ];
}

export type Closing = { customerId: string; meterId: string; closedUntil: Instant };

/**
 * Up to when usage stands on invoices, and the meters of which units are taken from counters, by customer; `any`: they may be
 * of any, and are locked.
 */
export type Closings = { closed: readonly Closing[]; counted: ReadonlySet<string> | 'any' };

export const countedKey = (customerId: string, meterId: string) => `${customerId}/${meterId}`;

/** Customers by row id and by the seller's own ids. */
export type Whose = { ids: readonly string[]; external: readonly string[] };

const BY_ROW = 'select id from unnest($2::uuid[]) as id';
const BY_EXTERNAL = 'select id from customers where tenant_id = $1 and external_id = any ($3::text[])';

/**
 * Up to when usage of these customers stands on invoices, by meter. Their counters are locked with it, before anything
 * is written: whoever takes units locks them first too, and so neither waits for the other in a circle. No counter is made
 * meanwhile, because who makes one holds the customer whole. The transaction shares the customers already. They are one
 * list, not joined: planned while a table is empty, a join reads all that the tenant has in it (decision 129).
 */
export async function closingsOf(ctx: EarlyCtx, { ids, external }: Whose): Promise<Closings> {
  const whose = [...(ids.length > 0 ? [BY_ROW] : []), ...(external.length > 0 ? [BY_EXTERNAL] : [])];
  if (whose.length === 0) return { closed: [], counted: new Set() };
  const rows = await ctx.sql.rows<{
    customerId: string;
    meterId: string;
    closedUntil: Instant | null;
  }>(
    `with sent as (select $2::uuid[], $3::text[]), whose as materialized (${whose.join(' union ')}),
     locked as materialized (
       select customer_id, meter_id from usage_counters
       where tenant_id = $1 and customer_id = any (array(select id from whose))
       order by customer_id, meter_id, window_start, window_end for update
     )
     select customer_id as "customerId", meter_id as "meterId", closed_until as "closedUntil"
     from usage_closings where tenant_id = $1 and customer_id = any (array(select id from whose))
     union all
     select distinct customer_id, meter_id, null::timestamptz from locked`,
    [ctx.tenant.id, uuidColumn(ids), textColumn(external)],
    `usage.closings${ids.length > 0 ? '_by_row' : ''}${external.length > 0 ? '_by_external' : ''}`,
  );
  const closed: Closing[] = [];
  const counted = new Set<string>();
  for (const { customerId, meterId, closedUntil } of rows) {
    if (closedUntil === null) counted.add(countedKey(customerId, meterId));
    else closed.push({ customerId, meterId, closedUntil });
  }
  return { closed, counted };
}

/** Up to when usage of these customers stands on invoices, by meter. Their counters are locked already. */
export function closedUntil({ sql, tenant }: EarlyCtx, customerIds: readonly string[]): Promise<Closing[]> {
  if (customerIds.length === 0) return Promise.resolve([]);
  return sql.rows<Closing>(
    `select customer_id as "customerId", meter_id as "meterId", closed_until as "closedUntil"
     from usage_closings where tenant_id = $1 and customer_id = any ($2::uuid[])`,
    [tenant.id, uuidColumn(customerIds)],
    'usage.closed_until',
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

/** So many requests are put together at once, and so many names. */
const MOST_REQUESTS = 2_000;
const MOST_NAMES = 20_000;

/**
 * Takes the oldest requests to look at limits and says whom they name, once each and up to `limit`; the others stay asked
 * for. The requests are gone once the transaction commits.
 */
export async function takeAlertChecks(ctx: CommandCtx, limit: number): Promise<string[]> {
  const rows = await ctx.sql.rows<{ id: string }>(
    `with waiting as materialized (
       select id, customer_ids from usage_alert_checks where tenant_id = $1
       order by id limit $2 for update skip locked),
     taken as materialized (
       select id from (
         select id, sum(cardinality(customer_ids)) over (order by id) - cardinality(customer_ids) as before from waiting
       ) as counted where before < $3),
     gone as (
       delete from usage_alert_checks where tenant_id = $1 and id = any (array(select id from taken))
       returning customer_ids)
     select distinct unnest(customer_ids) as id from gone order by id`,
    [ctx.tenant.id, MOST_REQUESTS, MOST_NAMES],
  );
  const named = rows.map(({ id }) => id);
  if (named.length > limit) await writeTogether(ctx, newAlertChecks(ctx, named.slice(limit)));
  return named.slice(0, limit);
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
export async function insertWarnings<Told extends Warning>(
  ctx: CommandCtx,
  warnings: readonly Told[],
): Promise<Told[]> {
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
