import { stageAfter } from '@billhook/core/access/access';
import { takesAway } from '@billhook/core/dunning/campaign';
import { type AheadStep, dunningOutlook, nextStep } from '@billhook/core/dunning/outlook';
import { decideGiveUp } from '@billhook/core/payments/give-up';
import { addMs, MS_PER_HOUR } from '@billhook/core/time/instant';
import { lockCustomer } from '../modules/customers/api.ts';
import {
  coreCampaign,
  dueRuns,
  factsOf,
  findRun,
  insertStep,
  nextDunningAt,
  type RunRow,
  runOfInvoice,
  saveRun,
} from '../modules/dunning/api.ts';
import {
  documentName,
  findInvoice,
  lockInvoice,
  type StoredInvoice,
  setRetry,
} from '../modules/invoicing/api.ts';
import { cancelPlanned, isMoneyComing, NO_FACTS } from '../modules/payments/api.ts';
import { dayRules, loadSubscriptionsForBilling } from '../modules/subscriptions/api.ts';
import { openCase } from '../modules/support/api.ts';
import type { Actor, CommandCtx } from '../platform/context.ts';
import { always, type DueSource } from '../platform/due.ts';
import type { Listener } from '../platform/outbox.ts';
import { createSetbacks } from '../platform/setbacks.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';
import { applyPaymentDecision } from './apply-decision.ts';
import { beginRun } from './choose-dunning.ts';
import { tellOfFailing } from './failing-work.ts';

const ACTOR: Actor = { kind: 'system', id: 'dunning' };
const FAILING = {
  kind: 'dunning.failing',
  detail: 'A step of dunning of this customer cannot be taken. It is tried again every hour.',
};
/** While money may be on its way, nothing is taken away; it is looked at again after so long. */
const WAIT_MS = 6 * MS_PER_HOUR;

/** Takes the steps of campaigns as they fall due, but for tries: those are planned, and made by whoever collects. */
export function dunningSource(deps: { transactor: Transactor }): DueSource {
  const command = <T>(tenantId: number, fn: (ctx: CommandCtx) => Promise<T>) =>
    deps.transactor.command({ tenantId, actor: ACTOR, requestId: null }, fn);
  const setbacks = createSetbacks(() => deps.transactor.wallNow(), tellOfFailing(deps.transactor, FAILING));
  return {
    name: 'dunning',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        `select distinct r.tenant_id as id from dunning_runs r join tenants t on t.id = r.tenant_id
         where r.status = 'active' and r.next_at <= coalesce(t.frozen_at, $1)`,
        [iso(wallNow)],
      );
      return rows.map(({ id }) => id);
    },
    nextDueAt: nextDunningAt,
    async run(tenantId, limit, goesOn = always) {
      const most = setbacks.room(tenantId, limit);
      const { due, isStanding } = await command(tenantId, async (ctx) => ({
        due: await dueRuns(ctx, most),
        isStanding: ctx.now !== ctx.wallNow,
      }));
      const pieces = due.map(({ id, customerId }) => ({
        key: id,
        customerId,
        work: () =>
          command(tenantId, async (ctx) => {
            await lockCustomer(ctx, customerId);
            const run = await findRun(ctx, id);
            if (run !== undefined) await takeDueStep(ctx, run);
          }),
      }));
      return setbacks.each({ id: tenantId, isStanding }, pieces, goesOn);
    },
  };
}

/** Begins the run of an invoice that is paid by transfer, where a campaign is published for those. */
export function termsListener(): Listener {
  return {
    name: 'dunning.terms',
    types: ['invoice.issued'],
    async handle(ctx, event) {
      // What was taken in from elsewhere is history, and nobody is reminded of it.
      if (event.customerId === null || event.customerId === undefined || event.payload.imported === true)
        return;
      const seen = await findInvoice(ctx, event.objectId);
      if (seen === undefined || seen.collection !== 'manual' || seen.status !== 'open' || seen.dueMinor <= 0n)
        return;
      const customer = await lockCustomer(ctx, event.customerId);
      const invoice = await findInvoice(ctx, event.objectId);
      if (invoice?.status !== 'open' || invoice.dueMinor <= 0n) return;
      const begins = { customer, invoice, kind: 'terms' as const, anchorAt: invoice.dueAt };
      if (!(await beginRun(ctx, { ...begins, failureKind: 'terms_overdue', failureCode: null }))) return;
      await lookAhead(ctx, invoice.id);
    },
  };
}

async function lookAhead(ctx: CommandCtx, invoiceId: string): Promise<void> {
  const run = await runOfInvoice(ctx, invoiceId);
  if (run !== undefined) await saveRun(ctx, { ...run, nextAt: (await nextOf(ctx, run, false))?.at ?? null });
}

