import { Readable } from 'node:stream';
import type { RouteDefinition } from '@billhook/contract/define-route';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { CommandCtx, QueryCtx } from '../platform/context.ts';
import type { SecretBox } from '../platform/crypto.ts';
import {
  findAnswer,
  forget,
  hashRequest,
  type IdempotentRequest,
  keepAnswer,
  reserveAnswer,
  type StoredAnswer,
} from '../platform/idempotency.ts';
import { type FieldFault, Refusal, refuse } from '../platform/refuse.ts';
import type { Transactor } from '../platform/transaction.ts';
import { type AuthenticateDeps, actorOf, authenticate, callerName, type Principal } from './authenticate.ts';
import type { Handler, OutsideRequest, RawAnswer } from './handlers.ts';
import { isPaymentRoute, type LimitState, limitKindOf, takePayment } from './limits.ts';
import { readUpload, type Upload } from './multipart.ts';
import { checkMediaType, readBody } from './read-body.ts';
import { faultsOf, readQuery } from './validate.ts';

export type BindDeps = AuthenticateDeps & {
  transactor: Transactor;
  /** Seals the answers that are kept for replay. */
  box: SecretBox;
  /** Checks every answer against the contract; on in tests, where a false answer is a failure. */
  checkAnswers: boolean;
  /** The header in which a trusted proxy names the country of an address; null for none. */
  countryHeader: string | null;
};

/** Input as it is after validation; the handler's own type is narrower. */
type AnyInput = { params: never; query: never; body: never };
type AnyHandler = Handler<RouteDefinition>;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const JSON_LIMIT_BYTES = 1_048_576;
const EVENTS_LIMIT_BYTES = 8 * 1_048_576;
const UPLOAD_LIMIT_BYTES = 64 * 1_048_576;
const JSON_TYPE = 'application/json; charset=utf-8';

const fastifyPath = (path: string) => path.replaceAll(/\{([a-z_]+)\}/g, ':$1');

/** Answers that still flow; they are ended when the server stops. */
const flowing = new Set<Readable>();

/** Ends streams that would keep the server from stopping. */
export function endStreams(): void {
  for (const stream of flowing) stream.destroy();
}

/** Binds every route of a contract. @throws Error if a route has no handler, or a handler no route: a bug found at start */
export function bindRoutes<Routes extends Record<string, RouteDefinition>>(
  app: FastifyInstance,
  routes: Routes,
  handlers: { [Id in keyof Routes]?: unknown },
  deps: BindDeps,
): void {
  const strangers = Object.keys(handlers).filter((id) => !Object.hasOwn(routes, id));
  if (strangers.length > 0) throw new Error(`there are handlers without a route: ${strangers.join(', ')}`);
  const taken = new Map<string, Set<string>>();
  for (const route of Object.values(routes)) {
    const handler = handlers[route.id] as AnyHandler | undefined;
    if (handler === undefined) throw new Error(`the route ${route.id} has no handler`);
    const url = fastifyPath(route.path);
    taken.set(url, (taken.get(url) ?? new Set()).add(route.method));
    const bound = {
      method: route.method,
      url,
      bodyLimit: limitOf(route),
      config: { routeId: route.id },
      handler: (request: FastifyRequest, reply: FastifyReply) => answer(deps, route, handler, request, reply),
    };
    if (route.bodyKind === 'lines') app.register(asItComesIn(bound as RouteOptions));
    else app.route(bound as RouteOptions);
  }
  refuseOtherMethods(app, taken);
}

/** A route whose body is read by its handler, as it comes in. */
function asItComesIn(bound: RouteOptions) {
  return async (scope: FastifyInstance): Promise<void> => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    scope.route(bound);
  };
}

export function limitOf(route: RouteDefinition): number {
  if (route.bodyKind === 'events') return EVENTS_LIMIT_BYTES;
  return route.bodyKind === 'multipart' ? UPLOAD_LIMIT_BYTES : JSON_LIMIT_BYTES;
}

