import { createHmac } from 'node:crypto';
import { deliveryOf } from '@billhook/core/texts/delivery';
import { type TakenText, TextFault, type TextProvider } from '../../modules/notifications/texts/port.ts';
import { equalSecrets } from '../../platform/crypto.ts';

export type TwilioAccount = {
  /** Its API, or a stand-in with the same paths. */
  apiUrl: string;
  accountSid: string;
  authToken: string;
  /** A number in E.164, a sender's name, or a messaging service (`MG…`). */
  from: string;
};

export const TWILIO_URL = 'https://api.twilio.com';

const ANSWER_WITHIN_MS = 15_000;
const NEWEST = 50;

/** Text messages by Twilio's API of 2010-04-01, by its published OpenAPI document. */
export function twilioMessages(account: TwilioAccount): TextProvider {
  const url = `${account.apiUrl}/2010-04-01/Accounts/${account.accountSid}/Messages.json`;
  const credentials = Buffer.from(`${account.accountSid}:${account.authToken}`).toString('base64');
  const call = async (address: string, fields?: URLSearchParams): Promise<Record<string, unknown>> => {
    const response = await answerOf(address, credentials, fields);
    const body = await bodyOf(response);
    if (response.ok) return body;
    throw faultOf(response.status, body);
  };
  return {
    async send({ to, body, statusUrl }) {
      const sender = account.from.startsWith('MG') ? 'MessagingServiceSid' : 'From';
      const fields = { To: to, [sender]: account.from, Body: body, StatusCallback: statusUrl };
      const taken = readTaken(await call(url, new URLSearchParams(fields)));
      // An answer that cannot be read says nothing of whether the text was taken.
      return taken ?? unreadable();
    },
    async find({ to, body, since }) {
      const search = new URLSearchParams({ To: to, PageSize: `${NEWEST}` });
      const { messages } = await call(`${url}?${search}`);
      if (!Array.isArray(messages)) return unreadable();
      for (const message of messages as Record<string, unknown>[]) {
        const madeAt = Date.parse(String(message.date_created));
        if (message.to !== to || message.body !== body || !(madeAt >= since)) continue;
        const taken = readTaken(message);
        if (taken !== null) return taken;
      }
      return null;
    },
    async inspect() {
      await call(`${url}?PageSize=1`);
    },
    isSigned: ({ url: address, fields, signature }) =>
      equalSecrets(signature, twilioSignature(account.authToken, address, fields)),
  };
}

/** By Twilio's rule: the address, then each field's name and value in the order of names; a repeated pair counts once. */
export function twilioSignature(authToken: string, address: string, fields: URLSearchParams): string {
  const byName = new Map<string, Set<string>>();
  for (const [name, value] of fields) byName.set(name, (byName.get(name) ?? new Set()).add(value));
  const text = [...byName]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([name, values]) => [...values].sort().map((value) => name + value))
    .join('');
  return createHmac('sha1', authToken)
    .update(address + text, 'utf8')
    .digest('base64');
}

async function answerOf(address: string, credentials: string, fields?: URLSearchParams): Promise<Response> {
  try {
    return await fetch(address, {
      method: fields === undefined ? 'GET' : 'POST',
      headers: { authorization: `Basic ${credentials}`, accept: 'application/json' },
      ...(fields === undefined ? {} : { body: fields }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      redirect: 'error',
    });
  } catch (error) {
    throw new TextFault('unknown', null, error instanceof Error ? error.message : 'Twilio does not answer.');
  }
}

async function bodyOf(response: Response): Promise<Record<string, unknown>> {
  try {
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function faultOf(status: number, { code, message }: Record<string, unknown>): TextFault {
  const known = typeof code === 'number' ? code : null;
  const words = typeof message === 'string' ? message : `Twilio answered ${status}.`;
  // Behind an answer of 500 and more the text may have been taken.
  if (status >= 500) return new TextFault('unknown', known, words);
  // The account's keys are wrong: nothing is said of the text.
  if (status === 401 || status === 403) return new TextFault('denied', known, words);
  return new TextFault('refused', status === 429 ? 20429 : known, words);
}

function readTaken({ sid, status, error_code: code }: Record<string, unknown>): TakenText | null {
  const delivery = typeof status === 'string' ? deliveryOf(status) : null;
  if (typeof sid !== 'string' || delivery === null) return null;
  return { providerId: sid, delivery, errorCode: typeof code === 'number' ? code : null };
}

function unreadable(): never {
  throw new TextFault('unknown', null, 'The answer of Twilio cannot be read.');
}
