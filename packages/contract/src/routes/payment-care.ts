import { Type } from 'typebox';
import { byId, operatorRoute } from '../build.ts';
import { id, line, listOf, nothing, obj, paging, timestamp } from '../common.ts';
import {
  createBlock,
  healthReport,
  paymentBlock,
  paymentTry,
  payout,
  payoutStatement,
  providerEvent,
  providerEventWhole,
  providerPoll,
  providerTransaction,
  reconciliation,
  riskRules,
  rotationPolicy,
  secretAge,
  setRiskRules,
  setRotation,
  setSecretExpiry,
  webhookSubscription,
} from '../schemas/payment-care.ts';
import { ADMINS, ANYONE, BUILDERS, CUSTOMER_STAFF, MONEY_STAFF } from '../scopes.ts';

const sees = { kind: 'query', scope: 'payments:read', roles: ANYONE } as const;
const TECHNICIANS = ['owner', 'admin', 'finance', 'developer'] as const;
const providerEventId = { id: id('pev') };

export const providerEventRoutes = byId([
  operatorRoute('listProviderEvents', 'GET /provider_events', {
    ...sees,
    query: obj({
      ...paging,
      provider: Type.Optional(line(30)),
      state: Type.Optional(providerEvent.properties.state),
      type: Type.Optional(line(255)),
      since: Type.Optional(timestamp),
      until: Type.Optional(timestamp),
    }),
    response: listOf(providerEvent),
    summary: 'Lists the messages of payment providers as they came in, newest first.',
  }),
  operatorRoute('getProviderEvent', 'GET /provider_events/{id}', {
    ...sees,
    roles: TECHNICIANS,
    params: providerEventId,
    response: providerEventWhole,
    errors: ['provider_event.not_found'],
    summary: 'Gets a message with its bytes and the headers of its signature.',
  }),
  operatorRoute('replayProviderEvent', 'POST /provider_events/{id}/replay', {
    kind: 'command',
    scope: 'payments:write',
    roles: TECHNICIANS,
    params: providerEventId,
    body: nothing,
    response: providerEvent,
    errors: ['provider_event.not_found', 'provider_event.not_replayable'],
    summary: 'Reads a message again. However often, the end is the same.',
    example: {},
  }),
  operatorRoute('pollProviderEvents', 'POST /provider_events/poll', {
    kind: 'command',
    scope: 'payments:write',
    roles: TECHNICIANS,
    body: nothing,
    response: providerPoll,
    errors: ['provider.not_configured', 'provider.unavailable'],
    summary: 'Asks the provider now for messages that no webhook brought.',
    example: {},
  }),
]);

export const reconciliationRoutes = byId([
  operatorRoute('getReconciliation', 'GET /reconciliation', {
    ...sees,
    query: obj({ provider: Type.Optional(line(30)) }),
    response: reconciliation,
    errors: ['provider.not_configured'],
    summary: "Compares a provider's books with ours, by currency, to the minor unit.",
  }),
  operatorRoute('runReconciliation', 'POST /reconciliation/run', {
    kind: 'command',
    scope: 'payments:write',
    roles: MONEY_STAFF,
    body: obj({ provider: Type.Optional(line(30)) }),
    response: reconciliation,
    errors: ['provider.not_configured', 'provider.unavailable'],
    summary: 'Fetches what is new at the provider and matches it. Again and again adds nothing.',
    example: {},
  }),
  operatorRoute('listProviderTransactions', 'GET /reconciliation/transactions', {
    ...sees,
    query: obj({
      ...paging,
      provider: Type.Optional(line(30)),
      state: Type.Optional(providerTransaction.properties.state),
      kind: Type.Optional(providerTransaction.properties.kind),
      payout: Type.Optional(line(300)),
    }),
    response: listOf(providerTransaction),
    summary: "Lists every movement in the provider's books with what it is in ours, newest first.",
  }),
  operatorRoute('listPayouts', 'GET /reconciliation/payouts', {
    ...sees,
    query: obj({ ...paging, provider: Type.Optional(line(30)) }),
    response: listOf(payout),
    summary: 'Lists payouts to the bank, newest first.',
  }),
  operatorRoute('getPayout', 'GET /reconciliation/payouts/{id}', {
    ...sees,
    params: { id: id('pyo') },
    response: payoutStatement,
    errors: ['payout.not_found'],
    summary: 'Gets the statement of a payout: what it is made of.',
  }),
]);

