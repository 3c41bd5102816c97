import { decodeTypeId } from '@billhook/core/kernel/typeid';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso } from '../../platform/sql.ts';

export type ApprovalRow = {
  id: string;
  kind: 'refund';
  objectId: string;
  customerId: string;
  currency: string;
  amountMinor: bigint;
  reason: string;
  /** Of a refund: a person is to transfer it. */
  byTransfer: boolean;
  askedByKind: 'operator' | 'api_key';
  askedBy: string;
  /** The operator who stands behind it: whoever asked, or made the key that asked. */
  person: string;
  askedAt: Instant;
  expiresAt: Instant;
  status: 'waiting' | 'approved' | 'declined';
  decidedBy: string | null;
  decidedAt: Instant | null;
  note: string | null;
  outcomeId: string | null;
  personName: string | null;
  deciderName: string | null;
};

const SELECT = `select a.id, a.kind, a.object_id as "objectId", a.customer_id as "customerId", a.currency,
    a.amount_minor as "amountMinor", a.reason, a.by_transfer as "byTransfer", a.asked_by_kind as "askedByKind", a.asked_by as "askedBy", a.person,
    a.asked_at as "askedAt", a.expires_at as "expiresAt", a.status, a.decided_by as "decidedBy",
    a.decided_at as "decidedAt", a.note, a.outcome_id as "outcomeId", p.name as "personName", d.name as "deciderName"
  from approvals a left join auth."user" p on p.id = a.person left join auth."user" d on d.id = a.decided_by`;

export async function insertApproval(
  ctx: CommandCtx,
  row: Pick<
    ApprovalRow,
    | 'id'
    | 'kind'
    | 'objectId'
    | 'customerId'
    | 'currency'
    | 'amountMinor'
    | 'reason'
    | 'byTransfer'
    | 'askedByKind'
    | 'askedBy'
    | 'person'
    | 'expiresAt'
  >,
): Promise<void> {
  await ctx.sql.run(
    `insert into approvals (tenant_id, id, kind, object_id, customer_id, currency, amount_minor, reason, asked_by_kind,
       asked_by, person, asked_at, expires_at, by_transfer)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      ctx.tenant.id,
      row.id,
      row.kind,
      row.objectId,
      row.customerId,
      row.currency,
      row.amountMinor,
      row.reason,
      row.askedByKind,
      row.askedBy,
      row.person,
      iso(ctx.wallNow),
      iso(row.expiresAt),
      row.byTransfer,
    ],
  );
}

export function findApproval(ctx: QueryCtx, id: string): Promise<ApprovalRow | undefined> {
  return ctx.sql.row<ApprovalRow>(`${SELECT} where a.tenant_id = $1 and a.id = $2`, [ctx.tenant.id, id]);
}

/** Locks the request, so that it is decided once. Lock its customer first. */
export function lockApproval(ctx: CommandCtx, id: string): Promise<ApprovalRow | undefined> {
  return ctx.sql.row<ApprovalRow>(`${SELECT} where a.tenant_id = $1 and a.id = $2 for update of a`, [
    ctx.tenant.id,
    id,
  ]);
}

/** Newest first; `waiting` are those that somebody may still decide. */
export function listApprovals(
  ctx: QueryCtx,
  filter: {
    isWaiting: boolean;
    objectId: string | null;
    customerId: string | null;
    after: string | null;
    limit: number;
  },
): Promise<ApprovalRow[]> {
  return ctx.sql.rows<ApprovalRow>(
    `${SELECT} where a.tenant_id = $1 and (not $2 or (a.status = 'waiting' and a.expires_at > $3))
       and ($4::uuid is null or a.object_id = $4) and ($5::uuid is null or a.id < $5)
       and ($7::uuid is null or a.customer_id = $7)
     order by a.id desc limit $6`,
    [
      ctx.tenant.id,
      filter.isWaiting,
      iso(ctx.wallNow),
      filter.objectId,
      filter.after,
      filter.limit,
      filter.customerId,
    ],
  );
}

/** Those of these requests that nobody decided in their time: nobody may any more. */
export async function runOutApprovals(ctx: QueryCtx, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await ctx.sql.rows<{ id: string }>(
    `select id from approvals
     where tenant_id = $1 and id = any ($2::uuid[]) and status = 'waiting' and expires_at <= $3 order by id`,
    [ctx.tenant.id, ids, iso(ctx.wallNow)],
  );
  return rows.map(({ id }) => id);
}

export async function markDecided(
  ctx: CommandCtx,
  row: { id: string; status: 'approved' | 'declined'; note: string | null; outcomeId: string | null },
): Promise<void> {
  await ctx.sql.run(
    `update approvals set status = $3, decided_by = $4, decided_at = $5, note = $6, outcome_id = $7
     where tenant_id = $1 and id = $2 and status = 'waiting'`,
    [ctx.tenant.id, row.id, row.status, ctx.actor.id, iso(ctx.wallNow), row.note, row.outcomeId],
  );
}

/** The operator behind whoever acts: the one who is signed in, or who made the key. */
export async function personBehind(ctx: QueryCtx): Promise<string> {
  if (ctx.actor.kind !== 'api_key') return ctx.actor.id;
  const id = decodeTypeId('key', ctx.actor.id);
  const key = id.ok
    ? await ctx.sql.row<{ createdBy: string }>(
        'select created_by as "createdBy" from api_keys where tenant_id = $1 and id = $2',
        [ctx.tenant.id, id.value],
      )
    : undefined;
  return key?.createdBy ?? ctx.actor.id;
}
