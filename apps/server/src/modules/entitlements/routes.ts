import type { OperatorRoutes } from '@billhook/contract/routes';
import { decodeTypeId } from '@billhook/core/kernel/typeid';
import { type Handlers, outside } from '../../http/handlers.ts';
import { pageOfAll } from '../../platform/page.ts';
import { refuse } from '../../platform/refuse.ts';
import { customerRowId, getCustomer } from '../customers/api.ts';
import type { CheckCopies } from './check-copies.ts';
import { grantRight } from './commands/grant-right.ts';
import { removeOverride } from './commands/remove-override.ts';
import { revokeGrant } from './commands/revoke-grant.ts';
import { setOverride } from './commands/set-override.ts';
import { track } from './commands/track.ts';
import { presentGrant, presentGrants, presentOverride, presentOverrides } from './present-agreement.ts';
import { list, type UpgradeUrl } from './queries/check.ts';
import { subjects } from './queries/subjects.ts';
import { grantHistory, overrideHistory } from './rights-repo.ts';

type RouteIds =
  | 'checkEntitlement'
  | 'trackUsage'
  | 'listEntitlements'
  | 'listSubjects'
  | 'listOverrides'
  | 'setOverride'
  | 'removeOverride'
  | 'listRightGrants'
  | 'grantRight'
  | 'revokeRightGrant';

const overrideRow = (text: string) => rowId('ovr', text, 'override.not_found');
const grantRow = (text: string) => rowId('rgr', text, 'right_grant.not_found');

function rowId(prefix: string, text: string, code: 'override.not_found' | 'right_grant.not_found'): string {
  const id = decodeTypeId(prefix, text);
  return id.ok ? id.value : refuse(code, `There is nothing with the id ${text}.`);
}

export function entitlementRoutes(deps: {
  copies: CheckCopies;
  upgradeUrl: UpgradeUrl;
}): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    checkEntitlement: outside((request, { body }) => deps.copies.answer(request, body)),
    trackUsage: (ctx, { body }) => track(ctx, body, deps.upgradeUrl),
    listEntitlements: async (ctx, { params, query }) => {
      const customer = await getCustomer(ctx, customerRowId(params.id));
      const data = await list(ctx, customer.id, query.subject);
      return { object: 'list', data, has_more: false, next_cursor: null };
    },
    listSubjects: async (ctx, { params }) =>
      subjects(ctx, await getCustomer(ctx, customerRowId(params.id)), params.feature),
    listOverrides: async (ctx, { params, query }) => {
      const { id } = await getCustomer(ctx, customerRowId(params.id));
      const all = await overrideHistory(ctx, id);
      const shown = query.ended === true ? all : all.filter(({ removedAt }) => removedAt === null);
      return pageOfAll(await presentOverrides(ctx, shown), query);
    },
    setOverride: async (ctx, { params, body }) =>
      presentOverride(ctx, await setOverride(ctx, customerRowId(params.id), body)),
    removeOverride: async (ctx, { params, body }) =>
      presentOverride(ctx, await removeOverride(ctx, overrideRow(params.id), body.reason)),
    listRightGrants: async (ctx, { params, query }) => {
      const { id } = await getCustomer(ctx, customerRowId(params.id));
      const all = await grantHistory(ctx, id);
      const shown =
        query.ended === true
          ? all
          : all.filter(({ until, revokedAt }) => revokedAt === null && until > ctx.now);
      return pageOfAll(await presentGrants(ctx, shown), query);
    },
    grantRight: async (ctx, { params, body }) =>
      presentGrant(ctx, await grantRight(ctx, customerRowId(params.id), body)),
    revokeRightGrant: async (ctx, { params, body }) =>
      presentGrant(ctx, await revokeGrant(ctx, grantRow(params.id), body.reason)),
  };
}
