import { endOfToken } from '@billhook/core/credentials/secret-age';
import type { Instant } from '@billhook/core/time/instant';
import type {
  InspectableAccessPoint,
  PeppolAnswer,
  PeppolMessage,
} from '../../modules/invoicing/e-invoices/access-point.ts';

const ANSWER_WITHIN_MS = 20_000;
const PROCESS = 'urn:fdc:peppol.eu:2017:poacc:billing:01:1.0';
const CUSTOMIZATION = 'urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0';

/** The identifiers of the two documents of Peppol BIS Billing 3.0. */
const DOCUMENT_TYPES = {
  invoice: `urn:oasis:names:specification:ubl:schema:xsd:Invoice-2::Invoice##${CUSTOMIZATION}::2.1`,
  credit_note: `urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2::CreditNote##${CUSTOMIZATION}::2.1`,
} as const;

/**
 * An access point of Peppol by HTTP (see the README beside this file). A status of 422 says no for good; every other one
 * above 299 is no answer.
 */
export function httpAccessPoint(baseUrl: string, token: string | undefined): InspectableAccessPoint {
  const request = (path: string, init: RequestInit): Promise<Response> =>
    fetch(`${baseUrl}${path}`, {
      ...init,
      headers: {
        accept: 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...init.headers,
      },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
  const ask = async (path: string, init: RequestInit): Promise<PeppolAnswer> => {
    const response = await request(path, init);
    const body: unknown = await response.json().catch(() => null);
    return answerOf(response.status, body);
  };
  return {
    async inspect(now) {
      const tokenEndsAt = token === undefined ? null : tokenEnd(token);
      const about = { now, tokenEndsAt };
      try {
        const { status } = await request('/messages/billhook-doctor', { method: 'GET' });
        if (status === 401 || status === 403)
          return { ...about, answer: 'denied', words: `status ${status}` };
        // That there is no such message is what one hears who was let in.
        if (status === 404 || status < 300) return { ...about, answer: 'in', words: '' };
        return { ...about, answer: 'none', words: `status ${status}` };
      } catch (error) {
        return { ...about, answer: 'none', words: error instanceof Error ? error.message : 'no answer' };
      }
    },
    send: (message) =>
      ask('/messages', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': message.key },
        body: JSON.stringify(bodyOf(message)),
      }),
    statusOf: (reference) => ask(`/messages/${encodeURIComponent(reference)}`, { method: 'GET' }),
  };
}

/** When a token ends that is a JWT and says so. What it says is for us alone, so its signature is not looked at. */
export function tokenEnd(token: string): Instant | null {
  try {
    return endOfToken(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')));
  } catch {
    return null;
  }
}

function bodyOf({ kind, sender, receiver, text }: PeppolMessage) {
  return {
    sender: participant(sender),
    receiver: participant(receiver),
    document_type: DOCUMENT_TYPES[kind],
    process: PROCESS,
    document: text,
  };
}

/** Such as `iso6523-actorid-upis::9930:DE123456789`. */
const participant = ({ scheme, value }: PeppolMessage['sender']) =>
  `iso6523-actorid-upis::${scheme ?? ''}:${value.toLowerCase()}`;

function answerOf(status: number, body: unknown): PeppolAnswer {
  const said = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const reason = typeof said.reason === 'string' ? said.reason : `status ${status}`;
  if (status === 422 || (status < 300 && said.status === 'refused')) return { kind: 'refused', reason };
  const reference = said.id;
  if (status >= 300 || typeof reference !== 'string')
    throw new Error(`The access point did not answer: ${reason}.`);
  return { kind: said.status === 'accepted' ? 'accepted' : 'sent', reference };
}
