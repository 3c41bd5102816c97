import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isDenied } from '../state/faults.ts';
import { beSlow } from '../state/slowness.ts';
import { PayPalError } from './error.ts';
import type { AnswerRecord } from './records.ts';
import type { Answer, Call, Route } from './route.ts';
import { disputeRoutes } from './routes/disputes.ts';
import { notificationRoutes } from './routes/notifications.ts';
import { orderRoutes } from './routes/orders.ts';
import { paymentRoutes } from './routes/payments.ts';
import { reportingRoutes } from './routes/reporting.ts';
import { vaultRoutes } from './routes/vault.ts';
import { newDraft, type PayPalService, sweep } from './service.ts';
import { type Account, accountOf, writeChange } from './store.ts';

/** Every route of the API that wants an access token. */
export const PAYPAL_ROUTES: readonly Route[] = [
  ...orderRoutes,
  ...paymentRoutes,
  ...vaultRoutes,
  ...disputeRoutes,
  ...reportingRoutes,
  ...notificationRoutes,
];

const MAX_REQUEST_ID = 108;

/** Answers one request of the API. */
export async function answerApi(
  service: PayPalService,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const debugId = Buffer.from(service.randomBytes(7)).toString('hex').slice(0, 13);
  reply.header('paypal-debug-id', debugId);
  try {
    const url = new URL(request.url, 'http://sandbox');
    if (url.pathname === '/v1/oauth2/token') return await giveToken(service, request, reply);
    if (url.pathname.startsWith('/v1/notifications/certs/'))
      return await sendCertificate(service, url, reply);
    return await answerRoute(service, request, url, reply);
  } catch (cause) {
    if (cause instanceof PayPalError) return sendError(reply, cause, debugId);
    service.log.warn('A request failed.', { method: request.method, cause: String(cause) });
    return sendError(
      reply,
      new PayPalError(500, 'INTERNAL_SERVER_ERROR', 'An internal server error has occurred.'),
      debugId,
    );
  }
}

async function answerRoute(
  service: PayPalService,
  request: FastifyRequest,
  url: URL,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const account = service.tokens.accountOf(bearerOf(request));
  if (account === null) {
    return reply
      .code(401)
      .send({ error: 'invalid_token', error_description: 'The token passed in was not found in the system' });
  }
  const found = findRoute(request.method, url.pathname);
  if (found === null) {
    throw new PayPalError(404, 'RESOURCE_NOT_FOUND', 'The sandbox does not have this address.');
  }
  refuseDenied(account, request.method, url.pathname);
  await beSlow(account.settings.faults);
  sweep(service, account);
  const { body, files } = await readBody(request);
  const requestId = requestIdOf(request);
  const call = { id: found.id, query: url.searchParams, body, files, requestId };
  if (found.route.isWrite) {
    return answerWrite(service, account, found.route, call, { url, reply, text: textOf(request) });
  }
  // What is shown must be on disk, or a crash could take back what was seen.
  await service.store.journal.settled();
  const answer = found.route.run({ ...call, draft: newDraft(service, account) });
  return reply.code(answer.status).send(answer.body);
}

/** Resources by the beginning of their addresses. */
const RESOURCES: readonly (readonly [prefix: string, resource: string])[] = [
  ['/v1/customer/disputes', 'disputes'],
  ['/v1/reporting/', 'reporting'],
  ['/v1/notifications/', 'webhooks'],
  ['/v3/vault/', 'vault'],
  ['/v2/', 'payments'],
];

function refuseDenied({ settings }: Account, method: string, path: string): void {
  const [, resource] = RESOURCES.find(([prefix]) => path.startsWith(prefix)) ?? [];
  const isRefund = path.endsWith('/refund');
  if (resource === undefined) return;
  if (!isDenied(settings.faults, isRefund ? 'refunds' : resource, method === 'GET' ? 'read' : 'write'))
    return;
  throw new PayPalError(403, 'NOT_AUTHORIZED', 'Authorization failed due to insufficient permissions.', [
    { issue: 'PERMISSION_DENIED', description: 'You do not have permission to access this resource.' },
  ]);
}

/** The route of a method and a path, with the id in it; null where the API has none. */
export function findRoute(method: string, path: string): { route: Route; id: string } | null {
  const parts = path.split('/');
  for (const route of PAYPAL_ROUTES) {
    const wanted = route.path.split('/');
    if (route.method !== method || wanted.length !== parts.length) continue;
    if (!wanted.every((part, index) => part === ':id' || part === parts[index])) continue;
    return { route, id: decodeURIComponent(parts[wanted.indexOf(':id')] ?? '') };
  }
  return null;
}

