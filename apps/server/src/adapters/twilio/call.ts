import { TextFault } from '../../modules/notifications/texts/port.ts';

export type TwilioAccount = {
  /** Its API, or a stand-in with the same paths. */
  apiUrl: string;
  accountSid: string;
  authToken: string;
  /** A number in E.164, a sender's name, or a messaging service (`MG…`). */
  from: string;
  /** How long an answer is waited for; a quarter of a minute unless said. */
  answerWithinMs?: number;
};

export const TWILIO_URL = 'https://api.twilio.com';

const ANSWER_WITHIN_MS = 15_000;

/** An answer that is a success. */
export type TwilioAnswer = { body: Record<string, unknown>; serverTime: number | null };

/** Asks by `GET`, or sends fields by `POST`. @throws TextFault */
export type TwilioCall = (address: string, fields?: URLSearchParams) => Promise<TwilioAnswer>;

export function twilioCall(account: TwilioAccount): TwilioCall {
  const { accountSid, authToken, answerWithinMs = ANSWER_WITHIN_MS } = account;
  const credentials = Buffer.from(`${accountSid}:${authToken}`).toString('base64');
  return async (address, fields) => {
    const response = await answerOf(address, credentials, answerWithinMs, fields);
    const body = await bodyOf(response);
    if (!response.ok) throw faultOf(response.status, body);
    const date = Date.parse(response.headers.get('date') ?? '');
    return { body, serverTime: Number.isNaN(date) ? null : date };
  };
}

async function answerOf(
  address: string,
  credentials: string,
  withinMs: number,
  fields?: URLSearchParams,
): Promise<Response> {
  try {
    return await fetch(address, {
      method: fields === undefined ? 'GET' : 'POST',
      headers: { authorization: `Basic ${credentials}`, accept: 'application/json' },
      ...(fields === undefined ? {} : { body: fields }),
      signal: AbortSignal.timeout(withinMs),
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
  if (status >= 500) return new TextFault('unknown', known, words, status);
  // The account's keys are wrong: nothing is said of the text.
  if (status === 401 || status === 403) return new TextFault('denied', known, words, status);
  return new TextFault('refused', status === 429 ? 20429 : known, words, status);
}
