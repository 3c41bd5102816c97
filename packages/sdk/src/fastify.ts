import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Guard, type GuardSettings, type Guards, guardsOf } from './guard/guard.ts';

/** A hook for `preHandler` of a route, or of all routes of a plugin. */
export type FastifyGuard = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

export type FastifyGuards = Guards<FastifyRequest, FastifyGuard>;

/** Guards for Fastify: `app.get('/export', { preHandler: [requireFeature('api'), meter('requests')] }, handler)`. */
export function createGuards(settings: GuardSettings<FastifyRequest>): FastifyGuards {
  return guardsOf(settings, hook);
}

function hook(guard: Guard<FastifyRequest>): FastifyGuard {
  return async (request, reply) => {
    const decision = await guard(request);
    if (decision.kind === 'refused') {
      const { status, headers, body } = decision.refusal;
      return reply.code(status).headers(headers).send(JSON.stringify(body));
    }
    for (const [name, value] of Object.entries(decision.headers)) {
      const before = reply.getHeader(name);
      reply.header(name, before === undefined ? value : `${String(before)}, ${value}`);
    }
    reply.raw.once('close', () => {
      void decision.ended(reply.raw.writableFinished ? reply.raw.statusCode : null);
    });
    return undefined;
  };
}
