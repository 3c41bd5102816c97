import { createServer, type RequestListener, type Server } from 'node:http';
import type { RouteDefinition } from '@billhook/contract/define-route';
import { closePromptly } from '@billhook/sandbox/close-promptly';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { Log } from '../platform/log.ts';
import { Refusal } from '../platform/refuse.ts';
import { type BindDeps, bindRoutes, endStreams } from './bind.ts';

import { createHotPath, type HotPath } from './hot-path.ts';
import { problemHeaders, problemOf, refusalOf } from './problem.ts';
import { answerQuickly, type QuickAnswers } from './quick.ts';
import { createRoom } from './room.ts';

export type Contract = { routes: Record<string, RouteDefinition>; handlers: Record<string, unknown> };

export type AppOptions = {
  contracts: readonly Contract[];
  bind: BindDeps;
  /** Routes whose answers may be ready, by id. */
  quick: Record<string, QuickAnswers>;
  log: Log;
  newRequestId(): string;
  trustedProxies: number;
  /** Whether people reach this server by https. */
  secure: boolean;
  /** Adds what is no part of a contract: sign-in, webhooks, pages, operations. */
  extend(app: FastifyInstance): void | Promise<void>;
  /** Told after each answer. */
  observe(request: { method: string; route: string; status: number; durationMs: number }): void;
};

const DEFAULT_BODY_BYTES = 1_048_576;
const SLOW_REQUEST_MS = 30_000;
const KEEP_ALIVE_MS = 72_000;
const MAX_FILE_BYTES = 25 * 1_048_576;

/** The HTTP side of the server. Every answer that is not a success is an RFC 9457 problem document. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { newRequestId, trustedProxies, secure, observe, bind } = options;
  const room = createRoom();
  const hotPaths = options.contracts.map(({ routes, handlers }) =>
    createHotPath(routes, handlers, {
      bind,
      room,
      newRequestId,
      trustedProxies,
      secure,
      observe,
      unforeseen: (error, request) => unforeseen(options.log, error, request),
    }),
  );
  const app: FastifyInstance = fastify({
    serverFactory: (handle) => serverWith(hotPaths, handle),
    logger: false,
    bodyLimit: DEFAULT_BODY_BYTES,
    requestTimeout: SLOW_REQUEST_MS,
    trustProxy: (_address: string, hop: number) => hop < options.trustedProxies,
    genReqId: () => options.newRequestId(),
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true },
    frameworkErrors: (error, request, reply) => void sendProblem(options, error, request, reply),
    forceCloseConnections: 'idle',
    onProtoPoisoning: 'error',
  });
  answerQuickly(app, {
    ...options,
    routes: Object.assign({}, ...options.contracts.map(({ routes }) => routes)),
  });
  closePromptly(app);
  takeRawBodies(app);
  addHooks(app, options);
  await app.register(cookie);
  await app.register(multipart, { limits: { fileSize: MAX_FILE_BYTES, files: 1 }, throwFileSizeLimit: true });
  await app.register(helmet, headersOf(options.secure));
  app.setErrorHandler((error: FastifyError, request, reply) => sendProblem(options, error, request, reply));
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      options,
      new Refusal('request.not_found', 'There is nothing at this address.'),
      request,
      reply,
    ),
  );
  for (const contract of options.contracts) bindRoutes(app, contract.routes, contract.handlers, options.bind);
  await options.extend(app);
  return app;
}

/** What the framework would make itself, with the hot paths before it. A server that stops leaves all to the framework. */
function serverWith(hotPaths: readonly HotPath[], handle: RequestListener): Server {
  const server = createServer((request, response) => {
    if (!server.listening || !hotPaths.some((take) => take(request, response))) handle(request, response);
  });
  server.requestTimeout = SLOW_REQUEST_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.setTimeout(0);
  return server;
}

/** Bodies stay bytes until the route is known: it says what it takes, and JSON is read more strictly than usual. */
function takeRawBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

function addHooks(app: FastifyInstance, options: AppOptions): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('request-id', request.id);
  });
  app.addHook('preClose', async () => endStreams());
  app.addHook('onResponse', async (request, reply) => {
    options.observe({
      method: request.method,
      route: request.routeOptions.url ?? 'unknown',
      status: reply.statusCode,
      durationMs: reply.elapsedTime,
    });
  });
}

function sendProblem(
  options: AppOptions,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { id, method } = request;
  const route = request.routeOptions?.url ?? 'unknown';
  const refusal = refusalOf(error) ?? unforeseen(options.log, error, { id, method, route });
  const problem = problemOf(refusal, id);
  for (const [name, value] of problemHeaders(problem)) reply.header(name, value);
  reply.header('cache-control', 'no-store');
  return reply
    .code(problem.status)
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(problem));
}

/** A bug: the caller learns an id, the log the rest. */
function unforeseen(
  log: Log,
  error: unknown,
  { id, method, route }: { id: string; method: string; route: string },
): Refusal {
  const known = error instanceof Error ? error : new Error(String(error));
  log.error(
    {
      requestId: id,
      method,
      route,
      reason: known.message,
      stack: known.stack ?? '',
    },
    'a request failed',
  );
  return new Refusal(
    'server.internal',
    'Something went wrong on our side. Nothing was changed; the request id helps us to find it.',
  );
}

/** Pages come from this server alone; scripts never inline, frames never around us. */
function headersOf(secure: boolean) {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        objectSrc: ["'none'"],
        frameAncestors: ["'none'"],
        frameSrc: ["'self'", 'blob:'],
        formAction: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'", 'data:'],
        // Components place their pop-ups by style attributes.
        styleSrc: ["'self'", "'unsafe-inline'"],
        scriptSrc: ["'self'"],
        connectSrc: ["'self'"],
      },
    },
    crossOriginEmbedderPolicy: false,
    strictTransportSecurity: secure ? { maxAge: 31_536_000 } : false,
    xFrameOptions: { action: 'deny' as const },
    referrerPolicy: { policy: 'same-origin' as const },
  };
}
