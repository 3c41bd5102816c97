import type { MemberRoutes, OperatorRoutes } from '@billhook/contract/routes';
import { decodeTypeId } from '@billhook/core/kernel/typeid';
import type { Handlers } from '../http/handlers.ts';
import { customerRowId, getCustomer } from '../modules/customers/api.ts';
import { requireMembership } from '../modules/customers/members/api.ts';
import { refuse } from '../platform/refuse.ts';
import { previewPlanRights } from './preview-plan-rights.ts';
import { suggestPlans } from './suggest-plans.ts';

const USUAL_PERIODS = 3;

export function rightsRoutes(): Pick<Handlers<OperatorRoutes>, 'previewPlanRights' | 'suggestPlans'> {
  return {
    previewPlanRights: (ctx, { params, body }) =>
      previewPlanRights(ctx, planRowId(params.id), body.entitlements),
    suggestPlans: async (ctx, { params, query }) =>
      suggestPlans(ctx, await getCustomer(ctx, customerRowId(params.id)), query.periods ?? USUAL_PERIODS),
  };
}

export function memberRightsRoutes(): Pick<Handlers<MemberRoutes>, 'suggestMyPlans'> {
  return {
    suggestMyPlans: async (ctx) => {
      const { customerId } = await requireMembership(ctx);
      return suggestPlans(ctx, await getCustomer(ctx, customerId), USUAL_PERIODS);
    },
  };
}

function planRowId(text: string): string {
  const id = decodeTypeId('plan', text);
  return id.ok ? id.value : refuse('plan.not_found', `There is no plan ${text}.`);
}
