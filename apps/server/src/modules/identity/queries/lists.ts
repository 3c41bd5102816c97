import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import { formatInstant, type Instant } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../../platform/context.ts';
import { DEFAULT_LIMIT, pageOf, refuseCursor } from '../../../platform/page.ts';
import { presentKey } from '../present.ts';
import * as repo from '../repo.ts';

type Paging = { limit?: number | undefined; starting_after?: string | undefined };

export async function listApiKeys(ctx: QueryCtx, query: Paging) {
  const limit = query.limit ?? DEFAULT_LIMIT;
  let after: string | null = null;
  if (query.starting_after !== undefined) {
    const id = decodeTypeId('key', query.starting_after);
    after = id.ok ? id.value : refuseCursor();
  }
  const rows = await repo.listApiKeys(ctx, limit + 1, after);
  return pageOf(rows, limit, presentKey, (row) => encodeTypeId('key', row.id));
}

export async function listAudit(ctx: QueryCtx, query: Paging & { object_id?: string | undefined }) {
  const limit = query.limit ?? DEFAULT_LIMIT;
  let before: bigint | null = null;
  if (query.starting_after !== undefined) {
    before = /^[0-9]{1,18}$/.test(query.starting_after) ? BigInt(query.starting_after) : refuseCursor();
  }
  const rows = await repo.listAudit(ctx, { limit: limit + 1, before, objectId: query.object_id ?? null });
  return pageOf(rows, limit, presentEntry, (row) => row.seq.toString());
}

function presentEntry(row: repo.AuditEntryRow) {
  return {
    id: encodeTypeId('aud', row.id),
    object: 'audit_entry' as const,
    actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
    action: row.action,
    object_kind: row.objectKind,
    object_id: row.objectId,
    request_id: row.requestId,
    details: row.details,
    occurred_at: formatInstant(row.occurredAt as Instant),
    seal_number: row.sealNumber,
    created_at: formatInstant(row.recordedAt as Instant),
  };
}
