import type { FastifyInstance, FastifyRequest } from 'fastify';
import { refuse } from '../platform/refuse.ts';

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

type Heard = 'heard' | 'unknown' | 'unsigned';

/** What takes the words of a provider of text messages: what became of one, and what was answered. */
export type TextHooks = {
  status(
    address: { tenant: string; text: string },
    fields: URLSearchParams,
    signature: string,
  ): Promise<Heard>;
  reply(fields: URLSearchParams, signature: string): Promise<Heard>;
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

/** An answer without a message: nothing is texted back, since the network itself confirms a stop. */
const NO_REPLY = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

export function mountTextHooks(app: FastifyInstance, hooks: TextHooks): void {
  const read = ({ body, headers }: FastifyRequest) => {
    const signature = headers['x-twilio-signature'];
    const fields = new URLSearchParams(Buffer.isBuffer(body) ? body.toString('utf8') : '');
    return { fields, signature: typeof signature === 'string' ? signature : '' };
  };
  const judge = (heard: Heard): void => {
    if (heard === 'unknown') refuse('request.not_found', 'There is nothing at this address.');
    if (heard === 'unsigned') refuse('auth.required', 'The message does not carry a valid signature.');
  };
  app.post('/hooks/texts/replies', { bodyLimit: HOOK_LIMIT_BYTES }, async (request, reply) => {
    const { fields, signature } = read(request);
    judge(await hooks.reply(fields, signature));
    return reply.type('text/xml').send(NO_REPLY);
  });
  app.post('/hooks/texts/:tenant/:text', { bodyLimit: HOOK_LIMIT_BYTES }, async (request, reply) => {
    const { fields, signature } = read(request);
    judge(await hooks.status(request.params as { tenant: string; text: string }, fields, signature));
    return reply.code(204).send();
  });
}
