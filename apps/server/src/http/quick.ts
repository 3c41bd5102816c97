import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { RouteDefinition } from '@billhook/contract/define-route';
import type { FastifyInstance } from 'fastify';
import { createRecent, type Recent } from '../platform/recent.ts';
import { type AuthenticateDeps, callerName, type KeyPrincipal } from './authenticate.ts';
import { decodeUtf8, parseStrictJson } from './json.ts';
import { type LimitState, limitKindOf } from './limits.ts';
import { type SendWhole, wholeAnswers } from './whole-answer.ts';

/** Answers that a route has ready, by what was asked. */
export type QuickAnswers = {
  /** What a body asks that was found good; whatever `find` takes. */
  questionOf(body: unknown): unknown;
  /** The whole text of an answer, if there is one that holds. */
  find(tenantId: number, question: never): string | undefined;
};

/** The two belong together: what the one makes of a body the other takes. */
export function quickAnswers<Question>(answers: {
  questionOf(body: unknown): Question;
  find(tenantId: number, question: Question): string | undefined;
}): QuickAnswers {
  return answers;
}

export type QuickOptions = {
  routes: Record<string, RouteDefinition>;
  quick: Record<string, QuickAnswers>;
  bind: Pick<AuthenticateDeps, 'directory' | 'limiter'>;
  secure: boolean;
  newRequestId(): string;
  observe(request: { method: string; route: string; status: number; durationMs: number }): void;
};

type QuickRoute = {
  route: RouteDefinition;
  answers: QuickAnswers;
  /** Questions by the bytes of a body that the ordinary way has read and answered. */
  asked: Recent<string, { question: never }>;
};

const MOST_BODY_BYTES = 2_048;
const MOST_BODIES = 20_000;
const JSON_TYPE = /^application\/json(?:; ?charset=utf-8)?$/i;
const BEARER = /^Bearer ([\x21-\x7e]{1,200})$/i;

/**
 * Gives answers that are ready without the ordinary way through the application: a known key with the scope, a body that
 * was found good before, and nothing unusual about the request. It counts against the same limits and carries the head
 * of the hot path. Everything else, and everything that would be refused, goes the ordinary way from its beginning.
 */
export function answerQuickly(app: FastifyInstance, options: QuickOptions): void {
  const byUrl = new Map(
    Object.entries(options.quick).map(([id, answers]): [string, QuickRoute] => {
      const route = options.routes[id];
      if (route?.method !== 'POST' || route.bodyKind !== 'json' || route.idempotency !== 'exempt')
        throw new Error(`the route ${id} cannot be answered quickly`);
      return [route.path, { route, answers, asked: createRecent(MOST_BODIES) }];
    }),
  );
  const tools = { ...options, send: wholeAnswers(options) };
  let isClosing = false;
  app.addHook('preClose', async () => {
    isClosing = true;
  });
  const [ordinary] = app.server.listeners('request') as RequestListener[];
  if (ordinary === undefined) throw new Error('the application listens to no requests');
  app.server.removeListener('request', ordinary);
  app.server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const quick = request.method === 'POST' && !isClosing ? byUrl.get(request.url ?? '') : undefined;
    const principal = quick === undefined ? undefined : principalOf(options, quick.route, request);
    if (quick === undefined || principal === undefined) return ordinary.call(app.server, request, response);
    const begun = performance.now();
    // A small body comes with its head; it is there once the parser has done with what arrived.
    setImmediate(() => {
      if (!tryAnswer(tools, quick, principal, { request, response, begun }))
        ordinary.call(app.server, request, response);
    });
  });
}

/** The key that asks, if it is known, may ask this, and the request has nothing unusual. */
function principalOf(
  { bind }: QuickOptions,
  route: RouteDefinition,
  { headers }: IncomingMessage,
): KeyPrincipal | undefined {
  const length = Number(headers['content-length'] ?? 0);
  if (!(length > 0 && length <= MOST_BODY_BYTES) || headers.expect !== undefined) return undefined;
  if (headers['transfer-encoding'] !== undefined || headers['content-encoding'] !== undefined)
    return undefined;
  if (!JSON_TYPE.test(headers['content-type'] ?? '')) return undefined;
  const token = BEARER.exec(headers.authorization ?? '')?.[1];
  const principal = token === undefined ? undefined : bind.directory.knownKey(token);
  const mayAsk = route.scope !== null && principal?.scopes.includes(route.scope);
  return mayAsk ? principal : undefined;
}

type Exchange = { request: IncomingMessage; response: ServerResponse; begun: number };

function tryAnswer(
  options: QuickOptions & { send: SendWhole },
  quick: QuickRoute,
  principal: KeyPrincipal,
  exchange: Exchange,
): boolean {
  const { request, response } = exchange;
  if (!request.complete || request.readableEncoding !== null) return false;
  const bytes = request.read() as Buffer | null;
  if (bytes === null) return false;
  const body = bytes.toString('latin1');
  const asked = quick.asked.get(body);
  const text = asked && quick.answers.find(principal.tenantId, asked.question);
  const limit = text === undefined ? undefined : take(options, quick.route, principal);
  if (text === undefined || limit === undefined) {
    // Who goes the ordinary way finds the body where it was.
    request.unshift(bytes);
    if (asked === undefined) response.once('finish', () => learn(quick, response, body, bytes));
    return false;
  }
  options.send(response, { id: options.newRequestId(), status: 200, limit, text });
  options.observe({
    method: 'POST',
    route: quick.route.path,
    status: 200,
    durationMs: performance.now() - exchange.begun,
  });
  return true;
}

/** Whoever is over the limit is refused on the ordinary way. */
function take(
  { bind }: QuickOptions,
  route: RouteDefinition,
  principal: KeyPrincipal,
): LimitState | undefined {
  try {
    return bind.limiter.take(limitKindOf(route, principal.kind), callerName(principal, ''));
  } catch {
    return undefined;
  }
}

/** What was answered well the ordinary way has a good body. */
function learn(quick: QuickRoute, response: ServerResponse, body: string, bytes: Buffer): void {
  if (response.statusCode !== 200) return;
  const question = quick.answers.questionOf(parseStrictJson(decodeUtf8(bytes))) as never;
  quick.asked.set(body, { question });
}