type Exchange = { readonly url: URL; readonly reply: FastifyReply; readonly text: string };

async function answerWrite(
  service: PayPalService,
  account: Account,
  route: Route,
  call: Omit<Call, 'draft'>,
  { url, reply, text }: Exchange,
): Promise<FastifyReply> {
  const { store, deliveries } = service;
  rejectByFault(service, account);
  const key = call.requestId === null || route.keyLifeMs === null ? null : `${route.path} ${call.requestId}`;
  const fingerprint = createHash('sha256')
    .update(`${url.pathname}\n${text}`)
    .digest('base64url')
    .slice(0, 22);
  if (key !== null) {
    const stored = storedAnswer(service, account, key, fingerprint);
    if (stored !== null) {
      await store.journal.settled();
      return send(reply, stored.status, stored.body);
    }
    account.inFlight.add(key);
  }
  try {
    const draft = newDraft(service, account);
    const outcome = runWrite(route, { ...call, draft });
    const { faults } = account.settings;
    const mayHang = draft.movesMoney || faults.timeoutsOnAllWrites;
    if (mayHang && strike(service, account, 'timeoutsBefore')) return hold(service, account, reply);
    const holds = mayHang && faults.timeoutsAfter > 0;
    draft.commit(
      key === null || route.keyLifeMs === null
        ? undefined
        : { key, fingerprint, ...outcome, untilMs: store.wallNow() + route.keyLifeMs },
    );
    if (holds) strike(service, account, 'timeoutsAfter');
    await store.journal.settled();
    setImmediate(() => deliveries.wake(account));
    return holds ? hold(service, account, reply) : send(reply, outcome.status, outcome.body);
  } finally {
    if (key !== null) account.inFlight.delete(key);
  }
}

function runWrite(route: Route, call: Call): { status: number; body: string } {
  try {
    const { status, body }: Answer = route.run(call);
    return { status, body: body === null ? '' : JSON.stringify(body) };
  } catch (cause) {
    if (!(cause instanceof PayPalError) || !cause.keepsChanges) throw cause;
    return {
      status: cause.status,
      body: JSON.stringify(errorBody(cause, `${call.requestId ?? ''}`.slice(0, 13))),
    };
  }
}

/** It must stay synchronous: between this look and the mark that a key is in flight no other request may come in. */
function storedAnswer(
  { store }: PayPalService,
  account: Account,
  key: string,
  fingerprint: string,
): AnswerRecord | null {
  if (account.inFlight.has(key)) {
    throw new PayPalError(
      409,
      'RESOURCE_CONFLICT',
      'The server has detected a conflict while processing this request.',
      [
        {
          issue: 'PREVIOUS_REQUEST_IN_PROGRESS',
          description:
            'A previous request on this resource is currently in progress. Please wait for some time and try again.',
        },
      ],
    );
  }
  const stored = account.answers.get(key);
  if (stored === undefined || stored.untilMs <= store.wallNow()) return null;
  if (stored.fingerprint === fingerprint) return stored;
  throw new PayPalError(422, 'UNPROCESSABLE_ENTITY', 'The request id was used for another request.', [
    {
      issue: 'DUPLICATE_REQUEST_ID',
      description: 'The value of PayPal-Request-Id header has already been used.',
    },
  ]);
}

async function giveToken(
  { store, tokens }: PayPalService,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const header = request.headers.authorization ?? '';
  const [clientId = '', secret = ''] = /^Basic /i.test(header)
    ? Buffer.from(header.slice(6), 'base64').toString('utf8').split(':')
    : [];
  const isWellFormed = /^[\w-]{8,120}$/.test(clientId) && /^[\w-]{8,200}$/.test(secret);
  const account = isWellFormed ? accountOf(store, clientId, secret) : null;
  if (account === null) {
    return reply
      .code(401)
      .send({ error: 'invalid_client', error_description: 'Client Authentication failed' });
  }
  if (new URLSearchParams(textOf(request)).get('grant_type') !== 'client_credentials') {
    return reply
      .code(400)
      .send({ error: 'unsupported_grant_type', error_description: 'Grant Type is NULL or unsupported' });
  }
  await beSlow(account.settings.faults);
  await store.journal.settled();
  return reply.send(tokens.give(account));
}

