import type { FastifyInstance } from 'fastify';

/**
 * How the stand-in answers, by the first three figures of the number, which is how the Commission's own test service
 * tells them apart. Every other number is valid.
 */
const BY_NUMBER: Readonly<Record<string, string>> = {
  200: 'INVALID',
  201: 'INVALID_INPUT',
  300: 'SERVICE_UNAVAILABLE',
  301: 'MS_UNAVAILABLE',
  302: 'TIMEOUT',
  400: 'VAT_BLOCKED',
  401: 'IP_BLOCKED',
  500: 'GLOBAL_MAX_CONCURRENT_REQ',
  600: 'MS_MAX_CONCURRENT_REQ',
  900: 'SLOW',
};

/** Longer than a client waits. */
const SLOW_MS = 15_000;

type Query = { countryCode: string; vatNumber: string; requesterNumber?: unknown };

function readQuery(body: unknown): Query | null {
  if (typeof body !== 'object' || body === null) return null;
  const { countryCode, vatNumber, requesterNumber } = body as Record<string, unknown>;
  if (typeof countryCode !== 'string' || typeof vatNumber !== 'string') return null;
  return { countryCode, vatNumber, requesterNumber };
}

const failed = (error: string) => ({ actionSucceed: false, errorWrappers: [{ error }] });

/** Stands in for VIES, the registry of VAT numbers of the European Union: same path, same answers, nothing kept. */
export function registerVies(app: FastifyInstance, wallNow: () => number): void {
  app.post('/vies/rest-api/check-vat-number', async (request, reply) => {
    const query = readQuery(request.body);
    if (query === null) return reply.code(400).send(failed('INVALID_INPUT'));
    const answer = BY_NUMBER[query.vatNumber.replace(/\D/g, '').slice(0, 3)] ?? 'VALID';
    if (answer === 'SLOW') await untilClosedOr(SLOW_MS, reply.raw);
    if (answer !== 'VALID' && answer !== 'INVALID' && answer !== 'SLOW') return reply.send(failed(answer));
    const isValid = answer !== 'INVALID';
    const proof = `WAPI${query.countryCode}${query.vatNumber}`.slice(0, 16);
    return reply.send({
      countryCode: query.countryCode,
      vatNumber: query.vatNumber,
      requestDate: new Date(wallNow()).toISOString(),
      valid: isValid,
      requestIdentifier: query.requesterNumber === undefined ? '' : proof,
      name: isValid ? `Company ${query.vatNumber}` : '---',
      address: isValid ? `1 Sample Street\n${query.countryCode}` : '---',
    });
  });
}

/** Waits, or stops waiting when the caller has gone. */
function untilClosedOr(ms: number, raw: { once(event: 'close', done: () => void): unknown }): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    raw.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
