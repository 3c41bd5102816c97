import { createHash } from 'node:crypto';
import { canonicalJson } from '@billhook/core/kernel/canonical-json';
import type { CommandCtx, QueryCtx } from './context.ts';
import type { DueSource } from './due.ts';
import { iso } from './sql.ts';
import type { Transactor } from './transaction.ts';

type AuditRow = {
  id: string;
  seq: bigint;
  actorKind: string;
  actorId: string;
  action: string;
  objectKind: string;
  objectId: string;
  requestId: string | null;
  details: string;
  occurredAt: number;
  recordedAt: number;
  sealNumber: number | null;
};

type Seal = { number: number; rowCount: number; previousHash: Buffer; hash: Buffer };

const ROW_COLUMNS = `id, seq, actor_kind as "actorKind", actor_id as "actorId", action, object_kind as "objectKind",
  object_id as "objectId", request_id as "requestId", details::text as details, occurred_at as "occurredAt",
  recorded_at as "recordedAt", seal_number as "sealNumber"`;
const SEAL_COLUMNS = 'number, row_count as "rowCount", previous_hash as "previousHash", hash';
const FIRST_HASH = Buffer.alloc(32);
const SEALER = { kind: 'system', id: 'audit-seal' } as const;

/** Hash of a seal: the seal before, then every row it covers, in order of `seq`. */
export function sealHash(previous: Uint8Array, rows: readonly Omit<AuditRow, 'sealNumber'>[]): Buffer {
  const hash = createHash('sha256').update(previous);
  for (const row of rows) {
    hash.update(
      canonicalJson([
        row.id,
        row.seq.toString(),
        row.actorKind,
        row.actorId,
        row.action,
        row.objectKind,
        row.objectId,
        row.requestId,
        row.details,
        row.occurredAt,
        row.recordedAt,
      ]),
    );
  }
  return hash.digest();
}

/** Seals committed rows that have no seal yet; each seal continues the chain of the one before. */
async function sealNext(ctx: CommandCtx, limit: number): Promise<number> {
  // Two sealers would fork the chain, so the second one waits for the first.
  await ctx.sql.rows('select pg_advisory_xact_lock(7240120, $1)', [ctx.tenant.id]);
  const rows = await ctx.sql.rows<AuditRow>(
    `select ${ROW_COLUMNS} from audit_log where tenant_id = $1 and seal_number is null order by seq limit $2`,
    [ctx.tenant.id, limit],
  );
  if (rows.length === 0) return 0;
  const last = await ctx.sql.row<Seal>(
    `select ${SEAL_COLUMNS} from audit_seals where tenant_id = $1 order by number desc limit 1`,
    [ctx.tenant.id],
  );
  const number = (last?.number ?? 0) + 1;
  const previous = last?.hash ?? FIRST_HASH;
  await ctx.sql.run('update audit_log set seal_number = $2 where tenant_id = $1 and id = any ($3::uuid[])', [
    ctx.tenant.id,
    number,
    rows.map((row) => row.id),
  ]);
  await ctx.sql.run(
    `insert into audit_seals (tenant_id, number, row_count, previous_hash, hash, sealed_at) values ($1, $2, $3, $4, $5, $6)`,
    [ctx.tenant.id, number, rows.length, previous, sealHash(previous, rows), iso(ctx.wallNow)],
  );
  return rows.length;
}

/** The sealer as due work: woken after each commit that wrote audit rows. */
export function auditSealSource(transactor: Transactor): DueSource {
  return {
    name: 'audit-seal',
    // A seal covers what was committed within a moment, not each row by itself.
    restMs: 250,
    async tenantsDue(sql) {
      const rows = await sql.rows<{ tenantId: number }>(
        'select distinct tenant_id as "tenantId" from audit_log where seal_number is null',
      );
      return rows.map((row) => row.tenantId);
    },
    async nextDueAt() {
      return null;
    },
    run: (tenantId, limit) =>
      transactor.command({ tenantId, actor: SEALER, requestId: null }, (ctx) => sealNext(ctx, limit)),
  };
}

export type AuditVerdict =
  | { whole: true; seals: number; rows: number }
  | { whole: false; brokenSeal: number };

/** Recomputes the chain from its first seal. A changed, added or missing row breaks the seal that covers it. */
export async function verifyAudit(ctx: QueryCtx): Promise<AuditVerdict> {
  const seals = await ctx.sql.rows<Seal>(
    `select ${SEAL_COLUMNS} from audit_seals where tenant_id = $1 order by number`,
    [ctx.tenant.id],
  );
  let previous: Buffer = FIRST_HASH;
  let count = 0;
  for (const [index, seal] of seals.entries()) {
    const rows = await ctx.sql.rows<AuditRow>(
      `select ${ROW_COLUMNS} from audit_log where tenant_id = $1 and seal_number = $2 order by seq`,
      [ctx.tenant.id, seal.number],
    );
    const fits =
      seal.number === index + 1 &&
      seal.rowCount === rows.length &&
      seal.previousHash.equals(previous) &&
      seal.hash.equals(sealHash(previous, rows));
    if (!fits) return { whole: false, brokenSeal: seal.number };
    previous = seal.hash;
    count += rows.length;
  }
  return { whole: true, seals: seals.length, rows: count };
}
