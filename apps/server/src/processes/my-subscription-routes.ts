import type { MemberRoutes } from '@billhook/contract/routes';
import type { mySubscriptionAction } from '@billhook/contract/schemas/subscription-actions';
import { PERIODS_COMPLETED } from '@billhook/core/subscriptions/decide-cancel';
import type { ScheduledStep } from '@billhook/core/subscriptions/schedule';
import type { Static } from 'typebox';
import type { Handlers } from '../http/handlers.ts';
import { findAddOn, latestVersionByPlanKey } from '../modules/catalog/api.ts';
import { requireMembership } from '../modules/customers/members/api.ts';
import { type Action, presentSubscriptions, type StoredSubscription } from '../modules/subscriptions/api.ts';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { type PlannedAction, perform } from './change-plan.ts';
import { mySubscription } from './my-subscriptions.ts';
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

/** Which subscription; left out, the current one. */
type Named = { subscription?: string | undefined };

/** The life of a subscription in the hands of the customer's own people: owners and admins act, everyone may look. */
export function mySubscriptionRoutes(tokens: PreviewTokens): Pick<Handlers<MemberRoutes>, MemberIds> {
  const preview = async (ctx: QueryCtx, named: Named, body: MyRequest) =>
    previewAction(ctx, tokens, {
      id: (await mySubscription(ctx, named.subscription)).id,
      read: reader(body),
    });
  const act = async (
    ctx: CommandCtx,
    named: Named,
    {
      preview_token: token,
      ...body
    }: MyRequest & { reason?: string | undefined; preview_token?: string | undefined },
  ) => {
    await requireMembership(ctx, ['owner', 'admin']);
    const { id } = await mySubscription(ctx, named.subscription);
    const again = (planned: PlannedAction) => presentAction(ctx, planned, tokens);
    return present(ctx, await perform(ctx, tokens, { id, read: reader(body), token, again }));
  };
  return {
    getMySubscription: async (ctx, { query }) => present(ctx, await mySubscription(ctx, query.subscription)),
    previewMyChange: (ctx, { query, body }) => preview(ctx, query, { action: 'change', ...body }),
    previewMyAction: (ctx, { query, body }) => preview(ctx, query, body),
    changeMyPlan: (ctx, { query, body }) => act(ctx, query, { action: 'change', ...body }),
    cancelMySubscription: (ctx, { query, body }) => act(ctx, query, { action: 'cancel', ...body }),
    pauseMySubscription: (ctx, { query, body }) => act(ctx, query, { action: 'pause', ...body }),
    resumeMySubscription: (ctx, { query, body }) => act(ctx, query, { action: 'resume', ...body }),
    takeMyAddOn: (ctx, { query, body }) => act(ctx, query, { action: 'add_on', ...body }),
    changeMyAddOn: (ctx, { query, params, body }) =>
      act(ctx, query, { action: 'add_on_quantity', add_on: params.add_on, ...body }),
    endMyAddOn: (ctx, { query, params, body }) =>
      act(ctx, query, { action: 'end_add_on', add_on: params.add_on, ...body }),
    undoMySchedule: (ctx, { query, body }) => act(ctx, query, { action: 'undo', ...body }),
  };
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
