import { Type } from 'typebox';
import { byId, memberRoute, operatorRoute } from '../build.ts';
import { id, listOf, obj, paging, timestamp } from '../common.ts';
import * as dunning from '../schemas/dunning.ts';
import { ANYONE, CUSTOMER_STAFF, MONEY_STAFF } from '../scopes.ts';

const reads = { kind: 'query', scope: 'payments:read', roles: ANYONE } as const;
const writes = { kind: 'command', scope: 'settings:write', roles: MONEY_STAFF } as const;
const works = { kind: 'command', scope: 'payments:write', roles: CUSTOMER_STAFF } as const;
const campaign = { id: id('dcam') };
const run = { id: id('drun') };
const span = { from: Type.Optional(timestamp), to: Type.Optional(timestamp) };

const definition = {
  steps: [
    { key: 'retry-1', day: 3, action: 'retry', kinds: null, mail: null },
    { key: 'notice', day: 10, action: 'mail', kinds: null, mail: 'last_notice' },
    { key: 'limit', day: 12, action: 'limit_access', kinds: null, mail: null },
    { key: 'cancel', day: 21, action: 'cancel', kinds: null, mail: null },
  ],
  hours: { from_minute: 540, to_minute: 1020, weekdays: [1, 2, 3, 4, 5] },
  paydays: { days: ['first', 'fifteenth'], within_days: 3 },
  failure_mail: 'each',
};

