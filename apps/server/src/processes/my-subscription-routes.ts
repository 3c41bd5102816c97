import type { MemberRoutes } from '@billhook/contract/routes';
import type { mySubscriptionAction } from '@billhook/contract/schemas/subscription-actions';
import { PERIODS_COMPLETED } from '@billhook/core/subscriptions/decide-cancel';
import type { ScheduledStep } from '@billhook/core/subscriptions/schedule';
import type { Static } from 'typebox';
import type { Handlers } from '../http/handlers.ts';
import { findAddOn, latestVersionByPlanKey } from '../modules/catalog/api.ts';
import { requireMembership } from '../modules/customers/members/api.ts';
import {
  type Action,
  presentSubscriptions,
  type StoredSubscription,
  subscriptionsOfCustomers,
} from '../modules/subscriptions/api.ts';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { type PlannedAction, perform } from './change-plan.ts';
import { presentAction, previewAction } from './present-preview.ts';
import type { PreviewTokens } from './preview-token.ts';
import { nextUndo, readAction } from './read-action.ts';

type MemberIds =
  | 'getMySubscription'
  | 'previewMyChange'
  | 'previewMyAction'
  | 'changeMyPlan'
  | 'cancelMySubscription'
  | 'pauseMySubscription'
  | 'resumeMySubscription'
  | 'undoMySchedule'
  | 'takeMyAddOn'
  | 'changeMyAddOn'
  | 'endMyAddOn';

type MyAction = Static<typeof mySubscriptionAction>;
/** `step` left out means the end that lies ahead, or else the next step. */
type MyRequest = Exclude<MyAction, { action: 'undo' }> | { action: 'undo'; step?: string | undefined };

/** The life of a subscription in the hands of the customer's own people: owners and admins act, everyone may look. */
export function mySubscriptionRoutes(tokens: PreviewTokens): Pick<Handlers<MemberRoutes>, MemberIds> {
  const preview = async (ctx: QueryCtx, body: MyRequest) =>
    previewAction(ctx, tokens, { id: (await mine(ctx)).id, read: reader(body) });
  const act = async (
    ctx: CommandCtx,
    body: MyRequest & { reason?: string | undefined },
    token: string | undefined,
  ) => {
    await requireMembership(ctx, ['owner', 'admin']);
    const { id } = await mine(ctx);
    const again = (planned: PlannedAction) => presentAction(ctx, planned, tokens);
    return present(ctx, await perform(ctx, tokens, { id, read: reader(body), token, again }));
  };
  return {
    getMySubscription: async (ctx) => present(ctx, await mine(ctx)),
    previewMyChange: (ctx, { body }) => preview(ctx, { action: 'change', ...body }),
    previewMyAction: (ctx, { body }) => preview(ctx, body),
    changeMyPlan: (ctx, { body: { preview_token: token, ...body } }) =>
      act(ctx, { action: 'change', ...body }, token),
    cancelMySubscription: (ctx, { body: { preview_token: token, ...body } }) =>
      act(ctx, { action: 'cancel', ...body }, token),
    pauseMySubscription: (ctx, { body: { preview_token: token, ...body } }) =>
      act(ctx, { action: 'pause', ...body }, token),
    resumeMySubscription: (ctx, { body }) => act(ctx, { action: 'resume' }, body.preview_token),
    takeMyAddOn: (ctx, { body: { preview_token: token, ...body } }) =>
      act(ctx, { action: 'add_on', ...body }, token),
    changeMyAddOn: (ctx, { params, body: { preview_token: token, ...body } }) =>
      act(ctx, { action: 'add_on_quantity', add_on: params.add_on, ...body }, token),
    endMyAddOn: (ctx, { params, body: { preview_token: token, ...body } }) =>
      act(ctx, { action: 'end_add_on', add_on: params.add_on, ...body }, token),
    undoMySchedule: (ctx, { body: { preview_token: token, ...body } }) =>
      act(ctx, { action: 'undo', ...body }, token),
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

async function present(ctx: QueryCtx, subscription: StoredSubscription) {
  const [shown] = await presentSubscriptions(ctx, [subscription]);
  return shown ?? refuse('subscription.not_found', 'There is no subscription yet.');
}

/** What customers may do by themselves: less than the seller. */
function reader(body: MyRequest) {
  return async (ctx: QueryCtx, subscription: StoredSubscription): Promise<Action> => {
    if (body.action === 'undo') return readUndo(ctx, subscription, body);
    if (body.action === 'pause' || body.action === 'resume') refusePauseUnlessAllowed(ctx);
    if (body.action === 'change' && body.plan !== undefined) await refuseHidden(ctx, body.plan);
    if (body.action === 'add_on') await refuseHiddenAddOn(ctx, body.add_on);
    return readAction(ctx, subscription, body);
  };
}

async function refuseHiddenAddOn(ctx: QueryCtx, ref: string): Promise<void> {
  const plan = await findAddOn(ctx, ref);
  if (!plan.public) refuse('add_on.not_found', `There is no add-on ${ref}.`);
}

/** What is not shown on the pricing page is not for customers to take by themselves. */
async function refuseHidden(ctx: QueryCtx, ref: string): Promise<void> {
  const { plan } = await latestVersionByPlanKey(ctx, ref);
  if (!plan.public) refuse('plan.not_found', `There is no plan ${ref}.`);
}

function refusePauseUnlessAllowed(ctx: QueryCtx): void {
  if (ctx.tenant.settings.portal.allowPause) return;
  refuse('subscription.not_changeable', 'Ask us to pause or resume your subscription.', {
    facts: { reason: 'portal.pause_not_allowed' },
  });
}

async function readUndo(
  ctx: QueryCtx,
  subscription: StoredSubscription,
  body: { step?: string | undefined },
): Promise<Action> {
  const own = subscription.schedule.filter((step) => isTheirs(ctx, step));
  if (body.step === undefined) return nextUndo({ schedule: own });
  const action = await readAction(ctx, subscription, { action: 'undo', step: body.step });
  const isAgreed = action.kind === 'undo' && subscription.schedule.some(({ id }) => id === action.stepId);
  if (isAgreed && action.kind === 'undo' && !own.some(({ id }) => id === action.stepId)) {
    refuse('subscription.not_changeable', 'This is part of what was agreed. Ask us to change it.', {
      facts: { reason: 'portal.step_agreed' },
    });
  }
  return action;
}

/** Phases and a fixed term are agreed with the seller, and so is a pause unless customers may pause by themselves. */
function isTheirs(ctx: QueryCtx, step: ScheduledStep): boolean {
  if (step.kind === 'change') return step.phase === null;
  if (step.kind === 'cancel') return step.reason !== PERIODS_COMPLETED;
  if (step.kind === 'pause' || step.kind === 'resume') return ctx.tenant.settings.portal.allowPause;
  return true;
}
