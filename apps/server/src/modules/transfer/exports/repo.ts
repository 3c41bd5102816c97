import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { iso, isoOrNull } from '../../../platform/sql.ts';

export type ExportKind =
  | 'invoices'
  | 'invoice_lines'
  | 'payments'
  | 'ledger'
  | 'journal'
  | 'datev'
  | 'customer';
export type ExportFormat = 'csv' | 'parquet' | 'extf' | 'zip';
export type ExportState = 'queued' | 'running' | 'done' | 'failed' | 'canceled' | 'expired';

export type ExportRecord = {
  id: string;
  kind: ExportKind;
  format: ExportFormat;
  /** Days as text. */
  from: string | null;
  to: string | null;
  currency: string | null;
  customerId: string | null;
  untilId: string;
  state: ExportState;
  rowsTotal: bigint | null;
  rowsDone: bigint;
  partCount: number;
  byteSize: bigint;
  cursor: unknown;
  busyMs: bigint;
  claims: number;
  /** How often it was begun since a piece was kept. */
  tries: number;
  fault: string | null;
  createdBy: string;
  createdAt: Instant;
  finishedAt: Instant | null;
  expiresAt: Instant | null;
};

/** An export with its days as moments in the seller's zone; null where there is no bound. */
export type ExportJob = ExportRecord & { start: Instant | null; end: Instant | null };

const COLUMNS = `id, kind, format, from_on::text as "from", to_on::text as "to", currency, customer_id as "customerId",
  until_id as "untilId", state, rows_total as "rowsTotal", rows_done as "rowsDone", part_count as "partCount",
  byte_size as "byteSize", cursor, busy_ms as "busyMs", claims, tries, fault, created_by as "createdBy",
  created_at as "createdAt", finished_at as "finishedAt", expires_at as "expiresAt"`;

export type NewExport = Pick<
  ExportRecord,
  'id' | 'kind' | 'format' | 'from' | 'to' | 'currency' | 'customerId' | 'createdBy'
>;

export async function insertExport(ctx: CommandCtx, made: NewExport): Promise<void> {
  await ctx.sql.run(
    `insert into exports (tenant_id, id, kind, format, from_on, to_on, currency, customer_id, until_id, state, created_by,
       created_at, requested_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $2, 'queued', $9, $10, $11)`,
    [
      ctx.tenant.id,
      made.id,
      made.kind,
      made.format,
      made.from,
      made.to,
      made.currency,
      made.customerId,
      made.createdBy,
      iso(ctx.now),
      iso(ctx.wallNow),
    ],
  );
}

export function findExport(ctx: QueryCtx, id: string): Promise<ExportRecord | undefined> {
  return ctx.sql.row<ExportRecord>(`select ${COLUMNS} from exports where tenant_id = $1 and id = $2`, [
    ctx.tenant.id,
    id,
  ]);
}

/** One page, newest first, at most `limit + 1`. */
export function listExports(
  ctx: QueryCtx,
  page: { limit: number; after: string | null; kind: string | null },
): Promise<ExportRecord[]> {
  return ctx.sql.rows<ExportRecord>(
    `select ${COLUMNS} from exports
     where tenant_id = $1 and ($2::uuid is null or id < $2) and ($3::text is null or kind = $3)
     order by id desc limit $4`,
    [ctx.tenant.id, page.after, page.kind, page.limit + 1],
  );
}

/** Takes the oldest export that nobody writes, for as long as the lease; undefined where there is none. */
export function claimExport(ctx: CommandCtx, leaseUntil: number): Promise<ExportRecord | undefined> {
  return ctx.sql.row<ExportRecord>(
    `update exports set state = 'running', claims = claims + 1, tries = tries + 1, lease_until = $2
     where tenant_id = $1 and id = (
       select id from exports where tenant_id = $1 and state in ('queued', 'running')
         and (lease_until is null or lease_until <= $3)
       order by id limit 1 for update skip locked)
     returning ${COLUMNS}`,
    [ctx.tenant.id, iso(leaseUntil), iso(ctx.wallNow)],
  );
}

export type Part = { storageKey: string; byteSize: number; sha256: Buffer; footer: Buffer | null };

