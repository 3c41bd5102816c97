import type { JsonObject } from '@billhook/core/kernel/json';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';
import type { StoredQuarantine } from '../types.ts';

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
  resolution: StoredQuarantine['resolution'];
  resolved_by: string | null;
  discard_reason: string | null;
  other_type: string | null;
  other_customer: string;
  other_time: Instant;
  other_data: JsonObject;
  other_received: Instant;
};

const QUARANTINE = `q.id, q.source, q.event_id, q.time, q.type, q.subject, q.data,
  encode(q.content_hash, 'hex') as content_hash, q.reason, q.received_at, q.resolved_at, q.resolution, q.resolved_by,
  q.discard_reason`;

/** An id conflict stands beside the event that counts under its source and id. */
const CONFLICT = `, e.type as other_type, e.customer_id as other_customer, coalesce(e.occurred_at, e.time) as other_time,
  e.data as other_data, e.received_at as other_received
  from usage_quarantine q
  left join usage_event_ids i on q.reason = 'id_conflict' and i.tenant_id = q.tenant_id and i.source = q.source
    and i.event_id = q.event_id
  left join usage_events e on e.tenant_id = i.tenant_id and e.customer_id = i.customer_id and e.time = i.time
    and e.source = i.source and e.event_id = i.event_id and e.revision = i.revision`;

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
  resolution: row.resolution,
  resolvedBy: row.resolved_by,
  discardReason: row.discard_reason,
  conflictsWith:
    row.other_type === null || row.other_type === undefined
      ? null
      : {
          type: row.other_type,
          customerId: row.other_customer,
          time: row.other_time,
          data: row.other_data,
          receivedAt: row.other_received,
        },
});

/** Events that wait for a decision, or that one was made about, newest first, at most `limit + 1`. */
export async function listQuarantine(
  ctx: QueryCtx,
  page: {
    limit: number;
    after: string | undefined;
    reason?: string | undefined;
    status?: 'waiting' | 'resolved' | undefined;
  },
): Promise<StoredQuarantine[]> {
  const rows = await ctx.sql.rows<QuarantineRow>(
    `select ${QUARANTINE}${CONFLICT}
     where q.tenant_id = $1 and (q.resolved_at is null) = $4 and ($5::text is null or q.reason = $5)
       and ($2::uuid is null or (q.received_at, q.id) <
         (select a.received_at, a.id from usage_quarantine a where a.tenant_id = $1 and a.id = $2))
     order by q.received_at desc, q.id desc limit $3`,
    [ctx.tenant.id, page.after ?? null, page.limit + 1, page.status !== 'resolved', page.reason ?? null],
  );
  return rows.map(toQuarantine);
}

/** Quarantined events, locked in the order of their ids. One that is not there is missing. */
export async function lockQuarantine(ctx: CommandCtx, ids: readonly string[]): Promise<StoredQuarantine[]> {
  const rows = await ctx.sql.rows<QuarantineRow>(
    `select ${QUARANTINE} from usage_quarantine q where q.tenant_id = $1 and q.id = any ($2::uuid[])
     order by q.id for update`,
    [ctx.tenant.id, ids],
  );
  return rows.map(toQuarantine);
}

/** Marks events as dealt with; those that were counted on the way, too. */
export async function resolveQuarantine(
  ctx: CommandCtx,
  ids: readonly string[],
  resolution: 'counted' | 'discarded',
  discardReason: string | null = null,
): Promise<void> {
  await ctx.sql.run(
    `update usage_quarantine set resolved_at = coalesce(resolved_at, $3), resolution = $4, resolved_by = $5,
       discard_reason = $6
     where tenant_id = $1 and id = any ($2::uuid[]) and resolution is null`,
    [ctx.tenant.id, ids, iso(ctx.wallNow), resolution, `${ctx.actor.kind} ${ctx.actor.id}`, discardReason],
  );
}