/** The next step that is no try; null where none is left. */
export async function nextOf(ctx: CommandCtx, run: RunRow, isUnderWay: boolean): Promise<AheadStep | null> {
  const { ahead } = dunningOutlook(coreCampaign(run.kind, run.definition), await factsOf(ctx, run));
  return nextStep(ahead, isUnderWay);
}

/** Takes the step of a run that is due now, if it still is: the customer is locked, so nobody pays meanwhile. */
async function takeDueStep(ctx: CommandCtx, run: RunRow): Promise<void> {
  if (run.status !== 'active' || run.nextAt === null || run.nextAt > ctx.now) return;
  const invoice = await lockInvoice(ctx, run.invoiceId);
  if (invoice === undefined || invoice.status !== 'open') return saveRun(ctx, { ...run, nextAt: null });
  const next = await nextOf(ctx, run, isTryDue(ctx, run) || (await isMoneyComing(ctx, run.invoiceId)));
  if (next === null || next.at > ctx.now) {
    const later = await nextOf(ctx, run, false);
    const waitsUntil = later !== null && later.at <= ctx.now ? addMs(ctx.now, WAIT_MS) : (later?.at ?? null);
    return saveRun(ctx, { ...run, nextAt: waitsUntil });
  }
  await takeStep(ctx, run, next, invoice);
}

/** Stripe has begun or begins its try about now, and has not said yet what became of it. */
function isTryDue(ctx: CommandCtx, { stripeTryAt }: RunRow): boolean {
  return stripeTryAt !== null && stripeTryAt <= ctx.now;
}

async function takeStep(
  ctx: CommandCtx,
  run: RunRow,
  { step }: AheadStep,
  invoice: StoredInvoice,
): Promise<void> {
  const { key, action, mail } = step;
  await insertStep(ctx, { runId: run.id, key, action, outcome: 'taken', reason: null });
  const isDue = run.kind === 'charge' || run.anchorAt <= ctx.now;
  const stage = stageAfter(run.stage === 'full' && isDue ? 'grace' : run.stage, action);
  const after: RunRow = { ...run, stage, settled: [...run.settled, key] };
  const { ahead } = dunningOutlook(coreCampaign(after.kind, after.definition), await factsOf(ctx, after));
  const nextAt = nextStep(ahead, false)?.at ?? null;
  const loss = ahead.find((one) => takesAway(one.step.action));
  if (action === 'cancel' || action === 'stop') await saveRun(ctx, { ...after, nextAt: null });
  else await saveRun(ctx, { ...after, nextAt });
  if (action === 'cancel') await giveUp(ctx, run, invoice);
  if (action === 'stop')
    await stopRun(ctx, { ...after, nextAt: null }, invoice, 'The campaign has come to its end.');
  ctx.emit({
    type: 'dunning.step_taken',
    objectId: run.id,
    customerId: run.customerId,
    payload: {
      step: key,
      action,
      mail,
      invoice_id: run.invoiceId,
      next_action: loss?.step.action ?? null,
      next_at: loss?.at ?? null,
    },
  });
}

async function giveUp(ctx: CommandCtx, run: RunRow, invoice: StoredInvoice): Promise<void> {
  const decision = decideGiveUp({
    now: ctx.now,
    invoice,
    subscriptions: await loadSubscriptionsForBilling(ctx, run.subscriptionIds),
    days: dayRules(ctx.tenant.settings),
  });
  await applyPaymentDecision(ctx, decision, NO_FACTS);
}

/** Takes back what we planned to collect; what Stripe plans is Stripe's. */
export async function takeBackTries(ctx: CommandCtx, invoice: StoredInvoice): Promise<void> {
  if (invoice.authority === 'stripe') return;
  await cancelPlanned(ctx, invoice.id);
  await setRetry(ctx, { invoiceId: invoice.id, at: null, failureCount: invoice.failureCount });
}

/** Nothing more is done by itself: the invoice stays open, access stays as it is, and staff look at it. */
export async function stopRun(
  ctx: CommandCtx,
  run: RunRow,
  invoice: StoredInvoice,
  why: string,
): Promise<void> {
  await takeBackTries(ctx, invoice);
  await saveRun(ctx, {
    ...run,
    status: 'stopped',
    retryStep: null,
    nextAt: null,
    pausedAt: null,
    endedAt: ctx.now,
  });
  await openCase(ctx, {
    kind: 'dunning.stopped',
    customerId: run.customerId,
    subjectId: run.id,
    detail: `${documentName(invoice)} ${invoice.number} is unpaid, and nothing more is done about it. ${why}`,
    facts: { invoice_id: invoice.id },
  });
}
