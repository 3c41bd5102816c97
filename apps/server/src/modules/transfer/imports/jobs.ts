import type { ImportRecord } from '@billhook/core/transfer/import-rows';
import type { Actor, CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { always, type DueSource } from '../../../platform/due.ts';
import { Refusal } from '../../../platform/refuse.ts';
import { iso } from '../../../platform/sql.ts';
import type { Transactor } from '../../../platform/transaction.ts';
import type { FileStore } from '../../files/api.ts';
import { faultAfter, MOST_TRIES, restMs } from '../tries.ts';
import { readImportFile } from './read-file.ts';
import {
  advance,
  type Counts,
  claimImport,
  findImport,
  type ImportJob,
  insertLines,
  type JudgedLine,
  moveImport,
  NO_COUNTS,
  noteFileGone,
  type Outcome,
  outdatedFiles,
  restImport,
  settleLines,
} from './repo.ts';

const ACTOR: Actor = { kind: 'system', id: 'imports' };
const LEASE_MS = 120_000;
/** Rows that one transaction carries out. */
const BATCH = 50;

export type Verdict = {
  outcome: Outcome;
  objectId: string | null;
  fields: readonly string[];
  reasons: readonly string[];
};

/** What becomes of the rows of one kind. */
export type RowMaker = {
  /** Says what would be done; writes nothing. */
  judge(ctx: QueryCtx, values: Readonly<Record<string, string>>): Promise<Verdict>;
  /** Judges anew and does it. */
  apply(ctx: CommandCtx, values: Readonly<Record<string, string>>): Promise<Verdict>;
};

export type ImportDeps = {
  transactor: Transactor;
  store: FileStore;
  makers: Readonly<Record<ImportJob['kind'], RowMaker>>;
};

/** Somebody stopped the import, or goes on with it elsewhere. */
class NotOurs extends Error {
  override readonly name = 'NotOurs';
}

/** What was uploaded is not in the file store any more: another try would not find it either. */
class FileLost extends Error {
  override readonly name = 'FileLost';
  override readonly message = 'The uploaded file is not there any more. Upload it again.';
}

/**
 * Checks and carries out imports, some rows a transaction. What a row does, its line in the report and how far the import
 * has come are committed together, so that no row is done twice, however often the process ends in between. A batch with a
 * row that is refused while it is carried out is split until that row stands alone.
 */
export function importsSource(deps: ImportDeps): DueSource {
  const { transactor } = deps;
  return {
    name: 'imports',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        `select distinct tenant_id as id from imports
         where (state in ('checking', 'running') and (lease_until is null or lease_until <= $1))
           or (state not in ('checking', 'running') and file_until <= $1)`,
        [iso(wallNow)],
      );
      return rows.map(({ id }) => id);
    },
    // No business waits for it.
    nextDueAt: async () => null,
    async run(tenantId, limit, goesOn = always) {
      const request = { tenantId, actor: ACTOR, requestId: null };
      const outdated = await transactor.query(request, (ctx) => outdatedFiles(ctx, limit));
      for (const job of outdated) await removeFile(deps, tenantId, job);
      for (let done = outdated.length; ; done += 1) {
        if (done >= limit || !goesOn()) return done;
        const leaseUntil = transactor.wallNow() + LEASE_MS;
        const job = await transactor.command(request, (ctx) => claimImport(ctx, leaseUntil));
        if (job === undefined) return done;
        await workOrRest(deps, tenantId, job, goesOn);
      }
    },
  };
}

/** An unexpected error is tried again a few times, later each time; then the import ends and says so. */
async function workOrRest(deps: ImportDeps, tenantId: number, job: ImportJob, goesOn: () => boolean) {
  const { transactor } = deps;
  const request = { tenantId, actor: ACTOR, requestId: null };
  const fail = (ctx: CommandCtx, fault: string) =>
    moveImport(ctx, job.id, ['checking', 'running'], 'failed', { fault });
  if (job.tries > MOST_TRIES) {
    // The process ended under it at every try, so nobody could say so.
    await transactor.command(request, (ctx) => fail(ctx, faultAfter('import', null)));
    return;
  }
  try {
    await work(deps, tenantId, job, goesOn);
  } catch (error) {
    if (error instanceof NotOurs) return;
    await transactor.command(request, async (ctx) => {
      const tries = (await findImport(ctx, job.id))?.tries ?? 0;
      const isLost = error instanceof FileLost;
      if (!isLost && tries < MOST_TRIES) return restImport(ctx, job.id, ctx.wallNow + restMs(tries));
      await fail(ctx, isLost ? error.message : faultAfter('import', error));
    });
    if (!(error instanceof FileLost)) throw error;
  }
}

/** Bytes first, row second, so that one that dies in between is done again. What nobody carried out cannot be any more. */
async function removeFile(
  { transactor, store }: ImportDeps,
  tenantId: number,
  job: ImportJob,
): Promise<void> {
  await store.delete(job.storageKey);
  await transactor.command({ tenantId, actor: ACTOR, requestId: null }, async (ctx) => {
    await noteFileGone(ctx, job.id);
    await moveImport(ctx, job.id, ['checked'], 'failed', {
      fault: 'It was not carried out within 30 days, and its file was removed. Upload it again.',
    });
  });
}

