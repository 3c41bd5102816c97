import type { OperatorRoutes } from '@billhook/contract/routes';
import type { Handlers } from '../http/handlers.ts';
import { latestVersionByPlanKey } from '../modules/catalog/api.ts';
import { customerRowId, lockCustomer } from '../modules/customers/api.ts';
import {
  getSubscription,
  pageSubscriptions,
  presentSubscriptions,
  readThreshold,
  type StoredSubscription,
  setThreshold,
  subscriptionRowId,
  type ThresholdInput,
} from '../modules/subscriptions/api.ts';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import { DEFAULT_LIMIT, pageOf, readCursorId } from '../platform/page.ts';
import type { ActionBody } from './action-body.ts';
import { billReached } from './bill-due.ts';
import { perform } from './change-plan.ts';
import { presentAction, presentStart, previewAction } from './present-preview.ts';
import type { PreviewTokens } from './preview-token.ts';
import { nextUndo, readAction } from './read-action.ts';
import { previewStartOf, startAndBill } from './start-subscription.ts';

type OperatorIds =
  | 'listSubscriptions'
  | 'createSubscription'
  | 'previewSubscription'
  | 'getSubscription'
  | 'changeSubscription'
  | 'previewSubscriptionChange'
  | 'previewSubscriptionAction'
  | 'setThreshold'
  | 'changeSeats'
  | 'cancelSubscription'
  | 'setRenewal'
  | 'pauseSubscription'
  | 'resumeSubscription'
  | 'undoSubscription'
  | 'undoStep'
  | 'overridePrice'
  | 'moveTrial'
  | 'migrateSubscription'
  | 'addDiscount'
  | 'endDiscount'
  | 'takeAddOn'
  | 'changeAddOn'
  | 'endAddOn'
  | 'chargeOnce';

type Confirmed<Body> = Body & { preview_token?: string | undefined };

export function subscriptionRoutes(tokens: PreviewTokens): Pick<Handlers<OperatorRoutes>, OperatorIds> {
  const preview = (ctx: QueryCtx, id: string, body: ActionBody) =>
    previewAction(ctx, tokens, { id: subscriptionRowId(id), read: (own, sub) => readAction(own, sub, body) });
  const act = async (ctx: CommandCtx, id: string, { preview_token: token, ...body }: Confirmed<ActionBody>) =>
    present(
      ctx,
      await perform(ctx, tokens, {
        id: subscriptionRowId(id),
        read: (own, sub) => readAction(own, sub, body as ActionBody),
        token,
        again: (planned) => presentAction(ctx, planned, tokens),
      }),
    );
  return {
    listSubscriptions: (ctx, { query }) => list(ctx, query),
    createSubscription: async (ctx, { body: { preview_token: token, ...body } }) =>
      present(
        ctx,
        await startAndBill(ctx, tokens, body, {
          token,
          again: (planned) => presentStart(ctx, planned, tokens),
        }),
      ),
    previewSubscription: async (ctx, { body }) => presentStart(ctx, await previewStartOf(ctx, body), tokens),
    getSubscription: async (ctx, { params }) =>
      present(ctx, await getSubscription(ctx, subscriptionRowId(params.id))),
    previewSubscriptionAction: (ctx, { params, body }) => preview(ctx, params.id, body),
    previewSubscriptionChange: (ctx, { params, body }) =>
      preview(ctx, params.id, { action: 'change', ...body }),
    changeSubscription: (ctx, { params, body }) => act(ctx, params.id, { action: 'change', ...body }),
    setThreshold: async (ctx, { params, body }) =>
      present(ctx, await moveThreshold(ctx, subscriptionRowId(params.id), body)),
    changeSeats: (ctx, { params, body }) => act(ctx, params.id, { action: 'seats', ...body }),
    cancelSubscription: (ctx, { params, body }) => act(ctx, params.id, { action: 'cancel', ...body }),
    setRenewal: (ctx, { params, body }) => act(ctx, params.id, { action: 'renewal', ...body }),
    pauseSubscription: (ctx, { params, body }) => act(ctx, params.id, { action: 'pause', ...body }),
    resumeSubscription: (ctx, { params, body }) => act(ctx, params.id, { action: 'resume', ...body }),
    undoStep: (ctx, { params, body }) => act(ctx, params.id, { action: 'undo', step: params.step, ...body }),
    overridePrice: (ctx, { params, body }) => act(ctx, params.id, { action: 'price', ...body }),
    moveTrial: (ctx, { params, body }) => act(ctx, params.id, { action: 'trial', ...body }),
    migrateSubscription: (ctx, { params, body }) => act(ctx, params.id, { action: 'migrate', ...body }),
    addDiscount: (ctx, { params, body }) => act(ctx, params.id, { action: 'discount', ...body }),
    endDiscount: (ctx, { params, body }) =>
      act(ctx, params.id, { action: 'end_discount', discount: params.discount, ...body }),
    takeAddOn: (ctx, { params, body }) => act(ctx, params.id, { action: 'add_on', ...body }),
    changeAddOn: (ctx, { params, body }) =>
      act(ctx, params.id, { action: 'add_on_quantity', add_on: params.add_on, ...body }),
    endAddOn: (ctx, { params, body }) =>
      act(ctx, params.id, { action: 'end_add_on', add_on: params.add_on, ...body }),
    chargeOnce: (ctx, { params, body }) => act(ctx, params.id, { action: 'charge', ...body }),
    undoSubscription: async (ctx, { params }) =>
      present(
        ctx,
        await perform(ctx, tokens, {
          id: subscriptionRowId(params.id),
          read: async (_, subscription) => nextUndo(subscription),
          token: undefined,
          again: async () => undefined,
        }),
      ),
  };
}

/** What has been used already counts: what it reaches is billed at once. */
async function moveThreshold(ctx: CommandCtx, id: string, input: ThresholdInput) {
  const { customerId } = await getSubscription(ctx, id);
  await lockCustomer(ctx, customerId);
  await setThreshold(ctx, await getSubscription(ctx, id), readThreshold(input));
  await billReached(ctx, [customerId]);
  return getSubscription(ctx, id);
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
