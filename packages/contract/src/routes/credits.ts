import { Type } from 'typebox';
import { byId, memberRoute, operatorRoute } from '../build.ts';
import { id, listOf, obj, paging } from '../common.ts';
import * as credits from '../schemas/credits.ts';
import { ANYONE, BUILDERS, CUSTOMER_STAFF, MONEY_STAFF } from '../scopes.ts';

const reads = { kind: 'query', scope: 'credits:read', roles: ANYONE } as const;
const builds = { kind: 'command', scope: 'catalog:write', roles: BUILDERS } as const;
const gives = { kind: 'command', scope: 'credits:write', roles: CUSTOMER_STAFF } as const;
const customer = { id: id('cus') };
const archived = Type.Optional(Type.Boolean({ description: 'Lists archived ones too.' }));

/** What credits are counted in, what they cost, what is sold and what plans grant. */
export const creditCatalogueRoutes = byId([
  operatorRoute('listCreditTypes', 'GET /credit_types', {
    ...reads,
    query: obj(paging),
    response: listOf(credits.creditType),
    summary: 'Lists credit types by key.',
  }),
  operatorRoute('createCreditType', 'POST /credit_types', {
    ...builds,
    body: credits.createCreditType,
    response: credits.creditType,
    status: 201,
    errors: ['credit_type.already_exists', 'credits.invalid'],
    summary: 'Creates a credit type: units of your own, or money of a currency.',
    example: { key: 'tokens', name: 'Tokens', unit: 'tokens', low_at: '1000' },
  }),
  operatorRoute('listCreditCosts', 'GET /credit_costs', {
    ...reads,
    query: obj(paging),
    response: listOf(credits.creditCost),
    summary: 'Lists all versions of what features cost, newest first.',
  }),
  operatorRoute('setCreditCost', 'POST /credit_costs', {
    ...builds,
    body: credits.setCreditCost,
    response: credits.creditCost,
    status: 201,
    errors: ['feature.not_found', 'credit_type.not_found', 'credits.invalid'],
    summary: 'Sets what a unit of a feature costs from an instant on. What was used before keeps its price.',
    example: { feature: 'api-calls', credit_type: 'tokens', per_unit: '0.5' },
  }),
  operatorRoute('listCreditPacks', 'GET /credit_packs', {
    ...reads,
    query: obj({ ...paging, archived }),
    response: listOf(credits.creditPack),
    summary: 'Lists what may be bought, by price.',
  }),
  operatorRoute('createCreditPack', 'POST /credit_packs', {
    ...builds,
    body: credits.createCreditPack,
    response: credits.creditPack,
    status: 201,
    errors: ['credit_type.not_found', 'credit_pack.already_exists', 'credits.invalid'],
    summary: 'Puts an amount of credits on sale.',
    example: {
      key: 'tokens-1000',
      name: '1,000 tokens',
      credit_type: 'tokens',
      amount: '1000',
      price: '1000',
      currency: 'EUR',
    },
  }),
  operatorRoute('updateCreditPack', 'PATCH /credit_packs/{id}', {
    ...builds,
    params: { id: id('cpack') },
    body: credits.updateCreditPack,
    response: credits.creditPack,
    errors: ['credit_pack.not_found'],
    summary: 'Takes a pack off sale, or puts it back.',
    example: { archived: true },
  }),
  operatorRoute('listCreditAllowances', 'GET /credit_allowances', {
    ...reads,
    query: obj(paging),
    response: listOf(credits.creditAllowance),
    summary: 'Lists all versions of what plans grant, newest first.',
  }),
  operatorRoute('setCreditAllowance', 'POST /credit_allowances', {
    ...builds,
    body: credits.setCreditAllowance,
    response: credits.creditAllowance,
    status: 201,
    errors: ['plan.not_found', 'credit_type.not_found', 'credits.invalid'],
    summary: 'Sets what a plan grants each interval of a subscription, from an instant on.',
    example: { plan: 'professional', credit_type: 'tokens', amount: '5000', rollover_periods: 1 },
  }),
]);

