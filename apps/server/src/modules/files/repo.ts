import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { refuse } from '../../platform/refuse.ts';
import { iso } from '../../platform/sql.ts';
import type { StoredFile } from './api.ts';

const COLUMNS = `id, purpose, customer_id as "customerId", name, content_type as "contentType",
  byte_size as "byteSize", sha256, storage_key as "storageKey", state, created_at as "createdAt"`;

export function find(ctx: QueryCtx, fileId: string): Promise<StoredFile | undefined> {
  return ctx.sql.row<StoredFile>(`select ${COLUMNS} from files where tenant_id = $1 and id = $2`, [
    ctx.tenant.id,
    fileId,
  ]);
}

/** Refuses with `customer.not_found` where the customer is none of this tenant: the foreign key says so. */
export async function insert(ctx: CommandCtx, file: StoredFile): Promise<void> {
  try {
    await insertRow(ctx, file);
  } catch (error) {
    if ((error as { constraint?: unknown }).constraint !== 'files_tenant_id_customer_id_fkey') throw error;
    refuse('customer.not_found', 'There is no such customer.');
  }
}

async function insertRow(ctx: CommandCtx, file: StoredFile): Promise<void> {
  await ctx.sql.run(
    `insert into files (tenant_id, id, purpose, customer_id, name, content_type, byte_size, sha256, storage_key, state,
       created_at, begun_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      ctx.tenant.id,
      file.id,
      file.purpose,
      file.customerId,
      file.name,
      file.contentType,
      file.byteSize,
      Buffer.from(file.sha256),
      file.storageKey,
      file.state,
      iso(file.createdAt),
      iso(ctx.wallNow),
    ],
  );
}

/** Uploads that began before a moment of real time and have not come to an end, oldest first. */
export function pendingSince(ctx: QueryCtx, begunBefore: number, limit: number): Promise<StoredFile[]> {
  return ctx.sql.rows<StoredFile>(
    `select ${COLUMNS} from files
     where tenant_id = $1 and state = 'pending' and begun_at < $2 order by begun_at, id limit $3`,
    [ctx.tenant.id, iso(begunBefore), limit],
  );
}

/** Moves a file along pending -> clean -> deleted; false where it was not in the state named. */
export async function move(
  ctx: CommandCtx,
  fileId: string,
  from: StoredFile['state'],
  to: StoredFile['state'],
): Promise<boolean> {
  const changed = await ctx.sql.run(
    'update files set state = $4 where tenant_id = $1 and id = $2 and state = $3',
    [ctx.tenant.id, fileId, from, to],
  );
  return changed === 1;
}

/** Bytes that count against the quota. Two uploads at once are kept apart by the lock on the sum's key. */
export async function lockedUse(ctx: CommandCtx): Promise<bigint> {
  await ctx.sql.run(`select pg_advisory_xact_lock(71, $1)`, [ctx.tenant.id]);
  const row = await ctx.sql.row<{ used: bigint }>(
    `select coalesce(sum(byte_size), 0)::bigint as used from files where tenant_id = $1 and state <> 'deleted'`,
    [ctx.tenant.id],
  );
  return row?.used ?? 0n;
}

/** The names of files that may be downloaded, by id. */
export async function names(ctx: QueryCtx, fileIds: readonly string[]): Promise<Map<string, string>> {
  if (fileIds.length === 0) return new Map();
  const rows = await ctx.sql.rows<{ id: string; name: string }>(
    `select id, name from files where tenant_id = $1 and id = any ($2::uuid[]) and state = 'clean'`,
    [ctx.tenant.id, fileIds],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

export async function setPurpose(
  ctx: CommandCtx,
  fileId: string,
  from: StoredFile['purpose'],
  to: StoredFile['purpose'],
): Promise<void> {
  await ctx.sql.run('update files set purpose = $4 where tenant_id = $1 and id = $2 and purpose = $3', [
    ctx.tenant.id,
    fileId,
    from,
    to,
  ]);
}