export const riskRoutes = byId([
  operatorRoute('listBlocks', 'GET /payment_blocks', {
    ...sees,
    query: obj({ ...paging, kind: Type.Optional(paymentBlock.properties.kind) }),
    response: listOf(paymentBlock),
    summary: 'Lists from whom no payment is taken.',
  }),
  operatorRoute('createBlock', 'POST /payment_blocks', {
    kind: 'command',
    scope: 'payments:write',
    roles: CUSTOMER_STAFF,
    body: createBlock,
    response: paymentBlock,
    status: 201,
    errors: ['block.exists', 'block.value', 'customer.not_found', 'payment_method.not_found'],
    summary: 'Takes no payment any more from a customer, card, address, domain, country or range.',
    example: { kind: 'email_domain', value: 'example.com', reason: 'Throw-away addresses' },
  }),
  operatorRoute('removeBlock', 'DELETE /payment_blocks/{id}', {
    kind: 'command',
    scope: 'payments:write',
    roles: CUSTOMER_STAFF,
    params: { id: id('blk') },
    errors: ['block.not_found'],
    summary: 'Takes something off the block list.',
  }),
  operatorRoute('listPaymentTries', 'GET /payment_tries', {
    ...sees,
    query: obj({ ...paging, verdict: Type.Optional(paymentTry.properties.verdict) }),
    response: listOf(paymentTry),
    summary: 'Lists tries at paying with what was decided and why, newest first.',
  }),
  operatorRoute('getRiskRules', 'GET /risk_rules', {
    ...sees,
    response: riskRules,
    summary: 'Gets how many tries, cards and small amounts are allowed.',
  }),
  operatorRoute('setRiskRules', 'PUT /risk_rules', {
    kind: 'command',
    scope: 'settings:write',
    roles: ADMINS,
    body: setRiskRules,
    response: riskRules,
    summary: 'Sets how many tries, cards and small amounts are allowed.',
    example: {
      cards_of_customer: 5,
      customers_of_card: 4,
      tries_of_customer: 20,
      tries_of_address: 60,
      small_tries: 10,
      country_mismatch: true,
    },
  }),
]);

export const healthRoutes = byId([
  operatorRoute('getHealthReport', 'GET /health_report', {
    kind: 'query',
    scope: 'settings:read',
    roles: BUILDERS,
    response: healthReport,
    summary: 'Checks every credential and webhook now, without charging or changing anything.',
  }),
  operatorRoute('subscribeWebhookEvents', 'POST /payment_provider/stripe/webhook_events', {
    kind: 'command',
    scope: 'settings:write',
    roles: BUILDERS,
    body: nothing,
    response: webhookSubscription,
    errors: [
      'provider.not_configured',
      'provider.endpoint_missing',
      'provider.not_allowed',
      'provider.unavailable',
    ],
    summary: 'Has Stripe send every event that is read here to the endpoint that is there already.',
    example: {},
  }),
  operatorRoute('listSecretAges', 'GET /secret_ages', {
    kind: 'query',
    scope: 'settings:read',
    roles: ANYONE,
    response: listOf(secretAge),
    summary: 'Lists how old each secret is against how long it may be used.',
  }),
  operatorRoute('setSecretExpiry', 'PUT /secret_expiry', {
    kind: 'command',
    scope: 'settings:write',
    roles: ADMINS,
    body: setSecretExpiry,
    response: secretAge,
    errors: ['secret.not_found'],
    summary: 'Keeps when a secret ends, of which its issuer tells nothing by itself.',
    example: { name: 'Stripe key', expires_at: '2027-03-01T00:00:00Z' },
  }),
  operatorRoute('setRotation', 'PUT /rotation_policy', {
    kind: 'command',
    scope: 'settings:write',
    roles: ADMINS,
    body: setRotation,
    response: rotationPolicy,
    summary: 'Sets for how many days a kind of secret may be used.',
    example: { kind: 'mail', days: 90 },
  }),
]);
