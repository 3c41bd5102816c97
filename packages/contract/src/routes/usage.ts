import { Type } from 'typebox';
import { byId, operatorRoute } from '../build.ts';
import { customerRef, id, key, line, listOf, obj, paging, timestamp } from '../common.ts';
import {
  consumeRequest,
  consumeResult,
  reservation,
  reservationRequest,
  settledReservation,
  settleRequest,
} from '../schemas/units.ts';
import {
  checkRequest,
  entitlement,
  entitlementCheck,
  eventBatch,
  granularity,
  ingestResult,
  quarantinedEvent,
  quarantineReasons,
  topCustomers,
  trackRequest,
  trackResult,
  usageEvent,
  usageOutlook,
  usageReport,
  usageVerification,
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
      /** A property that the meter groups by. */
      dimension: Type.Optional(line(200)),
    }),
    response: usageReport,
    errors: ['customer.not_found', 'meter.not_found'],
    summary: 'Measures a meter of a customer from one instant up to another.',
  }),
  operatorRoute('getUsageOutlook', 'GET /usage/outlook', {
    ...reads,
    query: obj({ customer: customerRef, meter: key }),
    response: usageOutlook,
    errors: ['customer.not_found', 'meter.not_found'],
    summary: 'Shows the running period of a meter: so far, projected, beside the last one, and unusual days.',
  }),
  operatorRoute('getTopCustomers', 'GET /usage/top_customers', {
    ...reads,
    query: obj({
      meter: key,
      from: timestamp,
      to: timestamp,
      /** How many, 10 if left out. */
      top: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
    }),
    response: topCustomers,
    errors: ['meter.not_found'],
    summary: 'Names the customers that a meter measured most of.',
  }),
  operatorRoute('verifyUsage', 'GET /usage/verification', {
    ...reads,
    query: obj({ from: Type.Optional(timestamp), to: Type.Optional(timestamp) }),
    response: usageVerification,
    summary:
      'Recomputes all that is kept by hour from the events, checks archives, and tells every difference.',
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

const takesUnits = [
  'customer.not_found',
  'feature.not_found',
  'feature.not_metered',
  'feature.not_consumable',
  'entitlement.subject_required',
] as const;

export const entitlementRoutes = byId([
  operatorRoute('checkEntitlement', 'POST /check', {
    kind: 'query',
    scope: 'entitlements:read',
    roles: ANYONE,
    body: checkRequest,
    response: entitlementCheck,
    errors: ['customer.not_found', 'feature.not_found', 'entitlement.subject_required'],
    summary: 'Says whether a customer may use a feature now, and how much is left.',
    example: { customer: 'acme', feature: 'api-calls', quantity: '1' },
  }),
  operatorRoute('trackUsage', 'POST /track', {
    ...writes,
    body: trackRequest,
    response: trackResult,
    idempotency: 'exempt',
    errors: [
      'customer.not_found',
      'feature.not_found',
      'feature.not_metered',
      'entitlement.subject_required',
    ],
    summary: 'Counts usage of a metered feature once for its event id.',
    example: { customer: 'acme', feature: 'api-calls', quantity: '1', event_id: 'req-1' },
  }),
  operatorRoute('consumeUsage', 'POST /consume', {
    ...writes,
    body: consumeRequest,
    response: consumeResult,
    idempotency: 'exempt',
    errors: [...takesUnits, 'idempotency.key_reused'],
    summary: 'Checks and counts usage in one step, so that a limit is never passed.',
    example: { customer: 'acme', feature: 'api-calls', quantity: '1', event_id: 'req-1' },
  }),
  operatorRoute('createReservation', 'POST /reservations', {
    ...writes,
    body: reservationRequest,
    response: reservation,
    idempotency: 'exempt',
    errors: [...takesUnits, 'idempotency.key_reused'],
    summary: 'Holds units of a limit until they are settled, released or expire.',
    example: { customer: 'acme', feature: 'api-calls', quantity: '100', key: 'job-1', expires_in_s: 300 },
  }),
  operatorRoute('settleReservation', 'POST /reservations/{id}/settle', {
    ...writes,
    params: { id: id('rsv') },
    body: settleRequest,
    response: settledReservation,
    idempotency: 'exempt',
    errors: [
      'reservation.not_found',
      'reservation.expired',
      'reservation.exceeded',
      'feature.not_consumable',
      'idempotency.key_reused',
    ],
    summary: 'Counts what was used of a reservation, keeps what is still needed and gives the rest back.',
    example: { quantity: '40', event_id: 'job-1-a', keep: '0' },
  }),
  operatorRoute('releaseReservation', 'POST /reservations/{id}/release', {
    ...writes,
    params: { id: id('rsv') },
    response: settledReservation,
    idempotency: 'exempt',
    errors: ['reservation.not_found'],
    summary: 'Gives back what a reservation still holds.',
  }),
  operatorRoute('streamEntitlements', 'GET /entitlements/stream', {
    kind: 'query',
    scope: 'entitlements:read',
    roles: ANYONE,
    answer: 'raw',
    answerTypes: ['text/event-stream'],
    summary: 'Names customers whose rights or usage changed, as server-sent events.',
  }),
  operatorRoute('listEntitlements', 'GET /customers/{id}/entitlements', {
    kind: 'query',
    scope: 'entitlements:read',
    roles: ANYONE,
    params: { id: id('cus') },
    query: obj({
      subject: Type.Optional(line(200)),
    }),
    response: listOf(entitlement),
    errors: ['customer.not_found'],
    summary: 'Lists all rights of a customer with what is used.',
  }),
]);
