import type { FastifyInstance, FastifyRequest } from 'fastify';

/** What takes the webhooks that providers send us. It keeps the bytes before it answers. */
export type InboundHooks = {
  /** @throws Refusal with 401 for a wrong signature, 404 for an unknown token */
  receive(hook: {
    token: string;
    headers: FastifyRequest['headers'];
    body: Uint8Array;
    requestId: string;
  }): Promise<void>;
};

const HOOK_LIMIT_BYTES = 1_048_576;

export function mountHooks(app: FastifyInstance, hooks: InboundHooks): void {
  app.post('/hooks/:token', { bodyLimit: HOOK_LIMIT_BYTES }, async (request, reply) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const { token } = request.params as { token: string };
    await hooks.receive({ token, headers: request.headers, body, requestId: request.id });
    return reply.code(200).send({ received: true });
  });
}
