import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { iso, isoOrNull } from '../../../platform/sql.ts';

export type ErasureState = 'waiting' | 'queued' | 'running' | 'swept' | 'done' | 'canceled';

export type ErasureRecord = {
  id: string;
  customerId: string;
  state: ErasureState;
  reason: string;
  askedBy: string;
  person: string;
  askedAt: Instant;
  expiresAt: Instant;
  decidedBy: string | null;
  decidedAt: Instant | null;
  marks: string[];
  step: number;
  rowsTotal: bigint;
  rowsDone: bigint;
  /** A day as text. */
  keptUntil: string | null;
  attempts: number;
  fault: string | null;
  finishedAt: Instant | null;
  /** How many documents were taken away, their years being over. */
  documentsTaken: number;
};

const COLUMNS = `id, customer_id as "customerId", state, reason, asked_by as "askedBy", person, asked_at as "askedAt",
  expires_at as "expiresAt", decided_by as "decidedBy", decided_at as "decidedAt", marks, step, rows_total as "rowsTotal",
  rows_done as "rowsDone", kept_until::text as "keptUntil", attempts, fault, finished_at as "finishedAt",
  documents_taken as "documentsTaken"`;

export type NewErasure = Pick<
  ErasureRecord,
  'id' | 'customerId' | 'state' | 'reason' | 'askedBy' | 'person' | 'expiresAt' | 'keptUntil'
>;

export async function insertErasure(ctx: CommandCtx, made: NewErasure): Promise<void> {
  await ctx.sql.run(
    `insert into erasures (tenant_id, id, customer_id, state, reason, asked_by, person, asked_at, expires_at, kept_until, next_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, case when $4 = 'queued' then $8::timestamptz end)`,
    [
      ctx.tenant.id,
      made.id,
      made.customerId,
      made.state,
      made.reason,
      made.askedBy,
      made.person,
      iso(ctx.wallNow),
      iso(made.expiresAt),
      made.keptUntil,
    ],
  );
}

export function findErasure(ctx: QueryCtx, id: string): Promise<ErasureRecord | undefined> {
  return ctx.sql.row<ErasureRecord>(`select ${COLUMNS} from erasures where tenant_id = $1 and id = $2`, [
    ctx.tenant.id,
    id,
  ]);
}

/** The newest erasure of a customer. */
export function latestErasure(ctx: QueryCtx, customerId: string): Promise<ErasureRecord | undefined> {
  return ctx.sql.row<ErasureRecord>(
    `select ${COLUMNS} from erasures where tenant_id = $1 and customer_id = $2 order by id desc limit 1`,
    [ctx.tenant.id, customerId],
  );
}

export function listErasures(
  ctx: QueryCtx,
  page: { limit: number; after: string | null },
): Promise<ErasureRecord[]> {
  return ctx.sql.rows<ErasureRecord>(
    `select ${COLUMNS} from erasures where tenant_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
    [ctx.tenant.id, page.after, page.limit + 1],
  );
}

/** Locks the oldest erasure that is due, so that no other worker carries it on meanwhile. */
export function lockDueErasure(ctx: CommandCtx): Promise<ErasureRecord | undefined> {
  return ctx.sql.row<ErasureRecord>(
    `select ${COLUMNS} from erasures where tenant_id = $1 and next_at <= $2 order by next_at, id limit 1
     for update skip locked`,
    [ctx.tenant.id, iso(ctx.wallNow)],
  );
}

export function lockErasure(ctx: CommandCtx, id: string): Promise<ErasureRecord | undefined> {
  return ctx.sql.row<ErasureRecord>(
    `select ${COLUMNS} from erasures where tenant_id = $1 and id = $2 for update`,
    [ctx.tenant.id, id],
  );
}

export async function decideErasure(
  ctx: CommandCtx,
  id: string,
  state: 'queued' | 'canceled',
  fault: string | null = null,
): Promise<void> {
  await ctx.sql.run(
    `update erasures set state = $3, decided_by = coalesce(decided_by, $4), decided_at = coalesce(decided_at, $5), fault = $6,
       next_at = case when $3 = 'queued' then $5::timestamptz end
     where tenant_id = $1 and id = $2`,
    [ctx.tenant.id, id, state, ctx.actor.id, iso(ctx.wallNow), fault],
  );
}

export type Progress = {
  state: ErasureState;
  step: number;
  rowsTotal: bigint;
  rowsDone: bigint;
  marks: readonly string[];
  nextAt: Instant | null;
  attempts: number;
  fault: string | null;
};

/** Keeps how far an erasure has come, in the transaction of what was done. */
export async function keepProgress(ctx: CommandCtx, id: string, at: Progress): Promise<void> {
  await ctx.sql.run(
    `update erasures set state = $3, step = $4, rows_total = $5, rows_done = $6, marks = $7, next_at = $8, attempts = $9,
       fault = $10, finished_at = case when $3 in ('swept', 'done') then coalesce(finished_at, $11::timestamptz) end
     where tenant_id = $1 and id = $2`,
    [
      ctx.tenant.id,
      id,
      at.state,
      at.step,
      at.rowsTotal,
      at.rowsDone,
      at.marks,
      isoOrNull(at.nextAt),
      at.attempts,
      at.fault,
      iso(ctx.wallNow),
    ],
  );
}
