import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { QueryCtx } from '../../../platform/context.ts';
import { iso, isoOrNull } from '../../../platform/sql.ts';
import type { LegalHold } from './holds.ts';
import type { ErasureRecord } from './repo.ts';

export function presentErasure(ctx: QueryCtx, record: ErasureRecord) {
  return {
    id: encodeTypeId('era', record.id),
    object: 'erasure' as const,
    customer: encodeTypeId('cus', record.customerId),
    status: statusOf(ctx, record),
    reason: record.reason,
    asked_by: record.askedBy,
    is_own: record.person === ctx.actor.id,
    decided_by: record.decidedBy,
    rows_total: Number(record.rowsTotal),
    rows_done: Number(record.rowsDone),
    kept_until: record.keptUntil,
    documents_taken: record.documentsTaken,
    fault: record.fault,
    created_at: iso(record.askedAt),
    decided_at: isoOrNull(record.decidedAt),
    finished_at: isoOrNull(record.finishedAt),
  };
}

/** A customer is erased once the tables are through; what is looked at again later is what comes in late. */
function statusOf(ctx: QueryCtx, { state, expiresAt }: ErasureRecord) {
  if (state === 'swept') return 'done' as const;
  return state === 'waiting' && ctx.wallNow >= expiresAt ? ('expired' as const) : state;
}

export function presentHold(hold: LegalHold) {
  return {
    object: 'legal_hold' as const,
    customer: encodeTypeId('cus', hold.customerId),
    reason: hold.reason,
    placed_by: hold.placedBy,
    placed_at: iso(hold.placedAt),
  };
}
