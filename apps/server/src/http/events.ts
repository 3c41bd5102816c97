import type { ServerResponse } from 'node:http';
import type { RouteDefinition } from '@billhook/contract/define-route';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type AuthenticateDeps, authenticate } from './authenticate.ts';

/** A stream of what happens: `next` resolves with the messages since `after`, or with none after a pause. */
export type EventSource = {
  /** Address below /v1, such as /event_feed/stream. */
  url: string;
  /** A reader of this stream needs what the route needs. */
  like: RouteDefinition;
  /** Messages newer than the cursor (empty text: from now on), oldest first. */
  read(
    tenantId: number,
    cursor: string,
  ): Promise<{ messages: { id: string; type: string; data: unknown }[]; cursor: string }>;
  pollMs: number;
};

export type EventStreamDeps = AuthenticateDeps & {
  /** Runs the action later; answers how to call it off. */
  later(delayMs: number, action: () => void): () => void;
};

const KEEP_ALIVE_MS = 15_000;

/** Server-sent events. A reader that reconnects with Last-Event-ID goes on where it stopped. */
export function mountEventStreams(
  app: FastifyInstance,
  sources: readonly EventSource[],
  deps: EventStreamDeps,
): void {
  const open = new Set<ServerResponse>();
  for (const source of sources) {
    app.get(source.url, async (request, reply) => {
      const principal = await authenticate(deps, source.like, request);
      if (principal.tenantId === null) throw new Error('an event stream needs a tenant');
      await stream(deps, source, principal.tenantId, request, reply, open);
    });
  }
  app.addHook('preClose', async () => {
    for (const response of open) response.end();
  });
}

async function stream(
  deps: EventStreamDeps,
  source: EventSource,
  tenantId: number,
  request: FastifyRequest,
  reply: FastifyReply,
  open: Set<ServerResponse>,
): Promise<void> {
  const lastId = request.headers['last-event-id'];
  let { cursor, messages } = await source.read(tenantId, typeof lastId === 'string' ? lastId : '');
  reply.hijack();
  const response = reply.raw;
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'request-id': request.id,
    'x-accel-buffering': 'no',
  });
  open.add(response);
  let quietMs = 0;
  let callOff: () => void = () => undefined;
  response.once('close', () => {
    open.delete(response);
    callOff();
  });
  const write = () => {
    for (const message of messages) {
      response.write(`id: ${message.id}\nevent: ${message.type}\ndata: ${JSON.stringify(message.data)}\n\n`);
    }
    quietMs = messages.length > 0 ? 0 : quietMs + source.pollMs;
    if (quietMs >= KEEP_ALIVE_MS) {
      response.write(': still here\n\n');
      quietMs = 0;
    }
    if (!response.destroyed && !response.writableEnded)
      callOff = deps.later(source.pollMs, () => void poll());
  };
  const poll = async () => {
    try {
      ({ cursor, messages } = await source.read(tenantId, cursor));
      write();
    } catch {
      // The reader reconnects by itself and goes on after the last id it has.
      response.end();
    }
  };
  response.write('retry: 1000\n\n');
  write();
}
