import type { Refusal } from './behaviour.ts';

const NUMBER = /^\+[1-9]\d{6,14}$/;
const SENDER = /^(?:\+[1-9]\d{6,14}|MG[0-9a-f]{32}|[A-Za-z0-9 ]{1,11})$/;
const MOST_LETTERS = 1_600;

/** What is wrong with a message that is to be sent, as Twilio says it; undefined where nothing is. */
export function faultOf(fields: URLSearchParams): Refusal | undefined {
  const bad = (code: number, message: string): Refusal => ({ status: 400, code, message });
  const to = fields.get('To');
  const from = fields.get('MessagingServiceSid') ?? fields.get('From');
  const body = fields.get('Body');
  if (to === null) return bad(21604, "A 'To' phone number is required.");
  if (!NUMBER.test(to)) return bad(21211, `Invalid 'To' Phone Number: ${to}`);
  if (from === null) return bad(21603, "A 'From' phone number is required.");
  if (!SENDER.test(from)) return bad(21212, `Invalid 'From' Phone Number: ${from}`);
  if (body === null || body === '') return bad(21602, 'Message body is required.');
  if (body.length > MOST_LETTERS) return bad(21617, 'The message body exceeds the 1600 character limit.');
  const callback = fields.get('StatusCallback');
  if (callback !== null && !URL.canParse(callback)) return bad(21609, "Invalid 'StatusCallback' URL.");
  return undefined;
}
