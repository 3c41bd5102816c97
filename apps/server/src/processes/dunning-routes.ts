import type { MemberRoutes, OperatorRoutes } from '@billhook/contract/routes';
import { dunningOutlook } from '@billhook/core/dunning/outlook';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import type { Handlers } from '../http/handlers.ts';
import { getPlans, listFeatures } from '../modules/catalog/api.ts';
import { customerRowId, getCustomer } from '../modules/customers/api.ts';
import { requireMembership } from '../modules/customers/members/api.ts';
import * as dunning from '../modules/dunning/api.ts';
import { accessMovesOf, limitedFeatures, setLimitedFeatures } from '../modules/entitlements/api.ts';
import { findInvoices } from '../modules/invoicing/api.ts';
import { textsOf } from '../modules/notifications/api.ts';
import { subscriptionsOfCustomers } from '../modules/subscriptions/api.ts';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import { DEFAULT_LIMIT, pageOf, pageOfAll, readCursorId, refuseCursor } from '../platform/page.ts';
import { refuse } from '../platform/refuse.ts';
import { iso } from '../platform/sql.ts';
import { backTestAnswer, funnelAnswer, previewAnswer } from './dunning-figures.ts';
import { haltRun, pauseRun, resumeRun, skipStep } from './hold-dunning.ts';

type RouteIds =
  | Extract<keyof OperatorRoutes, `${string}Dunning${string}`>
  | 'getLimitedAccess'
  | 'setLimitedAccess'
  | 'getCustomerAccess';

const MOST_MOVES = 50;

/** Campaigns, what they do about unpaid invoices, and access, for staff. */
export function dunningRoutes(): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    listDunningCampaigns: async (ctx, { query }) =>
      pageOfAll((await dunning.listCampaigns(ctx)).map(dunning.presentCampaign), query),
    createDunningCampaign: async (ctx, { body }) =>
      dunning.presentCampaign(await dunning.createCampaign(ctx, body)),
    getDunningCampaign: async (ctx, { params }) =>
      dunning.presentCampaign(await dunning.getCampaign(ctx, params.id)),
    updateDunningCampaign: async (ctx, { params, body }) =>
      dunning.presentCampaign(await dunning.updateCampaign(ctx, params.id, body)),
    publishDunningCampaign: async (ctx, { params }) =>
      dunning.presentCampaign(await dunning.publishCampaign(ctx, params.id)),
    previewDunningCampaign: (ctx, { body }) => previewAnswer(ctx, body),
    backTestDunningCampaign: (ctx, { body }) => backTestAnswer(ctx, body),
    getDunningFunnel: (ctx, { query }) => funnelAnswer(ctx, query),
    listDunningRuns: async (ctx, { query }) => {
      const rows = await dunning.listRuns(ctx, {
        customerId: query.customer === undefined ? null : customerRowId(query.customer),
        invoiceId: query.invoice === undefined ? null : invoiceRowId(query.invoice),
        status: query.status ?? null,
        after: readCursorId('drun', query.starting_after),
        limit: query.limit ?? DEFAULT_LIMIT,
      });
      return pageOf(await toPresent(ctx, rows), query.limit ?? DEFAULT_LIMIT, dunning.presentRun, cursorOf);
    },
    pauseDunningRun: async (ctx, { params, body }) => shown(ctx, await pauseRun(ctx, params.id, body.reason)),
    resumeDunningRun: async (ctx, { params, body }) =>
      shown(ctx, await resumeRun(ctx, params.id, body.reason)),
    skipDunningStep: async (ctx, { params, body }) =>
      shown(ctx, await skipStep(ctx, params.id, body.step, body.reason)),
    stopDunningRun: async (ctx, { params, body }) => shown(ctx, await haltRun(ctx, params.id, body.reason)),
    getLimitedAccess: async (ctx, { params }) => limitedAnswer(ctx, await planRowId(ctx, params.id)),
    setLimitedAccess: async (ctx, { params, body }) => {
      const planId = await planRowId(ctx, params.id);
      await limit(ctx, planId, body.features);
      return limitedAnswer(ctx, planId);
    },
    getCustomerAccess: (ctx, { params }) => accessAnswer(ctx, params.id),
  };
}

/** What customers see of it: what happens next, and when. */
export function myDunningRoutes(): Pick<Handlers<MemberRoutes>, 'listMyDunning'> {
  return {
    listMyDunning: async (ctx, { query }) => {
      const { customerId } = await requireMembership(ctx);
      const limit = query.limit ?? DEFAULT_LIMIT;
      const after = readCursorId('drun', query.starting_after);
      const rows = await dunning.listRuns(ctx, {
        customerId,
        invoiceId: null,
        status: null,
        isOpen: true,
        after,
        limit,
      });
      return pageOf(await toPresent(ctx, rows), limit, dunning.presentMyRun, cursorOf);
    },
  };
}

