import { byId, operatorRoute } from '../build.ts';
import { count, id, line, listOf, obj, paging, text } from '../common.ts';
import {
  amendEvent,
  assignQuarantine,
  backfillEvents,
  confirmAmend,
  confirmBackfill,
  confirmVoid,
  correctionPreview,
  discardQuarantine,
  eventDetail,
  eventStream,
  quarantineOutcome,
  usageArchive,
  usageCorrection,
  voidEvents,
} from '../schemas/usage-corrections.ts';
import { ANYONE, MONEY_STAFF, OPERATOR_ROLES } from '../scopes.ts';

const reads = { kind: 'query', scope: 'usage:read', roles: ANYONE } as const;
/** A correction may change what is charged, so it is for those who deal with money. */
const previews = {
  kind: 'query',
  scope: 'usage:write',
  roles: MONEY_STAFF,
  response: correctionPreview,
} as const;
const corrects = {
  kind: 'command',
  scope: 'usage:write',
  roles: MONEY_STAFF,
  response: usageCorrection,
} as const;
const writes = {
  kind: 'command',
  scope: 'usage:write',
  roles: OPERATOR_ROLES.filter((role) => role !== 'viewer'),
} as const;

const refusals = ['customer.not_found', 'invoice.collection_running', 'billing.refused'] as const;
const confirmed = ['preview.stale', 'preview.refused'] as const;

const reason = 'Sent twice by the old exporter.';
const event = { source: 'api', id: 'req-1' };
const voiding = { events: [event], reason };
const amending = {
  event,
  content: { type: 'api.call', subject: 'acme', time: '2026-11-01T12:00:00Z', data: { bytes: 10 } },
  reason,
};
const filling = {
  customer: 'acme',
  type: 'api.call',
  from: '2026-11-01T00:00:00Z',
  to: '2026-11-02T00:00:00Z',
  mode: 'replace',
  events: [
    {
      specversion: '1.0',
      id: 'req-1',
      source: 'api',
      type: 'api.call',
      subject: 'acme',
      time: '2026-11-01T12:00:00Z',
    },
  ],
  reason,
};
const preview_token = 'pv_x';

export const usageCorrectionRoutes = byId([
  operatorRoute('getEvent', 'GET /event', {
    ...reads,
    query: obj({ source: line(200), id: line(200) }),
    response: eventDetail,
    errors: ['event.not_found'],
    summary: 'One event by source and id: what it counts for, and everything that was made of it.',
  }),
  operatorRoute('previewVoidEvents', 'POST /events/void/preview', {
    ...previews,
    body: voidEvents,
    errors: ['event.not_found', ...refusals],
    summary: 'What would change if these events counted for nothing: every invoice, quantity and amount.',
    example: voiding,
  }),
  operatorRoute('voidEvents', 'POST /events/void', {
    ...corrects,
    body: confirmVoid,
    errors: ['event.not_found', ...refusals, ...confirmed],
    summary: 'Makes events count for nothing from now on. What they say stays.',
    example: { ...voiding, preview_token },
  }),
  operatorRoute('previewAmendEvent', 'POST /events/amend/preview', {
    ...previews,
    body: amendEvent,
    errors: ['event.not_found', ...refusals],
    summary: 'What would change if an event said something else.',
    example: amending,
  }),
  operatorRoute('amendEvent', 'POST /events/amend', {
    ...corrects,
    body: confirmAmend,
    errors: ['event.not_found', ...refusals, ...confirmed],
    summary: 'Gives an event another content under its id. What it said before stays on record.',
    example: { ...amending, preview_token },
  }),
  operatorRoute('previewBackfillEvents', 'POST /events/backfill/preview', {
    ...previews,
    body: backfillEvents,
    errors: [...refusals],
    summary: 'What would change if a stretch of time were filled in.',
    example: filling,
  }),
  operatorRoute('backfillEvents', 'POST /events/backfill', {
    ...corrects,
    body: confirmBackfill,
    errors: [...refusals, ...confirmed],
    summary:
      'Fills a stretch of time of one customer in: adds events, or puts them in the place of all there are.',
    example: { ...filling, preview_token },
  }),
  operatorRoute('assignQuarantine', 'POST /usage/quarantine/assign', {
    ...writes,
    body: assignQuarantine,
    response: quarantineOutcome,
    errors: ['quarantine.not_found', 'customer.not_found', 'meter.not_found'],
    summary:
      'Counts quarantined events, for a customer or a meter where these are named; says which stay, and why.',
    example: { events: ['qua_01h2xcejqtf2nbrexx3vqjhp41'], customer: 'acme' },
  }),
  operatorRoute('discardQuarantine', 'POST /usage/quarantine/discard', {
    ...writes,
    body: discardQuarantine,
    response: quarantineOutcome,
    errors: ['quarantine.not_found'],
    summary: 'Decides that quarantined events never count. They stay on record with the reason.',
    example: { events: ['qua_01h2xcejqtf2nbrexx3vqjhp41'], reason },
  }),
  operatorRoute('openEventStream', 'POST /events/streams', {
    ...writes,
    response: eventStream,
    status: 201,
    summary: 'Opens a stream of events. Its receipt says how far it has come, also after a break.',
  }),
  operatorRoute('getEventStream', 'GET /events/streams/{id}', {
    ...reads,
    params: { id: id('str') },
    response: eventStream,
    errors: ['stream.not_found'],
    summary: 'The receipt of a stream: lines taken so far, and what became of them.',
  }),
  operatorRoute('appendToEventStream', 'POST /events/streams/{id}/lines', {
    ...writes,
    params: { id: id('str') },
    query: obj({ after: count }),
    bodyKind: 'lines',
    body: text(Number.MAX_SAFE_INTEGER),
    response: eventStream,
    idempotency: 'exempt',
    errors: ['stream.not_found', 'stream.out_of_step'],
    summary: 'Takes further lines of a stream, any number of them, after those that were taken before.',
    example: '{"specversion":"1.0","id":"req-1","source":"api","type":"api.call","subject":"acme"}',
  }),
  operatorRoute('listUsageArchives', 'GET /usage/archives', {
    ...reads,
    query: obj(paging),
    response: listOf(usageArchive),
    summary: 'Lists months of usage that were archived, latest first.',
  }),
  operatorRoute('getUsageArchive', 'GET /usage/archives/{id}/content', {
    ...reads,
    params: { id: id('arc') },
    answer: 'raw',
    answerTypes: ['application/gzip', 'application/vnd.apache.parquet'],
    errors: ['usage_archive.not_found'],
    summary:
      'The archive itself: events and the issued lines that rest on them, one JSON value a line as gzip, or as Parquet.',
  }),
]);