function refuseOtherMethods(app: FastifyInstance, taken: ReadonlyMap<string, ReadonlySet<string>>): void {
  for (const [url, methods] of taken) {
    const others = METHODS.filter((method) => !methods.has(method));
    app.route({
      method: [...others],
      url,
      handler(request, reply) {
        reply.header('allow', [...methods].join(', '));
        refuse(
          'request.method_not_allowed',
          `${request.method} is not taken at this address; ${[...methods].join(', ')} is.`,
        );
      },
    });
  }
}

async function answer(
  deps: BindDeps,
  route: RouteDefinition,
  handler: AnyHandler,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const principal = await authenticate(deps, route, request);
  const caller = callerName(principal, request.ip);
  setLimitHeaders(reply, deps.limiter.take(limitKindOf(route, principal.kind), caller));
  reply.header('cache-control', 'no-store');
  checkMediaType(route, request.headers['content-type']);
  const { input, content } = await readInput(route, request);
  // What cannot be read reaches no provider.
  if (isPaymentRoute(route)) takePayment(deps.limiter, principal, request.ip);
  const idempotent = readIdempotency(route, request, caller, content);
  const run = { deps, route, handler, request, principal, input, idempotent };
  if ('open' in handler) return send(reply, route, deps, await handler.open(openRequest(run), input));
  if ('outside' in handler) return answerOutside(run, handler.outside, reply);
  if (route.kind === 'query') {
    const query = handler as unknown as (ctx: QueryCtx, input: AnyInput) => Promise<unknown>;
    return send(
      reply,
      route,
      deps,
      await deps.transactor.query(transactionRequest(run), (ctx) => query(ctx, input)),
    );
  }
  return answerCommand(
    run,
    handler as unknown as (ctx: CommandCtx, input: AnyInput) => Promise<unknown>,
    reply,
  );
}

type Run = {
  deps: BindDeps;
  route: RouteDefinition;
  handler: AnyHandler;
  request: FastifyRequest;
  principal: Principal;
  input: AnyInput;
  idempotent: IdempotentRequest | null;
};

function transactionRequest(run: Run) {
  const { tenantId } = run.principal;
  if (tenantId === null)
    throw new Error(`the route ${run.route.id} names no tenant, so its handler must be made by open()`);
  return {
    tenantId,
    actor: actorOf(run.principal),
    requestId: run.request.id,
    chosenCustomer: chosenCustomer(run.request),
  };
}

function openRequest(run: Run) {
  const closed = new AbortController();
  run.request.raw.once('close', () => closed.abort());
  return {
    actor: actorOf(run.principal),
    requestId: run.request.id,
    chosenCustomer: chosenCustomer(run.request),
    address: run.principal.kind === 'api_key' ? null : run.request.ip,
    addressCountry: run.principal.kind === 'api_key' ? null : countryOf(run),
    idempotencyKey:
      run.idempotent === null ? run.request.id : `${run.idempotent.principal}/${run.idempotent.key}`,
    lastEventId: headerOf(run.request, 'last-event-id'),
    signal: closed.signal,
  };
}

/** Two letters, as proxies write them; `XX` and the like are of nobody. */
function countryOf({ request, deps }: Run): string | null {
  const { countryHeader } = deps;
  const said = countryHeader === null ? null : headerOf(request, countryHeader);
  return said !== null && /^[A-Z]{2}$/.test(said) ? said : null;
}

const chosenCustomer = (request: FastifyRequest) => headerOf(request, 'billhook-customer');

function headerOf(request: FastifyRequest, name: string): string | null {
  const header = request.headers[name];
  return typeof header === 'string' ? header : null;
}

