import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RouteDefinition } from '@billhook/contract/define-route';
import type { Refusal } from '../platform/refuse.ts';
import { actorOf, bearerToken, callerName, type KeyPrincipal, permit, unknown } from './authenticate.ts';
import { type BindDeps, checkAnswer, limitOf, refuseInvalid, toWire } from './bind.ts';
import type { OutsideHandler, OutsideRequest } from './handlers.ts';
import { type LimitState, limitKindOf } from './limits.ts';
import { problemHeaders, problemOf, refusalOf } from './problem.ts';
import { checkMediaType, readBody } from './read-body.ts';
import type { Room } from './room.ts';
import { faultsOf } from './validate.ts';

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

const JSON_TYPE = 'application/json; charset=utf-8';
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
  return (request, response) => {
    const address = request.url === undefined ? undefined : hotAt(request.url);
    if (address === undefined || request.method !== address.hot.route.method) return false;
    const { hot: found } = address;
    const { headers } = request;
    const length = headers['content-length'];
    if (headers.authorization === undefined || headers.cookie !== undefined || length === undefined)
      return false;
    if (Number(length) > found.mostBytes || headers.expect !== undefined) return false;
    const startedAtMs = performance.now();
    const answerTo = (body: Buffer) =>
      void answer(options, address, request, response, body).then((status) =>
        options.observe({
          method: found.route.method,
          route: found.route.path,
          status,
          durationMs: performance.now() - startedAtMs,
        }),
      );
    // A small body comes with its head, and is there once the parser has done with what arrived.
    setImmediate(() => {
      const body = request.complete ? (request.read() as Buffer | null) : null;
      if (body !== null && body.length === Number(length)) answerTo(body);
      else readWhole(request, body, answerTo);
    });
    return true;
  };
}

function readWhole(request: IncomingMessage, first: Buffer | null, then: (body: Buffer) => void): void {
  const chunks = first === null ? [] : [first];
  request.on('data', (chunk: Buffer) => void chunks.push(chunk));
  request.on('end', () => then(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
}

async function answer(
  options: HotPathOptions,
  { hot: { route, handler }, params }: Address,
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Buffer,
): Promise<number> {
  const id = options.newRequestId();
  const head = commonHeaders(options, id);
  let leave: (() => void) | undefined;
  try {
    const token = bearerToken(request.headers.authorization ?? '');
    const recalled = token === undefined ? undefined : options.bind.directory.recallKey(token);
    const isKeyRecalled = recalled !== undefined;
    const principal = recalled ?? (await findKey(options, request, token));
    permit(route, principal);
    limitHeaders(
      head,
      options.bind.limiter.take(limitKindOf(route, principal.kind), callerName(principal, '')),
    );
    const contentType = request.headers['content-type'];
    checkMediaType(route, contentType);
    const entered = options.room.enter(principal.tenantId, bytes.length);
    leave = typeof entered === 'function' ? entered : await entered;
    const body = readBody(route, contentType, bytes);
    const faults = route.body === null ? [] : await faultsOf(route.body, body, '', !bytes.includes(ESCAPE));
    if (faults.length > 0) refuseInvalid(route, faults);
    const asked = new HotRequest(request, response, principal, id, isKeyRecalled);
    const output = await handler.outside(asked, { params, query: {}, body } as never);
    if (options.bind.checkAnswers) await checkAnswer(options.bind, route, output);
    head.push('content-type', JSON_TYPE);
    return end(response, route.status, head, toWire(output));
  } catch (error) {
    const { method = '' } = request;
    const refusal = refusalOf(error) ?? options.unforeseen(error, { id, method, route: route.path });
    const problem = problemOf(refusal, id);
    for (const [name, value] of problemHeaders(problem)) head.push(name, value);
    head.push('content-type', PROBLEM_TYPE);
    return end(response, problem.status, head, JSON.stringify(problem));
  } finally {
    leave?.();
  }
}

/** Only an escape can bring U+0000 or half a surrogate pair into a text, because the bytes are UTF-8 without controls. */
const ESCAPE = '\\u';

function end(response: ServerResponse, status: number, head: string[], text: string): number {
  // The caller may have gone meanwhile.
  if (response.destroyed) return status;
  head.push('content-length', String(Buffer.byteLength(text)));
  response.writeHead(status, head);
  response.end(text);
  return status;
}

export function commonHeaders({ secure }: Pick<HotPathOptions, 'secure'>, id: string): string[] {
  const head = ['request-id', id, 'cache-control', 'no-store', 'x-content-type-options', 'nosniff'];
  if (secure) head.push('strict-transport-security', 'max-age=31536000; includeSubDomains');
  return head;
}

export function limitHeaders(head: string[], { limit, remaining, resetSeconds }: LimitState): void {
  head.push('ratelimit-limit', String(limit), 'ratelimit-remaining', String(remaining));
  head.push('ratelimit-reset', String(resetSeconds));
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
