import { Type } from 'typebox';
import { byId, operatorRoute } from '../build.ts';
import { currency, id, line, listOf, nothing, obj, paging, timestamp } from '../common.ts';
import { feedEvent, supportCase } from '../schemas/customers.ts';
import {
  advanceClock,
  clock,
  demoStatus,
  file,
  fileLink,
  ledgerTransaction,
  mailboxMessage,
  mailboxRow,
  revenue,
  trialBalance,
  uploadFields,
} from '../schemas/operations.ts';
import { ANYONE, BUILDERS, CUSTOMER_STAFF, OPERATOR_ROLES } from '../scopes.ts';

const WORKERS = OPERATOR_ROLES.filter((role) => role !== 'viewer');
const ledger = { kind: 'query', scope: 'ledger:read', roles: ANYONE } as const;
const movesClock = { kind: 'command', scope: 'clock:write', roles: BUILDERS } as const;
const readsClock = { kind: 'query', scope: 'clock:read', roles: ANYONE } as const;
const readsMail = { kind: 'query', scope: 'mailbox:read', roles: ANYONE } as const;
const readsFiles = { kind: 'query', scope: 'files:read', roles: ANYONE } as const;
const analytics = { kind: 'query', scope: 'analytics:read', roles: ANYONE } as const;
const messageId = mailboxRow.properties.id;

export const ledgerRoutes = byId([
  operatorRoute('getTrialBalance', 'GET /ledger/trial_balance', {
    ...ledger,
    response: trialBalance,
    summary: 'Sums the books by account and currency.',
  }),
  operatorRoute('listLedgerEntries', 'GET /ledger/entries', {
    ...ledger,
    query: obj({
      ...paging,
      customer: Type.Optional(id('cus')),
      account: Type.Optional(line(60)),
      source_id: Type.Optional(line(100)),
    }),
    response: listOf(ledgerTransaction),
    summary: 'Lists postings with their entries, newest first.',
  }),
]);

export const clockRoutes = byId([
  operatorRoute('getClock', 'GET /clock', {
    ...readsClock,
    response: clock,
    summary: 'Says what time it is for this tenant.',
  }),
  operatorRoute('streamClock', 'GET /clock/stream', {
    ...readsClock,
    answer: 'raw',
    answerTypes: ['text/event-stream'],
    summary: 'Sends the clock as server-sent events while it moves.',
  }),
  operatorRoute('advanceClock', 'POST /clock/advance', {
    ...movesClock,
    body: advanceClock,
    response: clock,
    status: 202,
    errors: ['clock.not_movable', 'clock.moving'],
    summary: 'Moves the clock of a sandbox forward and does all work that falls due on the way.',
    example: { to: '2027-01-01T00:00:00Z' },
  }),
  operatorRoute('cancelClockMove', 'POST /clock/cancel', {
    ...movesClock,
    body: nothing,
    response: clock,
    status: 202,
    errors: ['clock.not_moving'],
    summary: 'Stops a move of the clock after the step that is under way; what was done stands.',
    example: {},
  }),
  operatorRoute('releaseClock', 'POST /clock/release', {
    ...movesClock,
    body: nothing,
    response: clock,
    errors: ['clock.not_movable', 'clock.moving'],
    summary: 'Lets the clock follow real time again.',
    example: {},
  }),
  operatorRoute('exportFacts', 'GET /facts/export', {
    ...readsClock,
    scope: 'analytics:read',
    answer: 'raw',
    answerTypes: ['application/x-ndjson'],
    summary: 'Exports business facts without ids and wall times, in a stable order.',
  }),
]);