async function answerCommand(
  run: Run,
  handle: (ctx: CommandCtx, input: AnyInput) => Promise<unknown>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { deps, route, idempotent } = run;
  if (idempotent === null) {
    return send(
      reply,
      route,
      deps,
      await deps.transactor.command(transactionRequest(run), (ctx) => handle(ctx, run.input)),
    );
  }
  const outcome = await deps.transactor.command(transactionRequest(run), async (ctx) => {
    const before = await findAnswer(ctx, deps.box, idempotent);
    if (before !== undefined) return { stored: before, replayed: true };
    const stored = await storedAnswer(deps, route, await handle(ctx, run.input));
    await keepAnswer(ctx, deps.box, idempotent, stored);
    return { stored, replayed: false };
  });
  return sendStored(reply, outcome.stored, outcome.replayed);
}

async function answerOutside(
  run: Run,
  handle: (request: OutsideRequest, input: AnyInput) => Promise<unknown>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { deps, route, idempotent } = run;
  const asked = transactionRequest(run);
  const request = { ...openRequest(run), tenantId: asked.tenantId };
  if (idempotent === null) return send(reply, route, deps, await handle(request, run.input));
  const before = await deps.transactor.command(asked, async (ctx) => {
    const found = await findAnswer(ctx, deps.box, idempotent);
    if (found === undefined) await reserveAnswer(ctx, idempotent);
    return found;
  });
  if (before !== undefined) return sendStored(reply, before, true);
  try {
    const stored = await storedAnswer(deps, route, await handle(request, run.input));
    await deps.transactor.command(asked, (ctx) => keepAnswer(ctx, deps.box, idempotent, stored));
    return sendStored(reply, stored, false);
  } catch (error) {
    // A refusal changed nothing, so the key is free again. Anything else leaves it taken until it is abandoned.
    if (error instanceof Refusal) await deps.transactor.command(asked, (ctx) => forget(ctx, idempotent));
    throw error;
  }
}

async function storedAnswer(deps: BindDeps, route: RouteDefinition, output: unknown): Promise<StoredAnswer> {
  await checkAnswer(deps, route, output);
  const body = route.answer === 'none' ? '' : toWire(output);
  return { status: route.status, body, contentType: route.answer === 'none' ? '' : JSON_TYPE };
}

function sendStored(reply: FastifyReply, stored: StoredAnswer, replayed: boolean): FastifyReply {
  if (replayed) reply.header('idempotent-replayed', 'true');
  if (stored.contentType !== '') reply.header('content-type', stored.contentType);
  return reply.code(stored.status).send(stored.body === '' ? undefined : stored.body);
}

async function send(
  reply: FastifyReply,
  route: RouteDefinition,
  deps: BindDeps,
  output: unknown,
): Promise<FastifyReply> {
  if (route.answer === 'raw') return sendRaw(reply, route, output as RawAnswer);
  return sendStored(reply, await storedAnswer(deps, route, output), false);
}

