import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RouteDefinition } from '@billhook/contract/define-route';
import type { TSchema } from 'typebox';
import type { FieldFault, Refusal } from '../platform/refuse.ts';
import { commonHeaders, limitHeaders } from './answer-head.ts';
import { actorOf, bearerToken, callerName, type KeyPrincipal, permit, unknown } from './authenticate.ts';
import { type BindDeps, checkAnswer, limitOf, refuseInvalid, toWire } from './bind.ts';
import type { OutsideHandler, OutsideRequest } from './handlers.ts';
import { type LimitState, limitKindOf } from './limits.ts';
import { problemHeaders, problemOf, refusalOf } from './problem.ts';
import { checkMediaType, readBody } from './read-body.ts';
import type { Room } from './room.ts';
import { faultsAtOnce, faultsOf } from './validate.ts';
import { type SendWhole, wholeAnswers } from './whole-answer.ts';

export type HotPathOptions = {
  bind: BindDeps;
  room: Room;
  newRequestId(): string;
  trustedProxies: number;
  secure: boolean;
  observe(request: { method: string; route: string; status: number; durationMs: number }): void;
  /** Logs what nobody foresaw, and says what the caller is told. */
  unforeseen(error: unknown, request: { id: string; method: string; route: string }): Refusal;
};

/** Takes a request, or leaves it to the framework. */
export type HotPath = (request: IncomingMessage, response: ServerResponse) => boolean;

type Hot = { route: RouteDefinition; handler: OutsideHandler<RouteDefinition>; mostBytes: number };

/** What an address asks for, with the id that it names. */
type Address = { hot: Hot; params: Record<string, string> };

/** Finds a hot route by the address of a request. */
type HotRoutes = (url: string) => Address | undefined;

const NO_PARAMS = {};
/** An address with one id, as in `/v1/reservations/{id}/settle`. */
const WITH_ID = /^(.*\/)\{([a-z_]+)\}(\/.*)$/;

const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/**
 * The hot routes of a contract by their address. They have one id in it at most, and a key is all that they ask of a
 * caller. An address with something else in place of the id is left to the framework, which says what is wrong with it.
 */
function hotRoutes(routes: Record<string, RouteDefinition>, handlers: Record<string, unknown>): HotRoutes {
  const byAddress = new Map<string, Address>();
  const withId: { hot: Hot; before: string; name: string; after: string; form: RegExp }[] = [];
  for (const route of Object.values(routes)) {
    const handler = handlers[route.id] as OutsideHandler<RouteDefinition>;
    if (handler.isHot !== true) continue;
    const hot = { route, handler, mostBytes: limitOf(route) };
    const [, before = '', name = '', after = ''] = WITH_ID.exec(route.path) ?? [];
    if (name === '') byAddress.set(route.path, { hot, params: NO_PARAMS });
    else withId.push({ hot, before, name, after, form: formOf(route, name) });
  }
  return (url) => {
    const known = byAddress.get(url);
    if (known !== undefined) return known;
    for (const { hot, before, name, after, form } of withId) {
      if (!url.startsWith(before) || !url.endsWith(after)) continue;
      const id = url.slice(before.length, url.length - after.length);
      if (form.test(id)) return { hot, params: { [name]: id } };
    }
    return undefined;
  };
}

function formOf({ params }: RouteDefinition, name: string): RegExp {
  const { properties } = params as { properties?: Record<string, { pattern?: string }> };
  const pattern = properties?.[name]?.pattern;
  if (pattern === undefined) throw new Error(`the contract says of no form that ${name} has`);
  return new RegExp(pattern, 'u');
}

/**
 * Answers requests by key to hot routes without the framework, whose steps, hooks and headers for browsers cost several
 * times as much as the work itself. Whatever is out of the ordinary (a cookie, a query, a body of unknown length) is left
 * to the framework, and both say the same.
 */
export function createHotPath(
  routes: Record<string, RouteDefinition>,
  handlers: Record<string, unknown>,
  options: HotPathOptions,
): HotPath {
  const hotAt = hotRoutes(routes, handlers);
  const tools = { ...options, send: wholeAnswers(options) };
  const read = atOnceAfterParsing((one: Arrived) => readBodyOf(tools, one));
  return (request, response) => {
    const address = request.url === undefined ? undefined : hotAt(request.url);
    if (address === undefined || request.method !== address.hot.route.method) return false;
    const { headers } = request;
    const length = headers['content-length'];
    if (headers.authorization === undefined || headers.cookie !== undefined || length === undefined)
      return false;
    const bytes = Number(length);
    if (bytes > address.hot.mostBytes || headers.expect !== undefined) return false;
    read({ address, request, response, bytes, startedAtMs: performance.now() });
    return true;
  };
}

type Tools = HotPathOptions & { send: SendWhole };

/** A request that was taken, with how many bytes its body has. */
type Arrived = {
  address: Address;
  request: IncomingMessage;
  response: ServerResponse;
  bytes: number;
  startedAtMs: number;
};

/** Small bodies come with their heads, and are there once the parser has done with what arrived: one look for all of them. */
function atOnceAfterParsing<T>(look: (one: T) => void): (one: T) => void {
  let waiting: T[] = [];
  const lookAtAll = () => {
    const all = waiting;
    waiting = [];
    for (const one of all) look(one);
  };
  return (one) => {
    if (waiting.push(one) === 1) setImmediate(lookAtAll);
  };
}

function readBodyOf(tools: Tools, arrived: Arrived): void {
  const { request, bytes } = arrived;
  const body = request.complete ? (request.read() as Buffer | null) : null;
  if (body !== null && body.length === bytes) void answer(tools, arrived, body);
  else readWhole(request, body, (whole) => void answer(tools, arrived, whole));
}

