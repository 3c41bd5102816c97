import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { addMs, MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '@billhook/core/time/instant';
import type { Actor, CommandCtx } from '../../../platform/context.ts';
import { always, type DueSource, type GoesOn } from '../../../platform/due.ts';
import { iso } from '../../../platform/sql.ts';
import type { Transactor } from '../../../platform/transaction.ts';
import { lockCustomer, markErased } from '../../customers/api.ts';
import type { FileService, FileStore } from '../../files/api.ts';
import { ProviderFault, type Providers } from '../../payments/api.ts';
import { openCase } from '../../support/api.ts';
import { dropWaitingOf } from '../../usage/api.ts';
import { eraseAtProviders } from './at-providers.ts';
import { hindrancesNow, whoseOf } from './facts.ts';
import { countRows, STEPS, takeOut } from './pieces.ts';
import { publishErased } from './publish.ts';
import {
  decideErasure,
  type ErasureRecord,
  keepProgress,
  lockDueErasure,
  lockErasure,
  type Progress,
} from './repo.ts';
import { removeStored } from './stored.ts';

const ACTOR: Actor = { kind: 'system', id: 'erasures' };
/** Longer than a piece takes. */
const LEASE_MS = 2 * MS_PER_MINUTE;
const ROWS = 500;
/** Messages about what was erased, such as those of the provider about its own deletion, come later: a second look. */
const SWEEP_AFTER_MS = MS_PER_HOUR;
/** Before the tables: what lies at providers, and bytes in the store. */
const OUTSIDE = 2;
const END = OUTSIDE + STEPS.length;

export type ErasureDeps = {
  transactor: Transactor;
  providers: Providers;
  files: Pick<FileService, 'remove'>;
  store: FileStore;
};

/**
 * Carries erasures out piece by piece. How far one has come is kept with what was done, so that a stop at any moment
 * loses nothing and repeats nothing; calls outside may be made twice, which changes nothing there.
 */
export function erasuresSource(deps: ErasureDeps): DueSource {
  const { transactor } = deps;
  return {
    name: 'erasures',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        'select distinct tenant_id as id from erasures where next_at <= $1',
        [iso(wallNow)],
      );
      return rows.map(({ id }) => id);
    },
    // It changes no business fact, so it holds back no clock.
    nextDueAt: async () => null,
    async run(tenantId, limit, goesOn = always) {
      const request = { tenantId, actor: ACTOR, requestId: null };
      let done = 0;
      while (done < limit && goesOn()) {
        const begun = await transactor.command(request, claim);
        if (begun === undefined) break;
        await carryOn(deps, tenantId, begun, goesOn);
        done += 1;
      }
      return done;
    },
  };
}

async function claim(ctx: CommandCtx): Promise<ErasureRecord | undefined> {
  const record = await lockDueErasure(ctx);
  if (record === undefined) return undefined;
  if (record.state === 'queued') return begin(ctx, record);
  await keepProgress(ctx, record.id, progressOf(record, { nextAt: addMs(ctx.wallNow, LEASE_MS) }));
  return record;
}

/** Looks once more at what may stand in the way: it can be days since a person looked. */
async function begin(ctx: CommandCtx, record: ErasureRecord): Promise<ErasureRecord> {
  await lockCustomer(ctx, record.customerId);
  const hindrances = await hindrancesNow(ctx, record.customerId, record.id);
  if (hindrances.length > 0) {
    await decideErasure(ctx, record.id, 'canceled', `Not possible any more: ${hindrances.join(', ')}.`);
    return { ...record, state: 'canceled' };
  }
  await markErased(ctx, record.customerId);
  const whose = await whoseOf(ctx, record.customerId, []);
  let total = 0;
  for (const table of STEPS) total += await countRows(ctx, table, whose);
  const begun: ErasureRecord = {
    ...record,
    state: 'running',
    marks: [...whose.marks],
    rowsTotal: BigInt(total),
  };
  await keepProgress(ctx, record.id, progressOf(begun, { nextAt: addMs(ctx.wallNow, LEASE_MS) }));
  return begun;
}

const progressOf = (record: ErasureRecord, more: Partial<Progress>): Progress => ({
  state: record.state,
  step: record.step,
  rowsTotal: record.rowsTotal,
  rowsDone: record.rowsDone,
  marks: record.marks,
  nextAt: null,
  attempts: record.attempts,
  fault: record.fault,
  ...more,
});