/** Campaigns, what they do about unpaid invoices, and the access that goes with it. */
export const dunningRoutes = byId([
  operatorRoute('listDunningCampaigns', 'GET /dunning/campaigns', {
    ...reads,
    query: obj(paging),
    response: listOf(dunning.dunningCampaign),
    summary: 'Lists dunning campaigns by rank.',
  }),
  operatorRoute('createDunningCampaign', 'POST /dunning/campaigns', {
    ...writes,
    body: dunning.createCampaign,
    response: dunning.dunningCampaign,
    status: 201,
    errors: ['plan.not_found'],
    summary: 'Begins a campaign with a draft; nothing follows from it until it is published.',
    example: { name: 'Cards', kind: 'charge', definition },
  }),
  operatorRoute('getDunningCampaign', 'GET /dunning/campaigns/{id}', {
    ...reads,
    params: campaign,
    response: dunning.dunningCampaign,
    errors: ['dunning_campaign.not_found'],
    summary: 'Gets a campaign with its draft, what is wrong with it, and what is published.',
  }),
  operatorRoute('updateDunningCampaign', 'PATCH /dunning/campaigns/{id}', {
    ...writes,
    params: campaign,
    body: dunning.updateCampaign,
    response: dunning.dunningCampaign,
    errors: ['dunning_campaign.not_found', 'plan.not_found'],
    summary: 'Changes the draft, the segment, the name or the rank of a campaign, or takes it out of use.',
    example: { name: 'Cards of small plans', rank: 5 },
  }),
  operatorRoute('publishDunningCampaign', 'POST /dunning/campaigns/{id}/publish', {
    ...writes,
    params: campaign,
    response: dunning.dunningCampaign,
    errors: ['dunning_campaign.not_found', 'dunning_campaign.no_draft', 'dunning_campaign.invalid'],
    summary: 'Publishes the draft as the next version. Runs that have begun keep theirs.',
  }),
  operatorRoute('previewDunningCampaign', 'POST /dunning/preview', {
    ...reads,
    idempotency: 'exempt',
    body: dunning.previewCampaign,
    response: dunning.campaignPreview,
    errors: ['customer.not_found'],
    summary: 'Says what a campaign would do about a failure, step by step, if no try succeeds.',
    example: { kind: 'charge', definition, failure_kind: 'soft_decline' },
  }),
  operatorRoute('backTestDunningCampaign', 'POST /dunning/back_test', {
    ...reads,
    idempotency: 'exempt',
    body: dunning.backTestCampaign,
    response: dunning.campaignBackTest,
    summary:
      'Lays a campaign over failures of the past: what it would have tried, and what that may have brought.',
    example: { definition },
  }),
  operatorRoute('listDunningRuns', 'GET /dunning/runs', {
    ...reads,
    query: obj({
      ...paging,
      customer: Type.Optional(id('cus')),
      invoice: Type.Optional(id('inv')),
      status: Type.Optional(Type.Enum(['active', 'paused', 'recovered', 'exhausted', 'stopped', 'closed'])),
    }),
    response: listOf(dunning.dunningRun),
    summary:
      'Lists what is and was done about unpaid invoices, newest first, with what happens next and when.',
  }),
  operatorRoute('pauseDunningRun', 'POST /dunning/runs/{id}/pause', {
    ...works,
    params: run,
    body: dunning.holdRun,
    response: dunning.dunningRun,
    errors: ['dunning_run.not_found', 'dunning_run.not_running'],
    summary: 'Holds a campaign back for one invoice. Nothing is tried, told or taken away until it goes on.',
    example: { reason: 'The customer called; the bank looks into it.' },
  }),
  operatorRoute('resumeDunningRun', 'POST /dunning/runs/{id}/resume', {
    ...works,
    params: run,
    body: dunning.holdRun,
    response: dunning.dunningRun,
    errors: ['dunning_run.not_found', 'dunning_run.not_running'],
    summary: 'Goes on with a campaign that was held back; what is ahead has moved by that time.',
    example: { reason: 'The bank has answered.' },
  }),
  operatorRoute('skipDunningStep', 'POST /dunning/runs/{id}/skip', {
    ...works,
    params: run,
    body: dunning.skipStep,
    response: dunning.dunningRun,
    errors: ['dunning_run.not_found', 'dunning_run.not_running', 'dunning_run.step_not_ahead'],
    summary: 'Leaves one step of a campaign out for one invoice.',
    example: { step: 'limit', reason: 'Promised to pay on Friday.' },
  }),
  operatorRoute('stopDunningRun', 'POST /dunning/runs/{id}/stop', {
    ...works,
    params: run,
    body: dunning.holdRun,
    response: dunning.dunningRun,
    errors: ['dunning_run.not_found', 'dunning_run.not_running'],
    summary:
      'Ends a campaign for one invoice. The invoice stays open, and access stays as it is until it is paid.',
    example: { reason: 'Handed over to a lawyer.' },
  }),
  operatorRoute('getDunningFunnel', 'GET /dunning/funnel', {
    ...reads,
    query: obj(span),
    response: dunning.dunningFunnel,
    summary: 'Says what became of unpaid invoices: how many, how much came in, and by which step.',
  }),
  operatorRoute('getLimitedAccess', 'GET /plans/{id}/limited_access', {
    ...reads,
    scope: 'catalog:read',
    params: { id: id('plan') },
    response: dunning.limitedAccess,
    errors: ['plan.not_found'],
    summary: 'Gets the features of a plan that stay while access is limited.',
  }),
  operatorRoute('setLimitedAccess', 'PUT /plans/{id}/limited_access', {
    ...writes,
    params: { id: id('plan') },
    body: dunning.setLimitedAccess,
    response: dunning.limitedAccess,
    errors: ['plan.not_found', 'feature.not_found'],
    summary: 'Chooses the features of a plan that stay while access is limited. It holds at once.',
    example: { features: ['api-calls'] },
  }),
  operatorRoute('getCustomerAccess', 'GET /customers/{id}/access', {
    ...reads,
    scope: 'entitlements:read',
    params: { id: id('cus') },
    response: dunning.customerAccess,
    errors: ['customer.not_found'],
    summary: 'Says what the subscriptions of a customer give access to, and how that moved.',
  }),
]);

export const myDunningRoutes = byId([
  memberRoute('listMyDunning', 'GET /dunning', {
    kind: 'query',
    query: obj(paging),
    response: listOf(dunning.myDunningRun),
    summary: 'Lists unpaid invoices with what happens next and when.',
  }),
]);
