import type { TextFindings } from '@billhook/core/credentials/judge-texts';
import type { Instant } from '@billhook/core/time/instant';
import { TextFault } from '../../modules/notifications/texts/port.ts';
import { TWILIO_URL, type TwilioAccount, type TwilioAnswer, type TwilioCall } from './call.ts';

const MESSAGING_URL = 'https://messaging.twilio.com';

/** Asks what the account is and what its keys may do. Nothing is sent: the one message that is posted names nobody. */
export async function inspect(
  account: TwilioAccount,
  call: TwilioCall,
  wallNow: () => Instant,
): Promise<TextFindings> {
  const base = `${account.apiUrl}/2010-04-01/Accounts/${account.accountSid}`;
  const nothing = {
    account: null,
    mayRead: false,
    maySend: false,
    sender: 'unseen',
    clockOffMs: null,
  } as const;
  try {
    const own = await ifAllowed(call(`${base}.json`));
    const listed = await ifAllowed(call(`${base}/Messages.json?PageSize=1`));
    // Keys that may do neither are wrong rather than narrow.
    if (own === null && listed === null)
      return {
        ...nothing,
        fault: { isDenied: true, words: 'neither the account nor its messages may be read' },
      };
    const serverTime = own?.serverTime ?? listed?.serverTime ?? null;
    return {
      fault: null,
      account: own === null ? null : { status: String(own.body.status), isTrial: own.body.type === 'Trial' },
      mayRead: listed !== null,
      maySend: await maySend(call, base, account.from),
      sender: await senderOf(call, base, account),
      clockOffMs: serverTime === null ? null : serverTime - wallNow(),
    };
  } catch (error) {
    if (!(error instanceof TextFault)) throw error;
    return { ...nothing, fault: { isDenied: error.kind === 'denied', words: error.message } };
  }
}

/** Null where the keys may not. An account that they are not of at all is refused by 401, which is thrown. */
async function ifAllowed(asked: Promise<TwilioAnswer>): Promise<TwilioAnswer | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof TextFault && error.kind === 'denied' && error.status === 403) return null;
    throw error;
  }
}

async function maySend(call: TwilioCall, base: string, from: string): Promise<boolean> {
  const sender = from.startsWith('MG') ? 'MessagingServiceSid' : 'From';
  try {
    await call(`${base}/Messages.json`, new URLSearchParams({ [sender]: from, Body: 'Never sent' }));
  } catch (error) {
    if (!(error instanceof TextFault) || error.kind === 'unknown') throw error;
    // What is wrong with the message is looked at only for keys that may send one.
    return error.kind === 'refused';
  }
  return true;
}

async function senderOf(
  call: TwilioCall,
  base: string,
  account: TwilioAccount,
): Promise<TextFindings['sender']> {
  const { from, apiUrl } = account;
  if (from.startsWith('MG')) {
    const host = apiUrl === TWILIO_URL ? MESSAGING_URL : apiUrl;
    return seen(call(`${host}/v1/Services/${from}`), () => 'there');
  }
  if (!from.startsWith('+')) return 'name';
  const search = new URLSearchParams({ PhoneNumber: from, PageSize: '20' });
  return seen(call(`${base}/IncomingPhoneNumbers.json?${search}`), ({ body }) => {
    const numbers = Array.isArray(body.incoming_phone_numbers) ? body.incoming_phone_numbers : [];
    const own = (numbers as Record<string, unknown>[]).find(({ phone_number: number }) => number === from);
    if (own === undefined) return 'absent';
    return (own.capabilities as { sms?: boolean } | null)?.sms === true ? 'there' : 'mute';
  });
}

async function seen(
  asked: Promise<TwilioAnswer>,
  read: (answer: TwilioAnswer) => TextFindings['sender'],
): Promise<TextFindings['sender']> {
  try {
    return read(await asked);
  } catch (error) {
    if (!(error instanceof TextFault) || error.kind === 'unknown') throw error;
    return error.kind === 'denied' ? 'unseen' : 'absent';
  }
}