async function carryOn(
  deps: ErasureDeps,
  tenantId: number,
  record: ErasureRecord,
  goesOn: GoesOn,
): Promise<void> {
  const request = { tenantId, actor: ACTOR, requestId: null };
  let job: ErasureRecord | null = record.state === 'canceled' ? null : record;
  while (job !== null) {
    const { id, step } = job;
    if (!goesOn()) return giveBack(deps, tenantId, id);
    try {
      if (step === 0)
        await tellLeft(deps, tenantId, id, await eraseAtProviders(deps, request, job.customerId));
      if (step === 1) await removeStored(deps, request, job.customerId);
      job = await deps.transactor.command(request, (ctx) => writePiece(ctx, id, step));
    } catch (error) {
      if (error instanceof ProviderFault)
        return putOff(deps, tenantId, id, `The provider did not answer: ${error.code}.`);
      await putOff(deps, tenantId, id, 'Something unforeseen stopped a piece of it. It is tried again.');
      throw error;
    }
  }
}

/** One piece, and where to go on; null at the end, or where another worker has gone on. */
async function writePiece(ctx: CommandCtx, id: string, step: number): Promise<ErasureRecord | null> {
  const record = await lockErasure(ctx, id);
  if (record === undefined || record.step !== step || !['running', 'swept'].includes(record.state))
    return null;
  if (step < END) {
    const table = STEPS[step - OUTSIDE];
    const whose = await whoseOf(ctx, record.customerId, record.marks);
    // What waited would come back as a figure of its own.
    if (table === 'usage_rollups') await dropWaitingOf(ctx, record.customerId);
    const rows = table === undefined ? 0 : await takeOut(ctx, table, whose, ROWS);
    // A place in a table is one in each of its partitions, so a piece may be larger than was asked for.
    const isMore = rows >= ROWS;
    const next = { ...record, step: isMore ? step : step + 1, rowsDone: record.rowsDone + BigInt(rows) };
    const nextAt = addMs(ctx.wallNow, LEASE_MS);
    await keepProgress(ctx, id, progressOf(next, { nextAt, attempts: 0, fault: null }));
    return next;
  }
  if (record.state === 'swept') {
    await keepProgress(ctx, id, progressOf(record, { state: 'done', marks: [] }));
    return null;
  }
  const nextAt = addMs(ctx.wallNow, SWEEP_AFTER_MS);
  await keepProgress(ctx, id, progressOf(record, { state: 'swept', step: OUTSIDE, nextAt }));
  publishErased(ctx, record);
  return null;
}

/** Where nobody can be asked to delete the customer any more, staff are. The case names nobody but the provider's id. */
async function tellLeft(deps: ErasureDeps, tenantId: number, id: string, left: string[]): Promise<void> {
  if (left.length === 0) return;
  await deps.transactor.command({ tenantId, actor: ACTOR, requestId: null }, (ctx) =>
    openCase(ctx, {
      kind: 'erasure.left_at_provider',
      customerId: null,
      subjectId: id,
      detail: `A customer was erased here and is still at a provider whose account is not connected any more. Delete it there: ${left.join('; ')}.`,
      facts: { erasure: encodeTypeId('era', id) },
    }),
  );
}

/** The lease is given back, so that whoever starts next need not wait for its end. */
async function giveBack({ transactor }: ErasureDeps, tenantId: number, id: string): Promise<void> {
  await transactor.command({ tenantId, actor: ACTOR, requestId: null }, async (ctx) => {
    const record = await lockErasure(ctx, id);
    if (record?.state !== 'running' && record?.state !== 'swept') return;
    await keepProgress(ctx, id, progressOf(record, { nextAt: ctx.wallNow }));
  });
}

async function putOff(deps: ErasureDeps, tenantId: number, id: string, fault: string): Promise<void> {
  await deps.transactor.command({ tenantId, actor: ACTOR, requestId: null }, async (ctx) => {
    const record = await lockErasure(ctx, id);
    if (record === undefined) return;
    const attempts = record.attempts + 1;
    const delayMs = Math.min(MS_PER_MINUTE * 2 ** Math.min(attempts, 11), MS_PER_DAY);
    await keepProgress(ctx, id, progressOf(record, { attempts, fault, nextAt: addMs(ctx.wallNow, delayMs) }));
  });
}
