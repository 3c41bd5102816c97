import { kindOfFailure } from '@billhook/core/dunning/failure-kind';
import {
  type AfterFailure,
  dunningOutlook,
  nextStep,
  planAfterFailure,
} from '@billhook/core/dunning/outlook';
import { invariant } from '@billhook/core/kernel/invariant';
import type { Customer } from '../modules/customers/api.ts';
import {
  coreCampaign,
  factsOf,
  insertStep,
  otherOf,
  type RunRow,
  runOfInvoice,
  saveRun,
} from '../modules/dunning/api.ts';
import type { StoredInvoice } from '../modules/invoicing/api.ts';
import { type AttemptRow, listMethods, methodKindOf, payPlannedWith } from '../modules/payments/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { beginRun } from './choose-dunning.ts';

type Failure = {
  customer: Customer;
  attempt: AttemptRow;
  invoice: StoredInvoice;
  failureCode: string;
};

/**
 * Takes a failed charge into the run of its invoice, which begins with the first, and says what follows. The customer
 * is locked; what is decided here is applied with the failure, in the same transaction.
 */
export async function followFailure(ctx: CommandCtx, failure: Failure): Promise<AfterFailure> {
  const { customer, attempt, invoice, failureCode } = failure;
  const failureKind = kindOfFailure(failureCode, await methodKindOf(ctx, attempt.id));
  const begun = await runOfInvoice(ctx, invoice.id);
  if (begun === undefined) {
    await beginRun(ctx, { customer, invoice, kind: 'charge', failureKind, failureCode, anchorAt: ctx.now });
  }
  const before = begun ?? (await runOfInvoice(ctx, invoice.id));
  invariant(before !== undefined, 'A failed charge has a run.');
  const settled = begun === undefined ? before : await settleTry(ctx, before, failure);
  const isSame = settled.failureKind === failureKind;
  const run: RunRow = {
    ...settled,
    failureCode,
    lastFailureAt: ctx.now,
    // What is paid by transfer stays that, also where somebody tried a card on the payment page.
    ...(settled.kind === 'terms' || isSame ? {} : { failureKind, kindSince: ctx.now }),
  };
  return plan(ctx, run, invoice.failureCount + 1);
}

/** The try that was planned has failed: its step is done. One that came before its time leaves the step ahead. */
async function settleTry(
  ctx: CommandCtx,
  run: RunRow,
  { attempt, invoice, failureCode }: Failure,
): Promise<RunRow> {
  const step = run.definition.steps.find(({ key }) => key === run.retryStep);
  if (step === undefined || attempt.purpose !== 'invoice') return run;
  const isDue = invoice.retryAt === null || ctx.now >= invoice.retryAt;
  if (!isDue && step.action === 'retry') return run;
  const { key, action } = step;
  await insertStep(ctx, { runId: run.id, key, action, outcome: 'failed', reason: failureCode });
  return { ...run, settled: [...run.settled, key] };
}

async function plan(ctx: CommandCtx, run: RunRow, failureCount: number): Promise<AfterFailure> {
  const campaign = coreCampaign(run.kind, run.definition);
  const facts = await factsOf(ctx, run);
  const isPaused = run.status === 'paused';
  const isOver = run.status !== 'active' && !isPaused;
  const after = planAfterFailure(campaign, facts, {
    now: ctx.now,
    failureCount,
    isPaused: isPaused || isOver,
  });
  const next = nextStep(dunningOutlook(campaign, facts).ahead, false);
  await saveRun(ctx, {
    ...run,
    retryStep: after.retryStep?.key ?? null,
    nextAt: isOver ? null : (next?.at ?? null),
  });
  return after;
}

/** A try with another method is sent with it; called once the try is planned. */
export async function chooseOther(
  ctx: CommandCtx,
  invoice: StoredInvoice,
  after: AfterFailure,
): Promise<void> {
  if (after.retryStep?.action !== 'change_method') return;
  const other = otherOf(await listMethods(ctx, invoice.customerId));
  if (other !== undefined) await payPlannedWith(ctx, invoice.id, other.id);
}
