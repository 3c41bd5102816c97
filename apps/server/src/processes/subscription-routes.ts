import type { MemberRoutes, OperatorRoutes } from '@billhook/contract/routes';
import { type Instant, parseInstant } from '@billhook/core/time/instant';
import type { Handlers } from '../http/handlers.ts';
import { latestVersionByPlanKey } from '../modules/catalog/api.ts';
import { customerRowId } from '../modules/customers/api.ts';
import { requireMembership } from '../modules/customers/members/api.ts';
import {
  getSubscription,
  pageSubscriptions,
  presentSubscriptions,
  type StoredSubscription,
  subscriptionRowId,
  subscriptionsOfCustomers,
} from '../modules/subscriptions/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { DEFAULT_LIMIT, pageOf, readCursorId } from '../platform/page.ts';
import { refuse } from '../platform/refuse.ts';
import { type ChangeInput, cancelAndBill, changePlan, planChange, undo } from './change-plan.ts';
import { presentChange, presentStart } from './present-preview.ts';
import { previewStartOf, startAndBill } from './start-subscription.ts';

type OperatorIds =
  | 'listSubscriptions'
  | 'createSubscription'
  | 'previewSubscription'
  | 'getSubscription'
  | 'changeSubscription'
  | 'previewSubscriptionChange'
  | 'cancelSubscription'
  | 'resumeSubscription';

export function subscriptionRoutes(): Pick<Handlers<OperatorRoutes>, OperatorIds> {
  return {
    listSubscriptions: (ctx, { query }) => list(ctx, query),
    createSubscription: async (ctx, { body }) =>
      present(
        ctx,
        await startAndBill(ctx, {
          customer: body.customer,
          plan: body.plan,
          quantity: body.quantity ?? 1,
          startAt: readStart(body.start_at),
          trialDays: body.trial_days ?? null,
          collection: body.collection ?? 'automatic',
          paymentMethod: body.payment_method ?? null,
          metadata: body.metadata ?? {},
        }),
      ),
    previewSubscription: async (ctx, { body }) =>
      presentStart(
        ctx,
        await previewStartOf(ctx, {
          customer: body.customer,
          plan: body.plan,
          quantity: body.quantity ?? 1,
          startAt: readStart(body.start_at),
          trialDays: body.trial_days ?? null,
        }),
      ),
    getSubscription: async (ctx, { params }) =>
      present(ctx, await getSubscription(ctx, subscriptionRowId(params.id))),
    changeSubscription: async (ctx, { params, body }) =>
      present(ctx, await changePlan(ctx, subscriptionRowId(params.id), readChange(body))),
    previewSubscriptionChange: async (ctx, { params, body }) =>
      presentChange(ctx, await planChange(ctx, subscriptionRowId(params.id), readChange(body))),
    cancelSubscription: async (ctx, { params, body }) =>
      present(ctx, await cancelAndBill(ctx, subscriptionRowId(params.id), readCancel(body))),
    resumeSubscription: async (ctx, { params }) =>
      present(ctx, await undo(ctx, subscriptionRowId(params.id))),
  };
}

type MemberIds =
  | 'getMySubscription'
  | 'previewMyChange'
  | 'changeMyPlan'
  | 'cancelMySubscription'
  | 'undoMySchedule';

/** The same for the customer's own people: owners and admins change things, everyone may look. */
export function mySubscriptionRoutes(): Pick<Handlers<MemberRoutes>, MemberIds> {
  return {
    getMySubscription: async (ctx) => present(ctx, await mine(ctx)),
    previewMyChange: async (ctx, { body }) =>
      presentChange(ctx, await planChange(ctx, (await mine(ctx)).id, await readMyChange(ctx, body))),
    changeMyPlan: async (ctx, { body }) => {
      const { id } = await mineToChange(ctx);
      return present(ctx, await changePlan(ctx, id, await readMyChange(ctx, body)));
    },
    cancelMySubscription: async (ctx, { body }) => {
      const { id } = await mineToChange(ctx);
      return present(ctx, await cancelAndBill(ctx, id, readCancel(body)));
    },
    undoMySchedule: async (ctx) => present(ctx, await undo(ctx, (await mineToChange(ctx)).id)),
  };
}

/** The subscription that runs, or else the latest one. */
export async function currentSubscription(
  ctx: QueryCtx,
  customerId: string,
): Promise<StoredSubscription | undefined> {
  const all = await subscriptionsOfCustomers(ctx, [customerId]);
  return all.findLast(({ status }) => status !== 'canceled') ?? all.at(-1);
}

async function mine(ctx: QueryCtx): Promise<StoredSubscription> {
  const { customerId } = await requireMembership(ctx);
  return (
    (await currentSubscription(ctx, customerId)) ??
    refuse('subscription.not_found', 'There is no subscription yet.')
  );
}

async function mineToChange(ctx: QueryCtx): Promise<StoredSubscription> {
  await requireMembership(ctx, ['owner', 'admin']);
  return mine(ctx);
}

/** What is not shown on the pricing page is not for customers to take by themselves. */
async function readMyChange(ctx: QueryCtx, body: ChangeBody): Promise<ChangeInput> {
  if (body.plan !== undefined) {
    const { plan } = await latestVersionByPlanKey(ctx, body.plan);
    if (!plan.public) refuse('plan.not_found', `There is no plan ${body.plan}.`);
  }
  return readChange(body);
}

type ListQuery = {
  limit?: number | undefined;
  starting_after?: string | undefined;
  customer?: string | undefined;
  plan?: string | undefined;
  status?: StoredSubscription['status'] | undefined;
};

async function list(ctx: QueryCtx, query: ListQuery) {
  const limit = query.limit ?? DEFAULT_LIMIT;
  const plan = query.plan === undefined ? undefined : await latestVersionByPlanKey(ctx, query.plan);
  const rows = await pageSubscriptions(ctx, {
    limit,
    after: readCursorId('sub', query.starting_after) ?? undefined,
    customerId: query.customer === undefined ? undefined : customerRowId(query.customer),
    planId: plan?.plan.id,
    status: query.status,
  });
  const shown = await presentSubscriptions(ctx, rows);
  return pageOf(
    shown,
    limit,
    (row) => row,
    (row) => row.id,
  );
}

async function present(ctx: QueryCtx, subscription: StoredSubscription) {
  const [shown] = await presentSubscriptions(ctx, [subscription]);
  if (shown === undefined) throw new Error('a subscription was not presented');
  return shown;
}

type ChangeBody = {
  plan?: string | undefined;
  quantity?: number | undefined;
  when?: 'now' | 'period_end' | undefined;
  preview_token?: string | undefined;
};

function readChange(body: ChangeBody): ChangeInput {
  return {
    plan: body.plan ?? null,
    quantity: body.quantity ?? null,
    when: body.when ?? 'now',
    previewToken: body.preview_token ?? null,
  };
}

function readCancel(body: { when?: 'now' | 'period_end' | undefined; reason?: string | undefined }) {
  return { when: body.when ?? ('period_end' as const), reason: body.reason ?? '' };
}

function readStart(text: string | undefined): Instant | null {
  if (text === undefined) return null;
  const time = parseInstant(text);
  if (time.ok) return time.value;
  const { code, detail } = time.refusal;
  return refuse('request.invalid', detail, { faults: [{ pointer: '/start_at', code, detail }] });
}