/**
 * Keeps a part and where the next one goes on, in one transaction. False where the export was stopped or another worker
 * has taken it over: then nothing is kept.
 */
export async function keepPart(
  ctx: CommandCtx,
  job: ExportRecord,
  part: Part,
  after: { rows: number; cursor: unknown; busyMs: number; leaseUntil: number; rowsTotal: bigint | null },
): Promise<boolean> {
  const changed = await ctx.sql.run(
    `update exports set part_count = part_count + 1, rows_done = rows_done + $4, byte_size = byte_size + $5, cursor = $6,
       busy_ms = busy_ms + $7, lease_until = $8, rows_total = coalesce($10, rows_total), tries = 0
     where tenant_id = $1 and id = $2 and state = 'running' and claims = $9 and part_count = $3`,
    [
      ctx.tenant.id,
      job.id,
      job.partCount,
      after.rows,
      part.byteSize,
      JSON.stringify(after.cursor),
      after.busyMs,
      iso(after.leaseUntil),
      job.claims,
      after.rowsTotal,
    ],
  );
  if (changed === 0) return false;
  await ctx.sql.run(
    `insert into export_parts (tenant_id, export_id, part, storage_key, byte_size, sha256, footer)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [ctx.tenant.id, job.id, job.partCount + 1, part.storageKey, part.byteSize, part.sha256, part.footer],
  );
  return true;
}

/** Ends an export; false where it was not open. */
export async function finishExport(
  ctx: CommandCtx,
  id: string,
  end: { state: 'done' | 'failed' | 'canceled'; fault: string | null; expiresAt: number },
): Promise<boolean> {
  const changed = await ctx.sql.run(
    `update exports set state = $3, fault = $4, finished_at = $5, expires_at = $6, lease_until = null, cursor = null
     where tenant_id = $1 and id = $2 and state in ('queued', 'running')`,
    [ctx.tenant.id, id, end.state, end.fault, iso(ctx.wallNow), isoOrNull(end.expiresAt)],
  );
  return changed === 1;
}

/** Gives an export back: at once, where nothing was wrong, or to be begun again later. */
export async function releaseExport(
  ctx: CommandCtx,
  job: Pick<ExportRecord, 'id' | 'claims'>,
  until: number | null,
): Promise<void> {
  await ctx.sql.run(
    `update exports set lease_until = $4, tries = case when $4::timestamptz is null then 0 else tries end
     where tenant_id = $1 and id = $2 and claims = $3 and state = 'running'`,
    [ctx.tenant.id, job.id, job.claims, isoOrNull(until)],
  );
}

export type StoredPart = { part: number; storageKey: string; byteSize: bigint; sha256: Buffer };

export function partsOf(ctx: QueryCtx, id: string): Promise<StoredPart[]> {
  return ctx.sql.rows<StoredPart>(
    `select part, storage_key as "storageKey", byte_size as "byteSize", sha256 from export_parts
     where tenant_id = $1 and export_id = $2 order by part`,
    [ctx.tenant.id, id],
  );
}

export async function footersOf(ctx: QueryCtx, id: string): Promise<Buffer[]> {
  const rows = await ctx.sql.rows<{ footer: Buffer }>(
    'select footer from export_parts where tenant_id = $1 and export_id = $2 and footer is not null order by part',
    [ctx.tenant.id, id],
  );
  return rows.map(({ footer }) => footer);
}

/** Exports whose time is over, oldest first. */
export function expiredExports(ctx: QueryCtx, limit: number): Promise<ExportRecord[]> {
  return ctx.sql.rows<ExportRecord>(
    `select ${COLUMNS} from exports
     where tenant_id = $1 and state in ('done', 'failed', 'canceled') and expires_at <= $2 order by expires_at limit $3`,
    [ctx.tenant.id, iso(ctx.wallNow), limit],
  );
}

/** Nothing is left of an export but what was asked. */
export async function expireExport(ctx: CommandCtx, id: string): Promise<void> {
  await ctx.sql.run('delete from export_parts where tenant_id = $1 and export_id = $2', [ctx.tenant.id, id]);
  await ctx.sql.run(
    `update exports set state = case when state = 'done' then 'expired' else state end, expires_at = null
     where tenant_id = $1 and id = $2`,
    [ctx.tenant.id, id],
  );
}
