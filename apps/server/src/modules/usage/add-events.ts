import type { Decimal12 } from '@billhook/core/kernel/decimal';
import type { Instant } from '@billhook/core/time/instant';
import { decimalColumn, hexColumn, textColumn, timeColumn, uuidColumn } from '../../platform/columns.ts';
import type { CommandCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';
import type { Part } from '../../platform/together.ts';
import { EVENT_MEMBERS, eventColumns, MARK_MEMBERS, markValues, sentMarks } from './event-columns.ts';
import type { AcceptedEvent, UsageEvent } from './types.ts';

export type Inserted = {
  /** Positions of those that were not added, because something is stored under their id. */
  left: ReadonlySet<number>;
  /** Whether anything waits in quarantine, which may be one of these events. */
  isQuarantineOpen: boolean;
};

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

/** Says among positions, which begin with 1, that something waits in quarantine. */
const QUARANTINE_OPEN = 0;

/**
 * Adds events in the order given, which must be the order of their keys, or two batches could wait for each other.
 * The unique key of source and id decides: who comes second waits for the first to commit and then adds nothing.
 */
export async function insertEvents(ctx: CommandCtx, accepted: readonly AcceptedEvent[]): Promise<Inserted> {
  const columns = eventColumns(accepted);
  // Usually all are new; then nothing has to be matched.
  const rows = await ctx.sql.rows<{ position: number }>(
    `with fresh as (
       insert into usage_event_ids (${MARK_MEMBERS}) ${sentMarks(3)}
       on conflict (tenant_id, source, event_id) do nothing
       returning source, event_id
     ), added as (
       insert into usage_events (${EVENT_MEMBERS})
       select ${columns.members('$2')} from ${columns.sent(3)}
       where (select count(*) from fresh) = $3 or (e.source, e.event_id) in (select source, event_id from fresh)
     )
     select position::integer as position
     from unnest($4::text[], $5::text[]) with ordinality as e (source, event_id, position)
     where (select count(*) from fresh) <> $3 and (source, event_id) not in (select source, event_id from fresh)
     union all
     select ${QUARANTINE_OPEN} where exists (select 1 from usage_quarantine where tenant_id = $1 and resolved_at is null)`,
    [ctx.tenant.id, iso(ctx.wallNow), accepted.length, ...columns.values],
    `usage.insert_events_${columns.kind}`,
  );
  const left = new Set<number>();
  let isQuarantineOpen = false;
  for (const { position } of rows) {
    if (position === QUARANTINE_OPEN) isQuarantineOpen = true;
    else left.add(position - 1);
  }
  return { left, isQuarantineOpen };
}

const KEY = 'usage_event_ids_pkey';

/**
 * As `insertEvents`, of events that are all taken for new, as parts of a statement that nobody has to wait for: not to look
 * first costs a third less. Where one is not new it fails with an error that `isClash` knows, and nothing stands.
 */
export function newEvents(ctx: CommandCtx, accepted: readonly AcceptedEvent[]): Part[] {
  const columns = eventColumns(accepted);
  return [
    {
      name: 'event_ids',
      text: `insert into usage_event_ids (${MARK_MEMBERS}) ${sentMarks(0, '@')}`,
      values: markValues(columns),
    },
    {
      name: `events_${columns.kind}`,
      text: `insert into usage_events (${EVENT_MEMBERS}) select ${columns.members('@1')} from ${columns.sent(1, '@')}`,
      values: [iso(ctx.wallNow), ...columns.values],
    },
  ];
}

/** Whether a transaction failed because an event was not new. */
export function isClash(error: unknown): boolean {
  const { code, constraint } = (error ?? {}) as { code?: unknown; constraint?: unknown };
  return code === '23505' && constraint === KEY;
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
