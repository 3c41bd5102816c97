import { Type } from 'typebox';
import { byId, operatorRoute } from '../build.ts';
import { customerRef, id, key, line, listOf, obj, paging, timestamp } from '../common.ts';
import {
  checkRequest,
  entitlement,
  entitlementCheck,
  eventBatch,
  granularity,
  ingestResult,
  quarantinedEvent,
  quarantineReasons,
  trackRequest,
  trackResult,
  usageEvent,
  usageReport,
} from '../schemas/usage.ts';
import { ANYONE, OPERATOR_ROLES } from '../scopes.ts';

const reads = { kind: 'query', scope: 'usage:read', roles: ANYONE } as const;
const writes = {
  kind: 'command',
  scope: 'usage:write',
  roles: OPERATOR_ROLES.filter((role) => role !== 'viewer'),
} as const;

export const usageRoutes = byId([
  operatorRoute('ingestEvents', 'POST /events', {
    ...writes,
    bodyKind: 'events',
    body: eventBatch,
    response: ingestResult,
    idempotency: 'exempt',
    summary:
      'Takes usage events as CloudEvents, up to 1,000 in a list or more line by line, and answers for each.',
    example: [
      {
        specversion: '1.0',
        id: 'req-1',
        source: 'api',
        type: 'api.call',
        subject: 'acme',
        time: '2026-11-01T12:00:00Z',
      },
    ],
  }),
  operatorRoute('listEvents', 'GET /events', {
    ...reads,
    query: obj({
      ...paging,
      customer: Type.Optional(customerRef),
      type: Type.Optional(line(200)),
      from: Type.Optional(timestamp),
      to: Type.Optional(timestamp),
    }),
    response: listOf(usageEvent),
    errors: ['customer.not_found'],
    summary: 'Lists usage events, latest first.',
  }),
  operatorRoute('getUsage', 'GET /usage', {
    ...reads,
    query: obj({
      customer: customerRef,
      meter: key,
      from: timestamp,
      to: timestamp,
      granularity: Type.Optional(granularity),
    }),
    response: usageReport,
    errors: ['customer.not_found', 'meter.not_found'],
    summary: 'Measures a meter of a customer from one instant up to another.',
  }),
  operatorRoute('listQuarantine', 'GET /usage/quarantine', {
    ...reads,
    query: obj({
      ...paging,
      reason: Type.Optional(Type.Enum(quarantineReasons)),
      /** Those that wait, unless those that were dealt with are asked for. */
      status: Type.Optional(Type.Enum(['waiting', 'resolved'])),
    }),
    response: listOf(quarantinedEvent),
    summary: 'Lists events that wait for a decision, each beside the event that it conflicts with.',
  }),
  operatorRoute('resolveQuarantine', 'POST /usage/quarantine/{id}/assign', {
    ...writes,
    params: { id: id('qua') },
    body: obj({ customer: customerRef }),
    response: quarantinedEvent,
    errors: ['quarantine.not_found', 'quarantine.already_resolved', 'customer.not_found'],
    summary: 'Counts a quarantined event for a customer.',
    example: { customer: 'acme' },
  }),
]);

export const entitlementRoutes = byId([
  operatorRoute('checkEntitlement', 'POST /check', {
    kind: 'query',
    scope: 'entitlements:read',
    roles: ANYONE,
    body: checkRequest,
    response: entitlementCheck,
    errors: ['customer.not_found', 'feature.not_found'],
    summary: 'Says whether a customer may use a feature now, and how much is left.',
    example: { customer: 'acme', feature: 'api-calls', quantity: '1' },
  }),
  operatorRoute('trackUsage', 'POST /track', {
    ...writes,
    body: trackRequest,
    response: trackResult,
    idempotency: 'exempt',
    errors: ['customer.not_found', 'feature.not_found', 'feature.not_metered'],
    summary: 'Counts usage of a metered feature once for its event id.',
    example: { customer: 'acme', feature: 'api-calls', quantity: '1', event_id: 'req-1' },
  }),
  operatorRoute('listEntitlements', 'GET /customers/{id}/entitlements', {
    kind: 'query',
    scope: 'entitlements:read',
    roles: ANYONE,
    params: { id: id('cus') },
    response: listOf(entitlement),
    errors: ['customer.not_found'],
    summary: 'Lists all rights of a customer with what is used.',
  }),
]);
