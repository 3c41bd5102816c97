import { createHash } from 'node:crypto';
import type { Actor } from '../../../platform/context.ts';
import { always, type DueSource } from '../../../platform/due.ts';
import { Refusal } from '../../../platform/refuse.ts';
import { iso } from '../../../platform/sql.ts';
import type { Transactor } from '../../../platform/transaction.ts';
import type { FileStore } from '../../files/api.ts';
import { faultAfter, MOST_TRIES, restMs } from '../tries.ts';
import { withTimes } from './job-times.ts';
import {
  claimExport,
  type ExportRecord,
  expiredExports,
  expireExport,
  findExport,
  finishExport,
  footersOf,
  keepPart,
  partsOf,
  releaseExport,
} from './repo.ts';
import { CannotExport, type StepDeps } from './step.ts';
import { writerOf } from './writers.ts';

const ACTOR: Actor = { kind: 'system', id: 'exports' };
/** Longer than a piece takes; whoever wrote longer has gone. */
const LEASE_MS = 120_000;
/** How long a file is kept. */
export const KEPT_MS = 7 * 86_400_000;

export type ExportDeps = Pick<StepDeps, 'transactor' | 'pdf' | 'notePdf' | 'pageRows'> & { store: FileStore };

/**
 * Writes exports piece by piece. A piece lies in the file store before the row says so, and the row says in the same
 * statement where the next one goes on: a kill at any moment loses at most the piece under way, which is written again
 * under another key. Two workers never write one export: what the loser wrote is not taken.
 */
export function exportsSource(deps: ExportDeps): DueSource {
  const { transactor, store } = deps;
  return {
    name: 'exports',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        `select distinct tenant_id as id from exports
         where (state in ('queued', 'running') and (lease_until is null or lease_until <= $1))
           or (state in ('done', 'failed', 'canceled') and expires_at <= $1)`,
        [iso(wallNow)],
      );
      return rows.map(({ id }) => id);
    },
    // No business waits for it.
    nextDueAt: async () => null,
    async run(tenantId, limit, goesOn = always) {
      const request = { tenantId, actor: ACTOR, requestId: null };
      const expired = await transactor.query(request, (ctx) => expiredExports(ctx, limit));
      for (const record of expired) await forget(transactor, store, tenantId, record);
      let done = expired.length;
      while (done < limit && goesOn()) {
        const leaseUntil = transactor.wallNow() + LEASE_MS;
        const record = await transactor.command(request, (ctx) => claimExport(ctx, leaseUntil));
        if (record === undefined) break;
        if (record.tries > MOST_TRIES) await giveUp(transactor, tenantId, record);
        else await write(deps, tenantId, record, goesOn);
        done += 1;
      }
      return done;
    },
  };
}

/** The process ended under it at every try, so nobody could say so. */
async function giveUp(transactor: Transactor, tenantId: number, { id }: ExportRecord): Promise<void> {
  const end = {
    state: 'failed',
    fault: faultAfter('export', null),
    expiresAt: transactor.wallNow() + KEPT_MS,
  } as const;
  await transactor.command({ tenantId, actor: ACTOR, requestId: null }, (ctx) => finishExport(ctx, id, end));
}

/** Goes on with an export until it is whole, stopped, or the process is to stop. */
async function write(
  deps: ExportDeps,
  tenantId: number,
  record: ExportRecord,
  goesOn: () => boolean,
): Promise<void> {
  const request = { tenantId, actor: ACTOR, requestId: null };
  const { transactor } = deps;
  try {
    let job: ExportRecord | null = record;
    while (job !== null && goesOn()) job = await writePiece(deps, tenantId, job);
    if (job === null) return;
    // The lease is given back, so that whoever starts next need not wait for its end.
    await transactor.command(request, (ctx) => releaseExport(ctx, record, null));
  } catch (error) {
    const isFinal = error instanceof CannotExport || error instanceof Refusal;
    const now = transactor.wallNow();
    await transactor.command(request, async (ctx) => {
      const tries = (await findExport(ctx, record.id))?.tries ?? 0;
      if (!isFinal && tries < MOST_TRIES) return releaseExport(ctx, record, now + restMs(tries));
      const fault = error instanceof CannotExport ? error.message : faultAfter('export', error);
      await finishExport(ctx, record.id, { state: 'failed', fault, expiresAt: now + KEPT_MS });
    });
    if (!isFinal) throw error;
  }
}

/** One piece; answers the export as it stands then, or null where nothing is left to write. */
async function writePiece(
  deps: ExportDeps,
  tenantId: number,
  record: ExportRecord,
): Promise<ExportRecord | null> {
  const { transactor, store } = deps;
  const request = { tenantId, actor: ACTOR, requestId: null };
  const writer = writerOf(record.kind, record.format);
  const begunAt = transactor.wallNow();
  const [job, rowsTotal] = await transactor.query(request, async (ctx) => {
    const timed = withTimes(record, ctx.tenant.timeZone);
    return [timed, record.rowsTotal ?? (await writer.total(ctx, timed))] as const;
  });
  const footers = () => transactor.query(request, (ctx) => footersOf(ctx, record.id));
  const step = await writer.step({ ...deps, request, footers }, job);
  const storageKey = keyOf(tenantId, record.id, record.partCount + 1, record.claims);
  await store.put(storageKey, step.bytes, 'application/octet-stream');
  const now = transactor.wallNow();
  const sha256 = createHash('sha256').update(step.bytes).digest();
  const part = { storageKey, byteSize: step.bytes.byteLength, sha256, footer: step.footer };
  const after = {
    rows: step.rows,
    cursor: step.cursor,
    busyMs: Math.max(0, now - begunAt),
    leaseUntil: now + LEASE_MS,
    rowsTotal,
  };
  const isKept = await transactor.command(request, async (ctx) => {
    if (!(await keepPart(ctx, record, part, after))) return false;
    if (step.cursor === null) {
      await finishExport(ctx, record.id, { state: 'done', fault: null, expiresAt: now + KEPT_MS });
    }
    return true;
  });
  if (!isKept) await store.delete(storageKey);
  if (!isKept || step.cursor === null) return null;
  return {
    ...record,
    rowsTotal,
    rowsDone: record.rowsDone + BigInt(step.rows),
    partCount: record.partCount + 1,
    byteSize: record.byteSize + BigInt(step.bytes.byteLength),
    cursor: step.cursor,
  };
}

const keyOf = (tenantId: number, exportId: string, part: number, claim: number) =>
  `exports/${tenantId}/${exportId}/${part}-${claim}`;

/** Bytes first, rows second, so that one that dies in between is done again. Pieces that were never taken go as well. */
async function forget(
  transactor: Transactor,
  store: FileStore,
  tenantId: number,
  record: ExportRecord,
): Promise<void> {
  const request = { tenantId, actor: ACTOR, requestId: null };
  const parts = await transactor.query(request, (ctx) => partsOf(ctx, record.id));
  for (const { storageKey } of parts) await store.delete(storageKey);
  for (let part = 1; part <= record.partCount + 1; part += 1)
    for (let claim = 1; claim <= record.claims; claim += 1)
      await store.delete(keyOf(tenantId, record.id, part, claim));
  await transactor.command(request, (ctx) => expireExport(ctx, record.id));
}
