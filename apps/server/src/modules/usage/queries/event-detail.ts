import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { JsonObject } from '@billhook/core/kernel/json';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { Instant } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { iso, isoOrNull } from '../../../platform/sql.ts';
import { listMeters } from '../../catalog/api.ts';
import { getCustomer } from '../../customers/api.ts';
import { standingEvents } from '../corrections.ts';
import { parseNumeric } from '../quantities.ts';

type HistoryRow = {
  kind: 'void' | 'amend' | 'backfill' | 'late';
  revision: number;
  reason: string;
  actorKind: string;
  actorId: string;
  at: Instant;
  time: Instant | null;
  data: JsonObject | null;
  receivedAt: Instant | null;
};

/** One event with what it counts for, and everything that was made of it. Refuses with `event.not_found`. */
export async function eventDetail(ctx: QueryCtx, key: { source: string; eventId: string }) {
  const [found] = await standingEvents(ctx, [key]);
  const event = found ?? refuse('event.not_found', 'There is no such event.');
  const [meters, customer, history] = [
    new Map((await listMeters(ctx)).map((meter) => [meter.id, meter])),
    await getCustomer(ctx, event.customerId),
    await historyOf(ctx, key),
  ];
  const received = await ctx.sql.row<{ at: Instant }>(
    `select received_at as at from usage_events
     where tenant_id = $1 and source = $2 and event_id = $3 and time = $4 and revision = $5 and customer_id = $6`,
    [ctx.tenant.id, event.source, event.eventId, iso(event.time), event.revision, event.customerId],
  );
  return {
    id: event.eventId,
    object: 'usage_event_detail' as const,
    source: event.source,
    type: event.type,
    customer: encodeTypeId('cus', event.customerId),
    customer_name: customer.name,
    time: iso(event.occurredAt ?? event.time),
    counted_at: iso(event.time),
    data: { ...event.data } as Record<string, unknown>,
    status: event.meterIds.length === 0 ? ('voided' as const) : ('counted' as const),
    revision: event.revision,
    readings: event.meterIds.map((id, index) => ({
      meter: encodeTypeId('meter', id),
      meter_key: meters.get(id)?.key ?? '',
      meter_name: meters.get(id)?.name ?? '',
      quantity: formatDecimal12(parseNumeric(event.quantities[index] ?? '0')),
    })),
    history: history.map((row) => ({
      kind: row.kind,
      revision: row.revision,
      reason: row.reason,
      by: `${row.actorKind} ${row.actorId}`,
      at: iso(row.at),
      time: isoOrNull(row.time),
      data: row.data === null ? null : ({ ...row.data } as Record<string, unknown>),
    })),
    created_at: iso(received?.at ?? event.time),
  };
}

/** What the event was before each correction of it, oldest first; additions are facts of the archive alone. */
function historyOf(ctx: QueryCtx, key: { source: string; eventId: string }): Promise<HistoryRow[]> {
  return ctx.sql.rows<HistoryRow>(
    `select c.kind, c.revision, c.reason, c.actor_kind as "actorKind", c.actor_id as "actorId", c.corrected_at as at,
       coalesce(e.occurred_at, e.time) as time, e.data, e.received_at as "receivedAt"
     from usage_corrections c
     left join usage_events e on e.tenant_id = c.tenant_id and e.customer_id = c.customer_id and e.time = c.time
       and e.source = c.source and e.event_id = c.event_id and e.revision = c.revision
     where c.tenant_id = $1 and c.source = $2 and c.event_id = $3
       and (cardinality(c.meter_ids) > 0 or c.revision = 1)
     order by c.mark`,
    [ctx.tenant.id, key.source, key.eventId],
  );
}