async function work(deps: ImportDeps, tenantId: number, claimed: ImportJob, goesOn: () => boolean) {
  const { transactor, store, makers } = deps;
  const request = { tenantId, actor: ACTOR, requestId: null };
  const bytes = await store.get(claimed.storageKey);
  if (bytes === undefined) throw new FileLost();
  const { records } = readImportFile(claimed.kind, bytes, claimed.delimiter, claimed.mapping);
  const maker = makers[claimed.kind];
  let job = claimed;
  while (job.rowsDone < job.rowsTotal) {
    const isStopping = !goesOn();
    const batch = isStopping ? [] : records.slice(job.rowsDone, job.rowsDone + BATCH);
    const step = { transactor, request, maker, isLast: isStopping };
    job = job.state === 'checking' ? await check(step, job, batch) : await carryOut(step, job, batch);
    if (isStopping) return;
  }
  const end = job.state === 'checking' ? 'checked' : 'done';
  await transactor.command(request, async (ctx) => {
    const isMoved = await moveImport(ctx, job.id, [job.state], end);
    if (isMoved && end === 'done') ctx.audit(audited(job));
  });
}

const audited = ({ id, kind, counts }: ImportJob) => ({
  action: 'import.done',
  objectKind: 'import',
  objectId: id,
  details: { kind, ...counts },
});

type StepParts = {
  transactor: Transactor;
  request: { tenantId: number; actor: Actor; requestId: null };
  maker: RowMaker;
  isLast: boolean;
};

const lineOf = (record: ImportRecord, verdict: Verdict): JudgedLine => ({
  position: record.position,
  line: record.line,
  externalId: record.values.external_id?.slice(0, 200) ?? null,
  ...verdict,
});

const refused = (reason: string): Verdict => ({
  outcome: 'refuse',
  objectId: null,
  fields: [],
  reasons: [reason.slice(0, 2_000)],
});

const refusedBy = (error: Refusal): Verdict => ({
  ...refused(error.detail),
  reasons:
    error.faults.length === 0 ? [error.detail] : error.faults.map((fault) => reasonOf(fault).slice(0, 2_000)),
});

/** For the person whose file it is, who knows columns and no members. */
function reasonOf({ pointer, code, detail }: Refusal['faults'][number]): string {
  const column = pointer.slice(1);
  return code === 'required' ? `The column ${column} is empty.` : `${column}: ${detail}`;
}

function counted(job: ImportJob, lines: readonly JudgedLine[]): Counts {
  const counts = { ...NO_COUNTS, ...job.counts };
  for (const { outcome } of lines) counts[outcome] += 1;
  return counts;
}

/** Keeps lines with how far the import has come; the job as it stands then. */
async function keep(
  { transactor, isLast }: StepParts,
  ctx: CommandCtx,
  job: ImportJob,
  lines: readonly JudgedLine[],
  begunAt: number,
): Promise<ImportJob> {
  const counts = counted(job, lines);
  const now = transactor.wallNow();
  const busyMs = Math.max(0, now - begunAt);
  const leaseUntil = isLast ? null : now + LEASE_MS;
  if (!(await advance(ctx, job, { rows: lines.length, counts, busyMs, leaseUntil }))) throw new NotOurs();
  return { ...job, counts, rowsDone: job.rowsDone + lines.length };
}

async function check(parts: StepParts, job: ImportJob, batch: readonly ImportRecord[]): Promise<ImportJob> {
  const { transactor, request, maker } = parts;
  const begunAt = transactor.wallNow();
  const lines: JudgedLine[] = [];
  for (const record of batch) {
    const verdict =
      record.fault === null
        ? await transactor.query(request, (ctx) => maker.judge(ctx, record.values)).catch(asVerdict)
        : refused(record.fault);
    lines.push(lineOf(record, verdict));
  }
  return transactor.command(request, async (ctx) => {
    const next = await keep(parts, ctx, job, lines, begunAt);
    await insertLines(ctx, job.id, lines);
    return next;
  });
}

function asVerdict(error: unknown): Verdict {
  if (error instanceof Refusal) return refusedBy(error);
  throw error;
}

async function carryOut(
  parts: StepParts,
  job: ImportJob,
  batch: readonly ImportRecord[],
): Promise<ImportJob> {
  const { transactor, request, maker } = parts;
  const begunAt = transactor.wallNow();
  try {
    return await transactor.command(request, async (ctx) => {
      const lines: JudgedLine[] = [];
      for (const record of batch) {
        const verdict = record.fault === null ? await maker.apply(ctx, record.values) : refused(record.fault);
        lines.push(lineOf(record, verdict));
      }
      const next = await keep(parts, ctx, job, lines, begunAt);
      await settleLines(ctx, job.id, lines);
      return next;
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const [only] = batch;
    if (batch.length > 1 || only === undefined) {
      const middle = Math.ceil(batch.length / 2);
      const first = await carryOut(parts, job, batch.slice(0, middle));
      return carryOut(parts, first, batch.slice(middle));
    }
    const line = lineOf(only, refusedBy(error));
    return transactor.command(request, async (ctx) => {
      const next = await keep(parts, ctx, job, [line], begunAt);
      await settleLines(ctx, job.id, [line]);
      return next;
    });
  }
}