async function sendCertificate(service: PayPalService, url: URL, reply: FastifyReply): Promise<FastifyReply> {
  const authority = await service.authority();
  if (url.pathname.split('/').at(-1) !== authority.certificateId)
    throw new PayPalError(404, 'RESOURCE_NOT_FOUND', 'The specified resource does not exist.');
  return reply.type('application/x-pem-file').send(authority.certificate);
}

function bearerOf(request: FastifyRequest): string {
  const header = request.headers.authorization ?? '';
  return /^Bearer /i.test(header) ? header.slice(7).trim() : '';
}

function requestIdOf(request: FastifyRequest): string | null {
  const id = request.headers['paypal-request-id'];
  if (typeof id !== 'string' || id === '') return null;
  if (id.length <= MAX_REQUEST_ID) return id;
  throw new PayPalError(400, 'INVALID_REQUEST', 'The PayPal-Request-Id is too long.');
}

function textOf(request: FastifyRequest): string {
  return Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
}

const MAX_FILE_BYTES = 10 * 1024 * 1024;

const fileRefused = () =>
  new PayPalError(
    400,
    'INVALID_REQUEST',
    'Request is not well-formed, syntactically incorrect, or violates schema.',
    [{ issue: 'INVALID_FILE', description: 'Files are JPG, GIF, PNG or PDF of less than 10 MB.' }],
  );

/** A JSON body, or the JSON part of a multipart one with the names of its files. */
async function readBody(request: FastifyRequest): Promise<{ body: unknown; files: string[] }> {
  const type = request.headers['content-type'] ?? '';
  if (!Buffer.isBuffer(request.body) || request.body.length === 0) return { body: null, files: [] };
  let text = textOf(request);
  const files: string[] = [];
  if (type.startsWith('multipart/form-data')) {
    const form = await new Response(new Uint8Array(request.body), {
      headers: { 'content-type': type },
    }).formData();
    const input = form.get('input');
    text = typeof input === 'string' ? input : ((await input?.text()) ?? '');
    for (const [name, part] of form) {
      if (name === 'input' || typeof part === 'string') continue;
      if (part.size >= MAX_FILE_BYTES || !/\.(?:jpe?g|gif|png|pdf)$/i.test(part.name)) throw fileRefused();
      files.push(part.name);
    }
  }
  try {
    return { body: JSON.parse(text), files };
  } catch {
    throw new PayPalError(
      400,
      'INVALID_REQUEST',
      'Request is not well-formed, syntactically incorrect, or violates schema.',
      [{ issue: 'MALFORMED_REQUEST_JSON', description: 'The request JSON is not well formed.' }],
    );
  }
}

function send(reply: FastifyReply, status: number, body: string): FastifyReply {
  const answer = reply.code(status);
  return body === '' ? answer.send() : answer.type('application/json').send(body);
}

function errorBody(error: PayPalError, debugId: string) {
  return {
    name: error.errorName,
    message: error.message,
    debug_id: debugId,
    ...(error.details.length === 0 ? {} : { details: error.details }),
    links: [],
  };
}

function sendError(reply: FastifyReply, error: PayPalError, debugId: string): FastifyReply {
  return reply.code(error.status).send(errorBody(error, debugId));
}

function rejectByFault({ store }: PayPalService, { settings }: Account): void {
  const { faults } = settings;
  if (faults.rejectRequests <= 0) return;
  writeChange(store, {
    account: settings.id,
    settings: { ...settings, faults: { ...faults, rejectRequests: faults.rejectRequests - 1 } },
  });
  const isLimited = faults.rejectStatus === 429;
  throw new PayPalError(
    faults.rejectStatus,
    isLimited
      ? 'RATE_LIMIT_REACHED'
      : faults.rejectStatus >= 500
        ? 'INTERNAL_SERVER_ERROR'
        : 'INVALID_REQUEST',
    'The sandbox refused this request because a fault is switched on.',
  );
}

function strike(
  { store }: PayPalService,
  { settings }: Account,
  fault: 'timeoutsBefore' | 'timeoutsAfter',
): boolean {
  const left = settings.faults[fault];
  if (left <= 0) return false;
  writeChange(store, {
    account: settings.id,
    settings: { ...settings, faults: { ...settings.faults, [fault]: left - 1 } },
  });
  return true;
}

/** Leaves a request without an answer; its connection is closed after a while or at the stop. */
function hold({ held }: PayPalService, account: Account, reply: FastifyReply): FastifyReply {
  reply.hijack();
  const { raw } = reply;
  const timer = setTimeout(() => raw.destroy(), account.settings.faults.holdMs);
  held.add(raw);
  raw.on('close', () => {
    clearTimeout(timer);
    held.delete(raw);
  });
  return reply;
}
