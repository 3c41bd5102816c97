import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { hashToken } from '../platform/crypto.ts';
import { refuse } from '../platform/refuse.ts';

export type OperationsDeps = {
  /** Throws if the database cannot answer. */
  checkDatabase(): Promise<void>;
  /** Prometheus text. */
  metrics(): Promise<{ contentType: string; text: string }>;
  metricsToken: string | undefined;
  version: string;
  /** The printed OpenAPI document. */
  openApi(): Promise<string>;
  isStopping(): boolean;
};

/** What machines ask: does it live, can it serve, how is it doing, which release is it. */
export function mountOperations(app: FastifyInstance, deps: OperationsDeps): void {
  app.get('/livez', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'ok' }),
  );
  app.get('/readyz', async (_request, reply) => {
    if (deps.isStopping()) refuse('server.unavailable', 'The server is stopping.');
    await deps.checkDatabase();
    return reply.header('cache-control', 'no-store').send({ status: 'ok' });
  });
  app.get('/version', async () => ({ version: deps.version }));
  app.get('/openapi.json', async (_request, reply) =>
    reply
      .type('application/json; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(await deps.openApi()),
  );
  app.get('/metrics', async (request, reply) => {
    checkMetricsAccess(deps, request);
    const { contentType, text } = await deps.metrics();
    return reply.header('cache-control', 'no-store').type(contentType).send(text);
  });
}

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** Figures about a business are not for everyone: a token, or this very machine. */
function checkMetricsAccess(deps: OperationsDeps, request: FastifyRequest): void {
  if (deps.metricsToken === undefined) {
    if (!LOOPBACK.has(request.ip))
      refuse('auth.forbidden', 'Set METRICS_TOKEN to read metrics from another machine.');
    return;
  }
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  if (!timingSafeEqual(hashToken(token), hashToken(deps.metricsToken)))
    refuse('auth.required', 'Send the token of METRICS_TOKEN.');
}