function sendRaw(reply: FastifyReply, route: RouteDefinition, output: RawAnswer): FastifyReply {
  reply
    .code(route.status)
    .header('content-type', output.contentType)
    .headers({ ...output.headers });
  const { body } = output;
  if (typeof body === 'string') return reply.send(body);
  if (body instanceof Uint8Array)
    return reply.send(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
  const stream = Readable.from(body);
  flowing.add(stream);
  stream.once('close', () => flowing.delete(stream));
  return reply.send(stream);
}

/**
 * The text of an answer. Amounts that are still bigint are written as integer strings; an answer without any, as those of
 * the hot paths are, is written without a look at each of its members.
 */
export function toWire(output: unknown): string {
  try {
    return JSON.stringify(output);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return JSON.stringify(output, (_name, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    );
  }
}

export async function checkAnswer(deps: BindDeps, route: RouteDefinition, output: unknown): Promise<void> {
  if (!deps.checkAnswers || route.response === null) return;
  const faults = await faultsOf(route.response, JSON.parse(toWire(output)), '');
  if (faults.length > 0)
    throw new Error(`the answer of ${route.id} breaks the contract: ${JSON.stringify(faults.slice(0, 5))}`);
}

function setLimitHeaders(reply: FastifyReply, state: LimitState): void {
  reply
    .header('ratelimit-limit', state.limit)
    .header('ratelimit-remaining', state.remaining)
    .header('ratelimit-reset', state.resetSeconds);
}

/** What was asked, and the bytes that make it the same request when it is sent again. */
async function readInput(
  route: RouteDefinition,
  request: FastifyRequest,
): Promise<{ input: AnyInput; content: Uint8Array }> {
  const isUpload = route.bodyKind === 'multipart';
  const upload = isUpload ? await readUpload(request) : null;
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const isStream = route.bodyKind === 'lines';
  const body = isStream ? request.body : bodyOf(route, request, upload, bytes);
  const params = readQuery(route.params, pathParameters(route, request));
  const query = readQuery(route.query, withoutTenant(route, request.query as Record<string, unknown>));
  const faults: FieldFault[] = [
    ...(await faultsOf(route.params, params, '/params')),
    ...(await faultsOf(route.query, query, '/query')),
    ...(route.body === null || isStream ? [] : await faultsOf(route.body, body, '')),
  ];
  if (faults.length > 0) {
    upload?.discard();
    refuseInvalid(route, faults);
  }
  const taken = await upload?.take();
  const whole = taken === undefined ? body : { ...(body as object), file: taken.file };
  const input = { params: params as never, query: query as never, body: whole as never };
  return { input, content: taken?.digest ?? bytes };
}

function bodyOf(route: RouteDefinition, request: FastifyRequest, upload: Upload | null, bytes: Uint8Array) {
  return upload === null ? readBody(route, request.headers['content-type'], bytes) : upload.fields;
}

/** An id that cannot exist names nothing, so it is answered like one that does not exist. */
export function refuseInvalid(route: RouteDefinition, faults: readonly FieldFault[]): never {
  const own = route.errors.find((code) => code.endsWith('.not_found'));
  if (faults.some((fault) => fault.pointer.startsWith('/params/'))) {
    refuse(own ?? 'request.not_found', 'There is nothing with this id.');
  }
  const many = faults.length === 1 ? 'one fault' : `${faults.length} faults`;
  refuse('request.invalid', `The request has ${many}; nothing was changed.`, { faults });
}

function pathParameters(route: RouteDefinition, request: FastifyRequest): Record<string, unknown> {
  const params = { ...(request.params as Record<string, unknown>) };
  const known = (route.params as { properties?: Record<string, unknown> }).properties ?? {};
  // The slug chose the tenant; a route that has no further use for it does not name it.
  if (!Object.hasOwn(known, 'slug')) delete params.slug;
  return params;
}

function withoutTenant(route: RouteDefinition, query: Record<string, unknown>): Record<string, unknown> {
  const known = (route.query as { properties?: Record<string, unknown> }).properties ?? {};
  if (route.kind !== 'query' || route.audience !== 'operator' || Object.hasOwn(known, 'tenant')) return query;
  const { tenant: _tenant, ...rest } = query;
  return rest;
}

function readIdempotency(
  route: RouteDefinition,
  request: FastifyRequest,
  caller: string,
  content: Uint8Array,
): IdempotentRequest | null {
  const header = request.headers['idempotency-key'];
  if (route.idempotency === 'exempt') return null;
  if (header === undefined || header === '') {
    refuse(
      'idempotency.key_missing',
      'This operation needs the header Idempotency-Key: a value of your own, unique for this action.',
    );
  }
  // Two headers of this name arrive joined by a comma.
  if (Array.isArray(header) || !/^[\x21-\x2b\x2d-\x7e]{1,255}$/.test(header)) {
    refuse(
      'request.malformed',
      'Idempotency-Key takes 1 to 255 visible ASCII characters without a comma, once.',
    );
  }
  return {
    principal: caller,
    key: header,
    operation: route.id,
    // The same body for another customer of the same person is another request.
    requestHash: hashRequest(request.method, request.url, chosenCustomer(request) ?? '', content),
  };
}
