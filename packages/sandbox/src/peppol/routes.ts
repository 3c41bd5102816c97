import type { FastifyInstance } from 'fastify';

/**
 * What becomes of a message, by the first three figures of the receiver's id. Every other one is accepted when it is
 * asked for. One that is late registers after a first message did not reach it.
 */
const BY_RECEIVER: Readonly<Record<string, 'unknown' | 'late' | 'refused' | 'slow' | 'down'>> = {
  404: 'unknown',
  410: 'late',
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

/** One that was revoked, or a JWT whose end has come. Nobody needs one here, so any other is taken. */
function isRefused(token: string, nowMs: number): boolean {
  if (token.startsWith('revoked')) return true;
  try {
    const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof exp === 'number' && exp * 1000 <= nowMs;
  } catch {
    return false;
  }
}

/**
 * Stands in for an access point of Peppol. No message is kept: its id says which request it was and what becomes of it, so
 * that the same request gets the same id.
 */
export function registerPeppol(app: FastifyInstance, wallNow: () => number): void {
  /** By which message a receiver that is late was missed. */
  const missedBy = new Map<string, string>();
  app.addHook('onRequest', async (request, reply) => {
    const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    if (request.url.startsWith('/peppol/') && isRefused(token, wallNow()))
      return reply.code(401).send({ reason: 'The token is not valid.' });
  });
  app.post('/peppol/messages', { bodyLimit: 20_000_000 }, async (request, reply) => {
    const sent = readSent(request.body);
    const key = request.headers['idempotency-key'];
    if (sent === null || typeof key !== 'string')
      return reply.code(422).send({ reason: 'The message is not complete.' });
    const outcome = outcomeOf(sent.receiver);
    if (outcome === 'down') return reply.code(503).send({ reason: 'The network cannot be reached.' });
    const isLate = outcome === 'late' && (missedBy.get(sent.receiver) ?? key) === key;
    if (isLate) missedBy.set(sent.receiver, key);
    if (outcome === 'unknown' || isLate)
      return reply.code(422).send({ reason: `${sent.receiver} is not registered in the network.` });
    const id = `${outcome === undefined || outcome === 'late' ? 'accepted' : outcome}-${key}`;
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
