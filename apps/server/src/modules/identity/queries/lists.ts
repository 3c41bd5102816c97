import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import { formatInstant, type Instant } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { presentKey } from '../present.ts';
import * as repo from '../repo.ts';

type Paging = { limit?: number | undefined; starting_after?: string | undefined };

const DEFAULT_LIMIT = 20;

/** One page of a list read with one row more than asked for, so that it is known whether there are more. */
export function page<Row, Item>(
  rows: readonly Row[],
  limit: number,
  present: (row: Row) => Item,
  cursor: (row: Row) => string,
) {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = rows.length > limit;
  return {
    object: 'list' as const,
    data: shown.map(present),
    has_more: hasMore,
    next_cursor: hasMore && last !== undefined ? cursor(last) : null,
  };
}

const badCursor = () =>
  refuse('request.invalid', 'The request has one fault; nothing was changed.', {
    faults: [
      { pointer: '/query/starting_after', code: 'cursor', detail: 'This is not a cursor of this list.' },
    ],
  });

export async function listApiKeys(ctx: QueryCtx, query: Paging) {
  const limit = query.limit ?? DEFAULT_LIMIT;
  let after: string | null = null;
  if (query.starting_after !== undefined) {
    const id = decodeTypeId('key', query.starting_after);
    after = id.ok ? id.value : badCursor();
  }
  const rows = await repo.listApiKeys(ctx, limit + 1, after);
  return page(rows, limit, presentKey, (row) => encodeTypeId('key', row.id));
}

/** Lists that are short by nature are read whole and cut by position, which the cursor holds. */
export function pageOfAll<Row, Item>(rows: readonly Row[], query: Paging, present: (row: Row) => Item) {
  const limit = query.limit ?? DEFAULT_LIMIT;
  const start = query.starting_after === undefined ? 0 : readPosition(query.starting_after);
  return page(rows.slice(start, start + limit + 1), limit, present, () => `p${start + limit}`);
}

function readPosition(cursor: string): number {
  const digits = /^p([0-9]{1,9})$/.exec(cursor)?.[1];
  return digits === undefined ? badCursor() : Number(digits);
}

export async function listAudit(ctx: QueryCtx, query: Paging & { object_id?: string | undefined }) {
  const limit = query.limit ?? DEFAULT_LIMIT;
  let before: bigint | null = null;
  if (query.starting_after !== undefined) {
    before = /^[0-9]{1,18}$/.test(query.starting_after) ? BigInt(query.starting_after) : badCursor();
  }
  const rows = await repo.listAudit(ctx, { limit: limit + 1, before, objectId: query.object_id ?? null });
  return page(rows, limit, presentEntry, (row) => row.seq.toString());
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
