import type { FastifyInstance } from 'fastify';

/**
 * What becomes of a message, by the first three figures of the receiver's id. Every other one is accepted when it is
 * asked for.
 */
const BY_RECEIVER: Readonly<Record<string, 'unknown' | 'refused' | 'slow' | 'down'>> = {
  404: 'unknown',
  422: 'refused',
  202: 'slow',
  503: 'down',
};

const outcomeOf = (receiver: string) => BY_RECEIVER[(receiver.split(':').at(-1) ?? '').slice(0, 3)];

type Sent = { sender: string; receiver: string; document_type: string; document: string };

function readSent(body: unknown): Sent | null {
  if (typeof body !== 'object' || body === null) return null;
  const sent = body as Record<string, unknown>;
  const names = ['sender', 'receiver', 'document_type', 'document'];
  return names.every((name) => typeof sent[name] === 'string' && sent[name] !== '') ? (sent as Sent) : null;
}

/**
 * Stands in for an access point of Peppol. Nothing is kept: the id of a message says which request it was and what becomes
 * of it, so that the same request gets the same id.
 */
export function registerPeppol(app: FastifyInstance): void {
  app.post('/peppol/messages', { bodyLimit: 20_000_000 }, async (request, reply) => {
    const sent = readSent(request.body);
    const key = request.headers['idempotency-key'];
    if (sent === null || typeof key !== 'string')
      return reply.code(422).send({ reason: 'The message is not complete.' });
    const outcome = outcomeOf(sent.receiver);
    if (outcome === 'down') return reply.code(503).send({ reason: 'The network cannot be reached.' });
    if (outcome === 'unknown')
      return reply.code(422).send({ reason: `${sent.receiver} is not registered in the network.` });
    const id = `${outcome ?? 'accepted'}-${key}`;
    return reply.code(202).send({ id, status: 'sent' });
  });

  app.get<{ Params: { id: string } }>('/peppol/messages/:id', async (request, reply) => {
    const { id } = request.params;
    const outcome = id.split('-')[0];
    if (outcome === 'slow') return reply.send({ id, status: 'sent' });
    if (outcome === 'refused')
      return reply.send({ id, status: 'refused', reason: 'The receiver does not take this document.' });
    if (outcome === 'accepted') return reply.send({ id, status: 'accepted' });
    return reply.code(404).send({ reason: 'There is no such message.' });
  });
}
