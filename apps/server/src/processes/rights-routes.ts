import type { MemberRoutes, OperatorRoutes } from '@billhook/contract/routes';
import { decodeTypeId } from '@billhook/core/kernel/typeid';
import type { Handlers } from '../http/handlers.ts';
import { type Customer, customerRowId, getCustomer } from '../modules/customers/api.ts';
import { requireMembership } from '../modules/customers/members/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { refuse } from '../platform/refuse.ts';
import { ownSubscription } from './my-subscriptions.ts';
import { previewPlanRights } from './preview-plan-rights.ts';
import { suggestPlans } from './suggest-plans.ts';

const USUAL_PERIODS = 3;

export function rightsRoutes(): Pick<Handlers<OperatorRoutes>, 'previewPlanRights' | 'suggestPlans'> {
  return {
    previewPlanRights: (ctx, { params, body }) =>
      previewPlanRights(ctx, planRowId(params.id), body.entitlements),
    suggestPlans: async (ctx, { params, query }) => {
      const customer = await getCustomer(ctx, customerRowId(params.id));
      return suggestPlans(ctx, customer, {
        subscription: await rowIdOf(ctx, customer, query.subscription),
        count: query.periods ?? USUAL_PERIODS,
      });
    },
  };
}

export function memberRightsRoutes(): Pick<Handlers<MemberRoutes>, 'suggestMyPlans'> {
  return {
    suggestMyPlans: async (ctx, { query }) => {
      const { customerId } = await requireMembership(ctx);
      const customer = await getCustomer(ctx, customerId);
      const subscription = await rowIdOf(ctx, customer, query.subscription);
      return suggestPlans(ctx, customer, { subscription, count: USUAL_PERIODS });
    },
  };
}

/** The subscription of this customer that is named; null where none is. */
async function rowIdOf(ctx: QueryCtx, customer: Customer, named: string | undefined): Promise<string | null> {
  return named === undefined ? null : (await ownSubscription(ctx, customer.id, named)).id;
}

function planRowId(text: string): string {
  const id = decodeTypeId('plan', text);
  return id.ok ? id.value : refuse('plan.not_found', `There is no plan ${text}.`);
}