const cursorOf = ({ run }: { run: dunning.RunRow }) => encodeTypeId('drun', run.id);

function invoiceRowId(id: string): string {
  const decoded = decodeTypeId('inv', id);
  return decoded.ok ? decoded.value : refuseCursor();
}

async function toPresent(ctx: QueryCtx, rows: readonly dunning.RunRow[]) {
  const past = await dunning.pastSteps(
    ctx,
    rows.map(({ id }) => id),
  );
  const invoices = await findInvoices(
    ctx,
    rows.map(({ invoiceId }) => invoiceId),
  );
  const numbers = new Map(invoices.map(({ id, number }) => [id, number]));
  const shownRows = [];
  for (const run of rows) {
    const isOver = run.status !== 'active' && run.status !== 'paused';
    const outlook = isOver
      ? { ahead: [], leftOut: [] }
      : dunningOutlook(dunning.coreCampaign(run.kind, run.definition), await dunning.factsOf(ctx, run));
    shownRows.push({
      run,
      invoiceNumber: numbers.get(run.invoiceId) ?? '',
      outlook,
      past: past.filter(({ runId }) => runId === run.id),
      texts: await textsOfRun(ctx, run.id, past),
    });
  }
  return shownRows;
}

/** What became of the texts of a run, by step. */
async function textsOfRun(ctx: QueryCtx, runId: string, past: readonly dunning.PastStep[]) {
  const steps = past.filter((step) => step.runId === runId && step.action === 'sms');
  const rows = await textsOf(
    ctx,
    steps.map(({ key }) => `${runId}:${key}`),
  );
  return new Map(
    rows.map(({ subjectId, status, reason, errorCode, changedAt }) => [
      subjectId.slice(runId.length + 1),
      { status, reason, error_code: errorCode, at: iso(changedAt) },
    ]),
  );
}

async function shown(ctx: CommandCtx, runId: string) {
  const run = await dunning.findRun(ctx, runId);
  const [row] = await toPresent(ctx, run === undefined ? [] : [run]);
  return row === undefined
    ? refuse('dunning_run.not_found', 'There is no such run.')
    : dunning.presentRun(row);
}

async function planRowId(ctx: QueryCtx, id: string): Promise<string> {
  const decoded = decodeTypeId('plan', id);
  const plans = decoded.ok ? await getPlans(ctx, [decoded.value]) : new Map();
  return decoded.ok && plans.has(decoded.value)
    ? decoded.value
    : refuse('plan.not_found', 'There is no such plan.');
}

async function limit(ctx: CommandCtx, planId: string, keys: readonly string[]): Promise<void> {
  const features = new Map((await listFeatures(ctx)).map(({ id, key }) => [key, id]));
  const ids = keys.map(
    (key) => features.get(key) ?? refuse('feature.not_found', `There is no feature ${key}.`),
  );
  await setLimitedFeatures(ctx, planId, ids);
  ctx.audit({
    action: 'plan.limit_access',
    objectKind: 'plan',
    objectId: encodeTypeId('plan', planId),
    details: { features: keys },
  });
}

async function limitedAnswer(ctx: QueryCtx, planId: string) {
  const chosen = (await limitedFeatures(ctx, [planId])).get(planId) ?? new Set();
  const features = (await listFeatures(ctx)).filter(({ id }) => chosen.has(id)).map(({ key }) => key);
  return { object: 'limited_access' as const, plan: encodeTypeId('plan', planId), features: features.sort() };
}

async function accessAnswer(ctx: QueryCtx, id: string) {
  const customer = await getCustomer(ctx, customerRowId(id));
  const subscriptions = await subscriptionsOfCustomers(ctx, [customer.id]);
  const moves = await accessMovesOf(ctx, customer.id, MOST_MOVES);
  return {
    object: 'customer_access' as const,
    subscriptions: subscriptions.map((one) => ({
      subscription: encodeTypeId('sub', one.id),
      access: one.access,
    })),
    moves: moves.map((move) => ({
      subscription: encodeTypeId('sub', move.subscriptionId),
      from: move.from,
      to: move.to,
      invoice: move.invoiceId === null ? null : encodeTypeId('inv', move.invoiceId),
      at: iso(move.at),
    })),
  };
}
