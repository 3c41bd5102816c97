import { type Decimal12, formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { Instant } from '@billhook/core/time/instant';
import {
  decimalColumn,
  hexColumn,
  jsonColumn,
  textColumn,
  timeColumn,
  uuidColumn,
} from '../../platform/columns.ts';
import type { CommandCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import type { AcceptedEvent } from './types.ts';

export type Inserted = {
  /** Positions of those that were not added, because something is stored under their id. */
  left: ReadonlySet<number>;
  /** Whether anything waits in quarantine, which may be one of these events. */
  isQuarantineOpen: boolean;
};

/** Says among positions, which begin with 1, that something waits in quarantine. */
const QUARANTINE_OPEN = 0;

/**
 * Adds events in the order given, which must be the order of their keys, or two batches could wait for each other.
 * The unique key of source and id decides: who comes second waits for the first to commit and then adds nothing.
 */
export async function insertEvents(ctx: CommandCtx, accepted: readonly AcceptedEvent[]): Promise<Inserted> {
  const single = accepted.map(({ readings }) => (readings.length === 1 ? readings[0] : undefined));
  const others = accepted.map(({ readings }, index) => (single[index] === undefined ? readings : undefined));
  // Usually all are new; then nothing has to be matched.
  const rows = await ctx.sql.rows<{ position: number }>(
    `with sent as (
       select * from unnest($3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::uuid[], $8::jsonb[], $9::bytea[],
         $10::uuid[], $11::numeric[], $12::text[], $13::text[], $14::timestamptz[]) with ordinality
         as e (source, event_id, time, type, customer_id, data, content_hash, meter_id, quantity, meter_ids, quantities,
           occurred_at, position)
     ), fresh as (
       insert into usage_event_ids (tenant_id, source, event_id, time, customer_id)
       select $1, source, event_id, time, customer_id from sent order by position
       on conflict (tenant_id, source, event_id) do nothing
       returning source, event_id
     ), added as (
       insert into usage_events (tenant_id, source, event_id, time, type, customer_id, data, content_hash, meter_ids,
         quantities, received_at, occurred_at)
       select $1, e.source, e.event_id, e.time, e.type, e.customer_id, e.data, e.content_hash,
         case when e.meter_ids is null then array[e.meter_id] else e.meter_ids::uuid[] end,
         case when e.quantities is null then array[e.quantity] else e.quantities::numeric[] end, $2, e.occurred_at
       from sent e
       where (select count(*) from fresh) = $15 or (e.source, e.event_id) in (select source, event_id from fresh)
     )
     select position::integer as position from sent
     where (select count(*) from fresh) <> $15 and (source, event_id) not in (select source, event_id from fresh)
     union all
     select ${QUARANTINE_OPEN} where exists (select 1 from usage_quarantine where tenant_id = $1 and resolved_at is null)`,
    [
      ctx.tenant.id,
      iso(ctx.wallNow),
      textColumn(accepted.map(({ event }) => event.source)),
      textColumn(accepted.map(({ event }) => event.eventId)),
      timeColumn(accepted.map(({ countedAt }) => countedAt)),
      textColumn(accepted.map(({ event }) => event.type)),
      uuidColumn(accepted.map(({ customerId }) => customerId)),
      jsonColumn(accepted.map(({ event }) => JSON.stringify(event.data))),
      hexColumn(accepted.map(({ event }) => event.contentHash)),
      uuidColumn(single.map((reading) => reading?.meterId ?? null)),
      decimalColumn(single.map((reading) => reading?.value ?? null)),
      textColumn(others.map((readings) => listOf(readings, ({ meterId }) => meterId))),
      textColumn(others.map((readings) => listOf(readings, ({ value }) => formatDecimal12(value)))),
      timeColumn(accepted.map(({ event, countedAt }) => (countedAt === event.time ? null : event.time))),
      accepted.length,
    ],
    'usage.insert_events',
  );
  const left = new Set<number>();
  let isQuarantineOpen = false;
  for (const { position } of rows) {
    if (position === QUARANTINE_OPEN) isQuarantineOpen = true;
    else left.add(position - 1);
  }
  return { left, isQuarantineOpen };
}

/** As `insertEvents`, of events that are new: where something is stored under one of their ids the transaction ends. */
export function insertNewEvents(ctx: CommandCtx, accepted: readonly AcceptedEvent[]): Promise<number> {
  const single = accepted.map(({ readings }) => (readings.length === 1 ? readings[0] : undefined));
  const others = accepted.map(({ readings }, index) => (single[index] === undefined ? readings : undefined));
  return ctx.sql.run(
    `with sent as materialized (
       select * from unnest($3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::uuid[], $8::jsonb[], $9::bytea[],
         $10::uuid[], $11::numeric[], $12::text[], $13::text[]) with ordinality
         as e (source, event_id, time, type, customer_id, data, content_hash, meter_id, quantity, meter_ids, quantities,
           position)
     ), ids as (
       insert into usage_event_ids (tenant_id, source, event_id, time, customer_id)
       select $1, source, event_id, time, customer_id from sent order by position
     )
     insert into usage_events (tenant_id, source, event_id, time, type, customer_id, data, content_hash, meter_ids,
       quantities, received_at)
     select $1, e.source, e.event_id, e.time, e.type, e.customer_id, e.data, e.content_hash,
       case when e.meter_ids is null then array[e.meter_id] else e.meter_ids::uuid[] end,
       case when e.quantities is null then array[e.quantity] else e.quantities::numeric[] end, $2
     from sent e`,
    [
      ctx.tenant.id,
      iso(ctx.wallNow),
      textColumn(accepted.map(({ event }) => event.source)),
      textColumn(accepted.map(({ event }) => event.eventId)),
      timeColumn(accepted.map(({ countedAt }) => countedAt)),
      textColumn(accepted.map(({ event }) => event.type)),
      uuidColumn(accepted.map(({ customerId }) => customerId)),
      jsonColumn(accepted.map(({ event }) => JSON.stringify(event.data))),
      hexColumn(accepted.map(({ event }) => event.contentHash)),
      uuidColumn(single.map((reading) => reading?.meterId ?? null)),
      decimalColumn(single.map((reading) => reading?.value ?? null)),
      textColumn(others.map((readings) => listOf(readings, ({ meterId }) => meterId))),
      textColumn(others.map((readings) => listOf(readings, ({ value }) => formatDecimal12(value)))),
    ],
    'usage.insert_new_events',
  );
}

/** A PostgreSQL array as text, of values that need no quotes. */
function listOf<T>(values: readonly T[] | undefined, write: (value: T) => string): string | null {
  return values === undefined ? null : `{${values.map(write).join(',')}}`;
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