/** The credits of one customer. */
export const creditRoutes = byId([
  operatorRoute('getCredits', 'GET /customers/{id}/credits', {
    ...reads,
    params: customer,
    response: credits.creditStanding,
    errors: ['customer.not_found'],
    summary: 'Gets the credits of a customer, grant by grant.',
  }),
  operatorRoute('listCreditEntries', 'GET /customers/{id}/credit_entries', {
    ...reads,
    params: customer,
    query: obj(paging),
    response: listOf(credits.creditEntry),
    errors: ['customer.not_found'],
    summary: 'Lists what happened to the credits of a customer, newest first.',
  }),
  operatorRoute('grantCredits', 'POST /customers/{id}/credits', {
    ...gives,
    params: customer,
    body: credits.grantCredits,
    response: credits.creditGrant,
    status: 201,
    errors: [
      'customer.not_found',
      'credit_type.not_found',
      'feature.not_found',
      'subscription.not_found',
      'credits.invalid',
    ],
    summary: 'Gives credits to a customer.',
    example: { credit_type: 'tokens', amount: '100', reason: 'Sorry for the outage' },
  }),
  operatorRoute('adjustCredits', 'POST /customers/{id}/credits/adjust', {
    ...gives,
    params: customer,
    body: credits.adjustCredits,
    response: credits.creditStanding,
    errors: ['customer.not_found', 'credit_type.not_found', 'credits.invalid', 'credits.insufficient'],
    summary: 'Adds credits, or takes them away in the order in which they would be spent.',
    example: { credit_type: 'tokens', amount: '-20', reason: 'Counted twice' },
  }),
  operatorRoute('revokeCreditGrant', 'POST /credit_grants/{id}/revoke', {
    ...gives,
    params: { id: id('cgrant') },
    body: obj({ reason: credits.grantCredits.properties.reason }),
    response: credits.creditGrant,
    errors: ['credit_grant.not_found', 'credits.nothing_left'],
    summary: 'Takes back all that is left of a grant.',
    example: { reason: 'Given by mistake' },
  }),
  operatorRoute('consumeCredits', 'POST /credits/consume', {
    kind: 'command',
    scope: 'usage:write',
    roles: BUILDERS,
    body: credits.consumeCredits,
    response: credits.consumeResult,
    idempotency: 'exempt',
    errors: [
      'customer.not_found',
      'feature.not_found',
      'credit_type.not_found',
      'subscription.not_found',
      'credits.invalid',
      'credits.insufficient',
      'credits.no_cost',
      'credits.event_conflict',
    ],
    summary:
      'Spends credits once for an event id: of parallel spenders of the last unit exactly one is served.',
    example: { customer: 'acme', feature: 'api-calls', quantity: '3', event_id: 'req-1' },
  }),
  operatorRoute('refundCredits', 'POST /credit_consumptions/{id}/refund', {
    ...gives,
    params: { id: id('cuse') },
    body: credits.refundCredits,
    response: credits.creditConsumption,
    errors: ['credit_consumption.not_found', 'credits.refund_exceeds', 'credits.invalid'],
    summary: 'Gives a consumption back to the grants that paid it.',
    example: { reason: 'The job failed' },
  }),
  operatorRoute('buyCredits', 'POST /customers/{id}/credits/purchases', {
    ...gives,
    roles: MONEY_STAFF,
    params: customer,
    body: credits.buyCredits,
    response: credits.creditPurchase,
    status: 201,
    errors: ['customer.not_found', 'credit_pack.not_found', 'credits.no_subscription', 'billing.refused'],
    summary: 'Sells a pack to a customer. The credits are granted when its invoice is paid.',
    example: { pack: 'tokens-1000' },
  }),
  operatorRoute('setCreditReload', 'PUT /customers/{id}/credits/reload', {
    ...gives,
    params: customer,
    body: credits.setCreditReload,
    response: credits.creditStanding,
    errors: ['customer.not_found', 'credit_type.not_found', 'credit_pack.not_found', 'credits.invalid'],
    summary: 'Says when credits are bought by themselves, and how much a month at most.',
    example: { credit_type: 'tokens', enabled: true, threshold: '100', pack: 'tokens-1000' },
  }),
  operatorRoute('setCreditLowMark', 'PUT /customers/{id}/credits/low_mark', {
    ...gives,
    params: customer,
    body: credits.setCreditLowMark,
    response: credits.creditStanding,
    errors: ['customer.not_found', 'credit_type.not_found', 'credits.invalid'],
    summary:
      'Says below how many credits this customer is told that they run low, in place of the mark of the type.',
    example: { credit_type: 'tokens', low_at: '500' },
  }),
]);

const mine = { kind: 'query' } as const;
const changesMine = { kind: 'command' } as const;

export const myCreditRoutes = byId([
  memberRoute('getMyCredits', 'GET /credits', {
    ...mine,
    response: credits.creditStanding,
    errors: ['customer.not_found'],
    summary: 'Gets the credits of the customer, grant by grant, and what can be bought.',
  }),
  memberRoute('listMyCreditEntries', 'GET /credits/entries', {
    ...mine,
    query: obj(paging),
    response: listOf(credits.creditEntry),
    errors: ['customer.not_found'],
    summary: 'Lists what happened to the credits, newest first.',
  }),
  memberRoute('buyMyCredits', 'POST /credits/purchases', {
    ...changesMine,
    body: credits.buyCredits,
    response: credits.creditPurchase,
    status: 201,
    errors: ['credit_pack.not_found', 'credits.no_subscription', 'billing.refused'],
    summary: 'Buys a pack. The credits are granted when its invoice is paid.',
    example: { pack: 'tokens-1000' },
  }),
  memberRoute('setMyCreditReload', 'PUT /credits/reload', {
    ...changesMine,
    body: credits.setCreditReload,
    response: credits.creditStanding,
    errors: ['credit_type.not_found', 'credit_pack.not_found', 'credits.invalid'],
    summary: 'Says when credits are bought by themselves, and how much a month at most.',
    example: { credit_type: 'tokens', enabled: true, threshold: '100', pack: 'tokens-1000' },
  }),
  memberRoute('setMyCreditLowMark', 'PUT /credits/low_mark', {
    ...changesMine,
    body: credits.setCreditLowMark,
    response: credits.creditStanding,
    errors: ['credit_type.not_found', 'credits.invalid'],
    summary: 'Says below how many credits you are told that they run low.',
    example: { credit_type: 'tokens', low_at: '500' },
  }),
]);
