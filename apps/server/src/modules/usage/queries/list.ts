import type { JsonObject } from '@billhook/core/kernel/json';
import type { Instant } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../../platform/context.ts';
import { iso, isoOrNull } from '../../../platform/sql.ts';
import type { StoredQuarantine } from '../types.ts';

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

/** One page, latest first, of at most `limit + 1` events. */
export function listEvents(ctx: QueryCtx, filter: EventFilter): Promise<StoredEvent[]> {
  return ctx.sql.rows<StoredEvent>(
    `select source, event_id, type, customer_id, time, occurred_at, data, received_at from usage_events
     where tenant_id = $1 and ($2::uuid is null or customer_id = $2) and ($3::text is null or type = $3)
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

type QuarantineRow = {
  id: string;
  source: string;
  event_id: string;
  time: Instant;
  type: string;
  subject: string;
  data: JsonObject;
  content_hash: string;
  reason: StoredQuarantine['reason'];
  received_at: Instant;
  resolved_at: Instant | null;
};

const QUARANTINE = `id, source, event_id, time, type, subject, data, encode(content_hash, 'hex') as content_hash, reason,
  received_at, resolved_at`;

const toQuarantine = (row: QuarantineRow): StoredQuarantine => ({
  id: row.id,
  event: {
    source: row.source,
    eventId: row.event_id,
    type: row.type,
    subject: row.subject,
    time: row.time,
    data: row.data,
    contentHash: row.content_hash,
  },
  reason: row.reason,
  receivedAt: row.received_at,
  resolvedAt: row.resolved_at,
});

/** Events that wait for a decision, newest first, at most `limit + 1`. */
export async function listQuarantine(
  ctx: QueryCtx,
  page: { limit: number; after: string | undefined },
): Promise<StoredQuarantine[]> {
  const rows = await ctx.sql.rows<QuarantineRow>(
    `select ${QUARANTINE} from usage_quarantine
     where tenant_id = $1 and resolved_at is null
       and ($2::uuid is null or (received_at, id) <
         (select a.received_at, a.id from usage_quarantine a where a.tenant_id = $1 and a.id = $2))
     order by received_at desc, id desc limit $3`,
    [ctx.tenant.id, page.after ?? null, page.limit + 1],
  );
  return rows.map(toQuarantine);
}

/** One quarantined event, locked when it is to be dealt with. */
export async function findQuarantine(
  ctx: QueryCtx,
  id: string,
  lock: '' | 'for update' = '',
): Promise<StoredQuarantine | undefined> {
  const row = await ctx.sql.row<QuarantineRow>(
    `select ${QUARANTINE} from usage_quarantine where tenant_id = $1 and id = $2 ${lock}`,
    [ctx.tenant.id, id],
  );
  return row === undefined ? undefined : toQuarantine(row);
}

/** Marks one as dealt with. */
export async function resolveQuarantine(ctx: QueryCtx, id: string): Promise<void> {
  await ctx.sql.run(
    'update usage_quarantine set resolved_at = $3 where tenant_id = $1 and id = $2 and resolved_at is null',
    [ctx.tenant.id, id, iso(ctx.wallNow)],
  );
}
