import { createHmac } from 'node:crypto';
import { deliveryOf } from '@billhook/core/texts/delivery';
import { type TakenText, TextFault, type TextProvider } from '../../modules/notifications/texts/port.ts';
import { equalSecrets } from '../../platform/crypto.ts';
import { type TwilioAccount, twilioCall } from './call.ts';
import { inspect } from './inspect.ts';

const NEWEST = 50;

/** Text messages by Twilio's API of 2010-04-01, by its published OpenAPI document. */
export function twilioMessages(account: TwilioAccount): TextProvider {
  const url = `${account.apiUrl}/2010-04-01/Accounts/${account.accountSid}/Messages.json`;
  const ask = twilioCall(account);
  const call = async (address: string, fields?: URLSearchParams) => (await ask(address, fields)).body;
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
    inspect: (wallNow) => inspect(account, ask, wallNow),
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

function readTaken({ sid, status, error_code: code }: Record<string, unknown>): TakenText | null {
  const delivery = typeof status === 'string' ? deliveryOf(status) : null;
  if (typeof sid !== 'string' || delivery === null) return null;
  return { providerId: sid, delivery, errorCode: typeof code === 'number' ? code : null };
}

function unreadable(): never {
  throw new TextFault('unknown', null, 'The answer of Twilio cannot be read.');
}