function readWhole(request: IncomingMessage, first: Buffer | null, then: (body: Buffer) => void): void {
  const chunks = first === null ? [] : [first];
  request.on('data', (chunk: Buffer) => void chunks.push(chunk));
  request.on('end', () => then(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
}

async function answer(tools: Tools, arrived: Arrived, bytes: Buffer): Promise<void> {
  const { request, response, startedAtMs } = arrived;
  const { hot: found, params } = arrived.address;
  const { route, handler } = found;
  const { bind } = tools;
  const id = tools.newRequestId();
  let status: number = route.status;
  let limit: LimitState | undefined;
  let leave: (() => void) | undefined;
  try {
    const token = bearerToken(request.headers.authorization ?? '');
    const recalled = token === undefined ? undefined : bind.directory.recallKey(token);
    const isKeyRecalled = recalled !== undefined;
    const principal = recalled ?? (await findKey(tools, request, token));
    permit(route, principal);
    limit = bind.limiter.take(limitKindOf(route, principal.kind), callerName(principal, ''));
    const contentType = request.headers['content-type'];
    checkMediaType(route, contentType);
    const entered = tools.room.enter(principal.tenantId, bytes.length);
    leave = typeof entered === 'function' ? entered : await entered;
    const body = readBody(route, contentType, bytes);
    const faults = faultsIn(route, body, bytes) ?? (await faultsOf(route.body as TSchema, body, ''));
    if (faults.length > 0) refuseInvalid(route, faults);
    const asked = new HotRequest(request, response, principal, id, isKeyRecalled);
    const output = await handler.outside(asked, { params, query: {}, body } as never);
    if (bind.checkAnswers) await checkAnswer(bind, route, output);
    const text = toWire(output);
    // The caller may have gone meanwhile.
    if (!response.destroyed) tools.send(response, { id, status, limit, text });
  } catch (error) {
    status = refuseTo(tools, arrived, id, limit, error);
  } finally {
    leave?.();
  }
  tools.observe({
    method: route.method,
    route: route.path,
    status,
    durationMs: performance.now() - startedAtMs,
  });
}

/** Only an escape can bring U+0000 or half a surrogate pair into a text, because the bytes are UTF-8 without controls. */
const ESCAPE = '\\u';
const BACKSLASH = 0x5c;

/** Undefined until the form of this body was met for the first time. */
function faultsIn(route: RouteDefinition, body: unknown, bytes: Buffer): FieldFault[] | undefined {
  if (route.body === null) return [];
  const hasEscape = bytes.includes(BACKSLASH) && bytes.includes(ESCAPE);
  return faultsAtOnce(route.body, body, '', !hasEscape);
}

/** Says what an error means to the caller, with the limit as far as it was looked at. */
function refuseTo(
  options: HotPathOptions,
  { address: { hot: found }, request, response }: Arrived,
  id: string,
  limit: LimitState | undefined,
  error: unknown,
): number {
  const { method = '' } = request;
  const refusal = refusalOf(error) ?? options.unforeseen(error, { id, method, route: found.route.path });
  const problem = problemOf(refusal, id);
  if (response.destroyed) return problem.status;
  const head = commonHeaders(options, id);
  if (limit !== undefined) limitHeaders(head, limit);
  for (const [name, value] of problemHeaders(problem)) head.push(name, value);
  const text = JSON.stringify(problem);
  head.push('content-type', PROBLEM_TYPE, 'content-length', String(Buffer.byteLength(text)));
  response.writeHead(problem.status, head);
  response.end(text);
  return problem.status;
}

async function findKey(
  { bind, trustedProxies }: HotPathOptions,
  request: IncomingMessage,
  token: string | undefined,
): Promise<KeyPrincipal> {
  const found = token === undefined ? undefined : await bind.directory.findKey(token);
  return found ?? unknown(bind, callerAddress(request, trustedProxies));
}

/** The address that as many proxies as are trusted vouch for: each adds the one that it was asked from at the end. */
function callerAddress(request: IncomingMessage, trustedProxies: number): string {
  const told = request.headers['x-forwarded-for'];
  const texts = (Array.isArray(told) ? told.join(',') : (told ?? '')).split(',');
  const hops = texts.map((text) => text.trim()).filter((text) => text !== '');
  const addresses = [request.socket.remoteAddress ?? '', ...hops.reverse()];
  return addresses[Math.min(trustedProxies, addresses.length - 1)] ?? '';
}

/** What a handler may ask about the request; what is seldom asked is made only then. */
class HotRequest implements OutsideRequest {
  readonly tenantId: number;
  readonly actor: OutsideRequest['actor'];
  readonly requestId: string;
  readonly idempotencyKey: string;
  readonly isKeyRecalled: boolean;
  private readonly request: IncomingMessage;
  private readonly response: ServerResponse;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    principal: KeyPrincipal,
    id: string,
    isKeyRecalled: boolean,
  ) {
    this.request = request;
    this.response = response;
    this.tenantId = principal.tenantId;
    this.actor = actorOf(principal);
    this.requestId = id;
    this.idempotencyKey = id;
    this.isKeyRecalled = isKeyRecalled;
  }

  get chosenCustomer(): string | null {
    return this.header('billhook-customer');
  }

  get lastEventId(): string | null {
    return this.header('last-event-id');
  }

  get signal(): AbortSignal {
    const closed = new AbortController();
    this.response.once('close', () => closed.abort());
    return closed.signal;
  }

  private header(name: string): string | null {
    const value = this.request.headers[name];
    return typeof value === 'string' ? value : null;
  }
}
