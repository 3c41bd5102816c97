import type { OperatorRoutes } from '@billhook/contract/routes';
import type { Handlers } from '../../http/handlers.ts';
import { customerRowId, getCustomer } from '../customers/api.ts';
import { track } from './commands/track.ts';
import { check, list, type UpgradeUrl } from './queries/check.ts';

type RouteIds = 'checkEntitlement' | 'trackUsage' | 'listEntitlements';

export function entitlementRoutes(deps: {
  upgradeUrl: UpgradeUrl;
}): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    checkEntitlement: (ctx, { body }) => check(ctx, body, deps.upgradeUrl),
    trackUsage: (ctx, { body }) => track(ctx, body, deps.upgradeUrl),
    listEntitlements: async (ctx, { params }) => {
      const customer = await getCustomer(ctx, customerRowId(params.id));
      return { object: 'list', data: await list(ctx, customer.id), has_more: false, next_cursor: null };
    },
  };
}
