import { Type } from 'typebox';
import { byId, operatorRoute } from '../build.ts';
import { id, key, listOf, obj, paging } from '../common.ts';
import {
  createGrant,
  planRightsPreview,
  planRightsPreviewRequest,
  planSuggestions,
  rightGrant,
  rightOverride,
  setOverride,
  subjectUsage,
  withReason,
} from '../schemas/rights.ts';
import { ANYONE, BUILDERS, CUSTOMER_STAFF } from '../scopes.ts';

const reads = { kind: 'query', scope: 'entitlements:read', roles: ANYONE } as const;
const writes = { kind: 'command', scope: 'entitlements:write', roles: CUSTOMER_STAFF } as const;
const ofCustomer = { id: id('cus') };
const query = obj({
  ...paging,
  ended: Type.Optional(Type.Boolean({ description: 'Lists those that hold no longer, too.' })),
});

export const rightRoutes = byId([
  operatorRoute('listOverrides', 'GET /customers/{id}/entitlement_overrides', {
    ...reads,
    params: ofCustomer,
    query,
    response: listOf(rightOverride),
    errors: ['customer.not_found'],
    summary: 'Lists lasting agreements about rights of a customer, latest first.',
  }),
  operatorRoute('setOverride', 'POST /customers/{id}/entitlement_overrides', {
    ...writes,
    params: ofCustomer,
    body: setOverride,
    response: rightOverride,
    status: 201,
    errors: ['customer.not_found', 'feature.not_found', 'subscription.not_found', 'right.invalid'],
    summary:
      'Agrees on a right of a customer or of one subscription, with a reason; ends what was agreed before.',
    example: {
      feature: 'api-calls',
      change: { kind: 'metered', mode: 'add', limit: '5000' },
      reason: 'Agreed in the contract of March.',
    },
  }),
  operatorRoute('removeOverride', 'POST /entitlement_overrides/{id}/remove', {
    ...writes,
    params: { id: id('ovr') },
    body: withReason,
    response: rightOverride,
    errors: ['override.not_found', 'override.already_removed'],
    summary: 'Ends an agreement about a right, with a reason.',
    example: { reason: 'The contract has ended.' },
  }),
  operatorRoute('listRightGrants', 'GET /customers/{id}/entitlement_grants', {
    ...reads,
    params: ofCustomer,
    query,
    response: listOf(rightGrant),
    errors: ['customer.not_found'],
    summary: 'Lists rights that were given to a customer for a time, latest first.',
  }),
  operatorRoute('grantRight', 'POST /customers/{id}/entitlement_grants', {
    ...writes,
    params: ofCustomer,
    body: createGrant,
    response: rightGrant,
    status: 201,
    errors: ['customer.not_found', 'feature.not_found', 'subscription.not_found', 'right.invalid'],
    summary: 'Gives a customer a right for a time, with a reason, over what it has.',
    example: {
      feature: 'single-sign-on',
      change: { kind: 'boolean', enabled: true },
      until: '2027-01-01T00:00:00Z',
      reason: 'To try it for a month.',
    },
  }),
  operatorRoute('revokeRightGrant', 'POST /entitlement_grants/{id}/revoke', {
    ...writes,
    params: { id: id('rgr') },
    body: withReason,
    response: rightGrant,
    errors: ['right_grant.not_found', 'right_grant.ended'],
    summary: 'Takes back a right that was given for a time, from now on.',
    example: { reason: 'Given by mistake.' },
  }),
  operatorRoute('listSubjects', 'GET /customers/{id}/entitlements/{feature}/subjects', {
    ...reads,
    params: { ...ofCustomer, feature: key },
    response: subjectUsage,
    errors: ['customer.not_found', 'feature.not_found'],
    summary: 'Says who of a customer used how much of a feature that is counted for each member or device.',
  }),
  operatorRoute('previewPlanRights', 'POST /plans/{id}/rights/preview', {
    kind: 'query',
    scope: 'catalog:read',
    roles: BUILDERS,
    params: { id: id('plan') },
    body: planRightsPreviewRequest,
    response: planRightsPreview,
    errors: ['plan.not_found', 'plan.invalid'],
    summary: 'Says who would feel it if customers of a plan had these rights instead of theirs.',
    example: { entitlements: [{ feature: 'single-sign-on', kind: 'boolean', enabled: true }] },
  }),
  operatorRoute('suggestPlans', 'GET /customers/{id}/plan_suggestions', {
    kind: 'query',
    scope: 'subscriptions:read',
    roles: ANYONE,
    params: ofCustomer,
    query: obj({
      periods: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 12, description: 'How many past periods; 3 if left out.' }),
      ),
      /** The one of several that is compared, the others as they are; left out, the latest that runs. */
      subscription: Type.Optional(id('sub')),
    }),
    response: planSuggestions,
    errors: ['customer.not_found', 'subscription.not_found'],
    summary: 'Prices what a customer really used on every plan on sale, the cheapest that holds it first.',
  }),
]);
