import type { Instant } from '@billhook/core/time/instant';
import type { ImportKind } from '@billhook/core/transfer/import-rows';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';

export type Outcome = 'create' | 'change' | 'same' | 'refuse';
export type Counts = Record<Outcome, number>;
export const NO_COUNTS: Counts = { create: 0, change: 0, same: 0, refuse: 0 };

export type ImportState = 'checking' | 'checked' | 'running' | 'done' | 'failed' | 'canceled';

export type ImportJob = {
  id: string;
  kind: ImportKind;
  fileName: string;
  storageKey: string;
  delimiter: string;
  mapping: Record<string, string>;
  state: ImportState;
  rowsTotal: number;
  rowsDone: number;
  counts: Partial<Counts>;
  /** How often it was begun since a row was done. */
  tries: number;
  busyMs: bigint;
  fault: string | null;
  createdBy: string;
  createdAt: Instant;
  finishedAt: Instant | null;
};

/** An uploaded file is kept for a month while it waits to be carried out, and for a week when the import is over. */
const UNUSED_FILE_MS = 30 * 86_400_000;
const KEPT_FILE_MS = 7 * 86_400_000;

const COLUMNS = `id, kind, file_name as "fileName", storage_key as "storageKey", delimiter, mapping, state,
  rows_total as "rowsTotal", rows_done as "rowsDone", counts, tries, busy_ms as "busyMs", fault, created_by as "createdBy",
  created_at as "createdAt", finished_at as "finishedAt"`;

export async function insertImport(
  ctx: CommandCtx,
  made: Pick<
    ImportJob,
    'id' | 'kind' | 'fileName' | 'storageKey' | 'delimiter' | 'mapping' | 'rowsTotal' | 'createdBy'
  >,
): Promise<void> {
  await ctx.sql.run(
    `insert into imports (tenant_id, id, kind, file_name, storage_key, delimiter, mapping, state, rows_total, created_by,
       created_at, requested_at, file_until)
     values ($1, $2, $3, $4, $5, $6, $7, 'checking', $8, $9, $10, $11, $12)`,
    [
      ctx.tenant.id,
      made.id,
      made.kind,
      made.fileName,
      made.storageKey,
      made.delimiter,
      JSON.stringify(made.mapping),
      made.rowsTotal,
      made.createdBy,
      iso(ctx.now),
      iso(ctx.wallNow),
      iso(ctx.wallNow + UNUSED_FILE_MS),
    ],
  );
}

export function findImport(ctx: QueryCtx, id: string): Promise<ImportJob | undefined> {
  return ctx.sql.row<ImportJob>(`select ${COLUMNS} from imports where tenant_id = $1 and id = $2`, [
    ctx.tenant.id,
    id,
  ]);
}