export const mailboxRoutes = byId([
  operatorRoute('listMailbox', 'GET /mailbox', {
    ...readsMail,
    query: obj({ ...paging, to: Type.Optional(line(320)) }),
    response: listOf(mailboxRow),
    summary: 'Lists the mail of a sandbox, newest first.',
  }),
  operatorRoute('getMailboxMessage', 'GET /mailbox/{id}', {
    ...readsMail,
    params: { id: messageId },
    response: mailboxMessage,
    errors: ['mailbox.not_found'],
    summary: 'Gets a message.',
  }),
  operatorRoute('getMailboxAttachment', 'GET /mailbox/{id}/attachments/{index}', {
    ...readsMail,
    params: { id: messageId, index: Type.Integer({ minimum: 0, maximum: 100 }) },
    answer: 'raw',
    answerTypes: ['application/octet-stream'],
    errors: ['mailbox.not_found'],
    summary: 'Gets an attachment of a message.',
  }),
]);

export const fileRoutes = byId([
  operatorRoute('uploadFile', 'POST /files', {
    kind: 'command',
    scope: 'files:write',
    roles: WORKERS,
    bodyKind: 'multipart',
    body: uploadFields,
    response: file,
    status: 201,
    errors: ['file.type_not_allowed', 'file.too_large', 'file.quota_exceeded', 'customer.not_found'],
    summary: 'Stores a file. Its content decides its type.',
  }),
  operatorRoute('getFile', 'GET /files/{id}', {
    ...readsFiles,
    params: { id: id('file') },
    response: file,
    errors: ['file.not_found'],
    summary: 'Gets what is known about a file.',
  }),
  operatorRoute('getFileLink', 'POST /files/{id}/link', {
    ...readsFiles,
    params: { id: id('file') },
    response: fileLink,
    errors: ['file.not_found'],
    summary: 'Makes a link that works for a short time without signing in.',
  }),
  operatorRoute('downloadFile', 'GET /files/{id}/content', {
    kind: 'query',
    access: 'public',
    params: { id: id('file') },
    query: obj({
      tenant: id('ten'),
      expires: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
      signature: Type.String({ minLength: 16, maxLength: 200, pattern: '^[A-Za-z0-9_=-]+$' }),
    }),
    answer: 'raw',
    answerTypes: ['application/octet-stream'],
    errors: ['file.not_found', 'file.link_invalid'],
    summary: 'Gets the content of a file by a signed link.',
  }),
  operatorRoute('deleteFile', 'DELETE /files/{id}', {
    kind: 'command',
    scope: 'files:write',
    roles: WORKERS,
    params: { id: id('file') },
    errors: ['file.not_found', 'file.in_use'],
    summary: 'Deletes a file.',
  }),
]);

export const analyticsRoutes = byId([
  operatorRoute('getRevenue', 'GET /analytics/revenue', {
    ...analytics,
    query: obj({ currency: Type.Optional(currency) }),
    response: revenue,
    summary: 'Gets recurring revenue with its movements over twelve months, and money.',
  }),
  operatorRoute('listFeed', 'GET /event_feed', {
    ...analytics,
    query: obj({
      ...paging,
      customer: Type.Optional(id('cus')),
      type: Type.Optional(line(100)),
      since: Type.Optional(timestamp),
    }),
    response: listOf(feedEvent),
    summary: 'Lists business facts, newest first.',
  }),
  operatorRoute('listCases', 'GET /cases', {
    ...analytics,
    query: obj({ ...paging, open: Type.Optional(Type.Boolean()) }),
    response: listOf(supportCase),
    summary: 'Lists what waits for staff.',
  }),
  operatorRoute('closeCase', 'POST /cases/{id}/close', {
    kind: 'command',
    scope: 'customers:write',
    roles: CUSTOMER_STAFF,
    params: { id: id('case') },
    body: obj({
      /** What was found and done; kept in the audit list. */
      note: Type.Optional(line(500)),
    }),
    response: supportCase,
    errors: ['case.not_found', 'case.already_closed'],
    summary: 'Closes a case. A customer whose billing was on hold for it is billed again.',
    example: { note: 'The quantity was a typing error and is put right.' },
  }),
  operatorRoute('getDemoStatus', 'GET /demo', {
    kind: 'query',
    access: 'public',
    response: demoStatus,
    summary: 'Says how far the demo has come.',
  }),
]);
