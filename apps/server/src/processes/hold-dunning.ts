import { dunningOutlook, nextStep, nextTry } from '@billhook/core/dunning/outlook';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import { later } from '@billhook/core/time/instant';
import { lockCustomer } from '../modules/customers/api.ts';
import {
  coreCampaign,
  factsOf,
  findRun,
  insertStep,
  otherOf,
  type RunRow,
  saveRun,
} from '../modules/dunning/api.ts';
import { lockInvoice, type StoredInvoice, setRetry } from '../modules/invoicing/api.ts';
import { isCollectable, listMethods, payPlannedWith, scheduleCollection } from '../modules/payments/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { stopRun, takeBackTries } from './run-dunning.ts';

type Held = { run: RunRow; invoice: StoredInvoice };

/** Holds a campaign back for one invoice. Refusals: `dunning_run.not_found`, `dunning_run.not_running`. */
export async function pauseRun(ctx: CommandCtx, id: string, reason: string): Promise<string> {
  const { run, invoice } = await hold(ctx, id, ['active']);
  await takeBackTries(ctx, invoice);
  await saveRun(ctx, { ...run, status: 'paused', pausedAt: ctx.now, nextAt: null, retryStep: null });
  return told(ctx, run, 'pause', { reason });
}

/** Goes on; what is ahead has moved by the time it was held back. Refusals as `pauseRun`. */
export async function resumeRun(ctx: CommandCtx, id: string, reason: string): Promise<string> {
  const { run, invoice } = await hold(ctx, id, ['paused']);
  const heldMs = run.pausedAt === null ? 0 : ctx.now - run.pausedAt;
  await planAgain(ctx, {
    invoice,
    run: { ...run, status: 'active', pausedAt: null, pausedMs: run.pausedMs + BigInt(heldMs) },
  });
  return told(ctx, run, 'resume', { reason });
}

/** Leaves one step out. Refusals: as `pauseRun`, and `dunning_run.step_not_ahead`. */
export async function skipStep(ctx: CommandCtx, id: string, key: string, reason: string): Promise<string> {
  const { run, invoice } = await hold(ctx, id, ['active', 'paused']);
  const { ahead } = dunningOutlook(coreCampaign(run.kind, run.definition), await factsOf(ctx, run));
  const skipped = ahead.find(({ step }) => step.key === key);
  if (skipped === undefined)
    return refuse('dunning_run.step_not_ahead', 'The step does not lie ahead of this run.');
  await insertStep(ctx, { runId: run.id, key, action: skipped.step.action, outcome: 'skipped', reason });
  const after = { ...run, settled: [...run.settled, key] };
  if (run.status === 'active') await planAgain(ctx, { run: after, invoice });
  return told(ctx, run, 'skip', { reason, step: key });
}

/** Ends what is done by itself. Refusals as `pauseRun`. */
export async function haltRun(ctx: CommandCtx, id: string, reason: string): Promise<string> {
  const { run, invoice } = await hold(ctx, id, ['active', 'paused']);
  await stopRun(ctx, run, invoice, reason);
  return told(ctx, run, 'stop', { reason });
}

async function hold(ctx: CommandCtx, typeId: string, from: readonly RunRow['status'][]): Promise<Held> {
  const id = decodeTypeId('drun', typeId);
  const seen = id.ok ? await findRun(ctx, id.value) : undefined;
  if (seen === undefined) return refuse('dunning_run.not_found', 'There is no such run.');
  await lockCustomer(ctx, seen.customerId);
  const run = await findRun(ctx, seen.id);
  const invoice = await lockInvoice(ctx, seen.invoiceId);
  if (run === undefined || invoice === undefined || !from.includes(run.status))
    return refuse('dunning_run.not_running', `The run is ${run?.status ?? 'over'}.`);
  return { run, invoice };
}

/** Plans the next try and the next step anew. What is sent already is let go on. */
async function planAgain(ctx: CommandCtx, { run, invoice }: Held): Promise<void> {
  await takeBackTries(ctx, invoice);
  const { ahead } = dunningOutlook(coreCampaign(run.kind, run.definition), await factsOf(ctx, run));
  const next = nextTry(ahead);
  const plans = next !== null && invoice.status === 'open' && (await isCollectable(ctx, invoice.id));
  if (plans) {
    const at = later(next.at, ctx.now);
    await scheduleCollection(ctx, [invoice], at);
    await setRetry(ctx, { invoiceId: invoice.id, at, failureCount: invoice.failureCount });
    const other =
      next.step.action === 'change_method' ? otherOf(await listMethods(ctx, run.customerId)) : undefined;
    if (other !== undefined) await payPlannedWith(ctx, invoice.id, other.id);
  }
  const retryStep = next !== null && plans ? next.step.key : null;
  await saveRun(ctx, { ...run, retryStep, nextAt: nextStep(ahead, false)?.at ?? null });
}

function told(ctx: CommandCtx, run: RunRow, verb: string, details: Record<string, unknown>): string {
  ctx.audit({
    action: `dunning_run.${verb}`,
    objectKind: 'dunning_run',
    objectId: encodeTypeId('drun', run.id),
    details: { invoice: encodeTypeId('inv', run.invoiceId), ...details },
  });
  return run.id;
}