/** One page, newest first, at most `limit + 1`. */
export function listImports(ctx: QueryCtx, limit: number, after: string | null): Promise<ImportJob[]> {
  return ctx.sql.rows<ImportJob>(
    `select ${COLUMNS} from imports where tenant_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
    [ctx.tenant.id, after, limit + 1],
  );
}

/** Takes the oldest import that nobody works on, for as long as the lease. */
export function claimImport(ctx: CommandCtx, leaseUntil: number): Promise<ImportJob | undefined> {
  return ctx.sql.row<ImportJob>(
    `update imports set lease_until = $2, tries = tries + 1
     where tenant_id = $1 and id = (
       select id from imports where tenant_id = $1 and state in ('checking', 'running')
         and (lease_until is null or lease_until <= $3)
       order by id limit 1 for update skip locked)
     returning ${COLUMNS}`,
    [ctx.tenant.id, iso(leaseUntil), iso(ctx.wallNow)],
  );
}

/**
 * Says that the next rows are done, in the transaction that does them. False where the import was stopped or others have
 * done them: then nothing of them may stand.
 */
export async function advance(
  ctx: CommandCtx,
  job: ImportJob,
  by: { rows: number; counts: Counts; busyMs: number; leaseUntil: number | null },
): Promise<boolean> {
  const changed = await ctx.sql.run(
    `update imports set rows_done = rows_done + $5, counts = $6, busy_ms = busy_ms + $7, lease_until = $8, tries = 0
     where tenant_id = $1 and id = $2 and state = $3 and rows_done = $4`,
    [
      ctx.tenant.id,
      job.id,
      job.state,
      job.rowsDone,
      by.rows,
      JSON.stringify(by.counts),
      by.busyMs,
      by.leaseUntil === null ? null : iso(by.leaseUntil),
    ],
  );
  return changed === 1;
}

/** Moves an import on; false where it was not in that state. `isAnew` counts rows from the first again. */
export async function moveImport(
  ctx: CommandCtx,
  id: string,
  from: readonly ImportState[],
  to: ImportState,
  how: { isAnew?: boolean; fault?: string } = {},
): Promise<boolean> {
  const isEnd = to === 'done' || to === 'failed' || to === 'canceled';
  const changed = await ctx.sql.run(
    `update imports set state = $4, fault = $5, lease_until = null, tries = 0,
       file_until = case when $6 and file_until is not null then $9::timestamptz else file_until end,
       finished_at = case when $6 then $7::timestamptz else finished_at end,
       rows_done = case when $8 then 0 else rows_done end, busy_ms = case when $8 then 0 else busy_ms end,
       counts = case when $8 then '{}' else counts end
     where tenant_id = $1 and id = $2 and state = any ($3::text[])`,
    [
      ctx.tenant.id,
      id,
      from,
      to,
      how.fault ?? null,
      isEnd,
      iso(ctx.wallNow),
      how.isAnew ?? false,
      iso(ctx.wallNow + KEPT_FILE_MS),
    ],
  );
  return changed === 1;
}

/** Lets another try begin later. */
export async function restImport(ctx: CommandCtx, id: string, until: number): Promise<void> {
  await ctx.sql.run(
    `update imports set lease_until = $3 where tenant_id = $1 and id = $2 and state in ('checking', 'running')`,
    [ctx.tenant.id, id, iso(until)],
  );
}

/** Imports whose file has had its time. One that is under way keeps it. */
export function outdatedFiles(ctx: QueryCtx, limit: number): Promise<ImportJob[]> {
  return ctx.sql.rows<ImportJob>(
    `select ${COLUMNS} from imports
     where tenant_id = $1 and file_until <= $2 and state not in ('checking', 'running') order by file_until limit $3`,
    [ctx.tenant.id, iso(ctx.wallNow), limit],
  );
}

export async function noteFileGone(ctx: CommandCtx, id: string): Promise<void> {
  await ctx.sql.run('update imports set file_until = null where tenant_id = $1 and id = $2', [
    ctx.tenant.id,
    id,
  ]);
}

export type JudgedLine = {
  position: number;
  line: number;
  externalId: string | null;
  outcome: Outcome;
  objectId: string | null;
  fields: readonly string[];
  reasons: readonly string[];
};

export async function insertLines(
  ctx: CommandCtx,
  importId: string,
  lines: readonly JudgedLine[],
): Promise<void> {
  await ctx.sql.run(
    `insert into import_lines (tenant_id, import_id, position, line, external_id, judged, object_id, fields, reasons)
     select $1, $2, l.position, l.line, l."externalId", l.outcome, l."objectId", l.fields, l.reasons
     from jsonb_to_recordset($3::jsonb) as l (position integer, line integer, "externalId" text, outcome text, "objectId" uuid,
       fields jsonb, reasons jsonb)`,
    [ctx.tenant.id, importId, JSON.stringify(lines)],
  );
}

export async function settleLines(
  ctx: CommandCtx,
  importId: string,
  lines: readonly JudgedLine[],
): Promise<void> {
  await ctx.sql.run(
    `update import_lines i set outcome = l.outcome, object_id = l."objectId", fields = l.fields, reasons = l.reasons
     from jsonb_to_recordset($3::jsonb) as l (position integer, outcome text, "objectId" uuid, fields jsonb, reasons jsonb)
     where i.tenant_id = $1 and i.import_id = $2 and i.position = l.position`,
    [ctx.tenant.id, importId, JSON.stringify(lines)],
  );
}

/** One page in the order of the file, at most `limit + 1`. */
export function listLines(
  ctx: QueryCtx,
  importId: string,
  page: { limit: number; after: number; outcome: string | null },
): Promise<JudgedLine[]> {
  return ctx.sql.rows<JudgedLine>(
    `select position, line, external_id as "externalId", coalesce(outcome, judged) as outcome, object_id as "objectId",
       fields, reasons
     from import_lines
     where tenant_id = $1 and import_id = $2 and position > $3 and ($4::text is null or coalesce(outcome, judged) = $4)
     order by position limit $5`,
    [ctx.tenant.id, importId, page.after, page.outcome, page.limit + 1],
  );
}

export async function subscriptionImportedAs(ctx: QueryCtx, externalId: string): Promise<string | null> {
  const row = await ctx.sql.row<{ id: string }>(
    'select subscription_id as id from imported_subscriptions where tenant_id = $1 and external_id = $2',
    [ctx.tenant.id, externalId],
  );
  return row?.id ?? null;
}

export async function noteImported(
  ctx: CommandCtx,
  externalId: string,
  subscriptionId: string,
): Promise<void> {
  await ctx.sql.run(
    `insert into imported_subscriptions (tenant_id, external_id, subscription_id, imported_at) values ($1, $2, $3, $4)`,
    [ctx.tenant.id, externalId, subscriptionId, iso(ctx.now)],
  );
}
