import type { JsonObject } from '@billhook/core/kernel/json';
import type { Instant } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../../platform/context.ts';
import { isoOrNull } from '../../../platform/sql.ts';

export type StoredEvent = {
  source: string;
  event_id: string;
  type: string;
  customer_id: string;
  /** When it counts; lists are in this order. */
  time: Instant;
  /** When it happened, if that is another moment. */
  occurred_at: Instant | null;
  data: JsonObject;
  received_at: Instant;
  /** Whether it counts; one that was voided does not. */
  is_counted: boolean;
};

export type EventFilter = {
  limit: number;
  /** The last event of the page before. */
  after: { time: Instant; source: string; eventId: string } | undefined;
  customerId: string | undefined;
  type: string | undefined;
  from: Instant | undefined;
  to: Instant | undefined;
};

/** One page, latest first, of at most `limit + 1` events, each with the content that it has now. */
export function listEvents(ctx: QueryCtx, filter: EventFilter): Promise<StoredEvent[]> {
  return ctx.sql.rows<StoredEvent>(
    `select source, event_id, type, customer_id, time, occurred_at, data, received_at,
       cardinality(meter_ids) > 0 as is_counted
     from usage_events e
     where exists (
         select 1 from usage_event_ids i where i.tenant_id = e.tenant_id and i.source = e.source
           and i.event_id = e.event_id and i.time = e.time and i.revision = e.revision)
       and tenant_id = $1 and ($2::uuid is null or customer_id = $2) and ($3::text is null or type = $3)
       and ($4::timestamptz is null or time >= $4) and ($5::timestamptz is null or time < $5)
       and ($6::timestamptz is null or (time, source, event_id) < ($6, $7::text, $8::text))
     order by time desc, source desc, event_id desc limit $9`,
    [
      ctx.tenant.id,
      filter.customerId ?? null,
      filter.type ?? null,
      isoOrNull(filter.from),
      isoOrNull(filter.to),
      isoOrNull(filter.after?.time),
      filter.after?.source ?? null,
      filter.after?.eventId ?? null,
      filter.limit + 1,
    ],
  );
}
