/** A refusal as Twilio words it. */
export interface Refusal {
  readonly status: number;
  readonly code: number;
  readonly message: string;
}

/** Numbers that are refused at once: those of Twilio's own test credentials, and one that is asked too often. */
const REFUSED: Readonly<Record<string, Refusal>> = {
  '+15005550001': { status: 400, code: 21211, message: "The 'To' number is not a valid phone number." },
  '+15005550002': { status: 400, code: 21612, message: 'The number cannot be reached from this sender.' },
  '+15005550003': { status: 400, code: 21408, message: 'Permission to send to this region is not enabled.' },
  '+15005550004': { status: 400, code: 21610, message: 'Attempt to send to unsubscribed recipient.' },
  '+15005550009': { status: 400, code: 21614, message: "The 'To' number is not a mobile number." },
  '+15005550429': { status: 429, code: 20429, message: 'Too many requests.' },
  '+15005550503': { status: 503, code: 20503, message: 'Service unavailable.' },
};

export const refusalOf = (to: string): Refusal | undefined => REFUSED[to];

/** What becomes of a number by its last five figures, where they are the code of an error; others are delivered. */
const UNDELIVERED = new Set([30003, 30005, 30006, 30007]);

export function outcomeOf(to: string): { status: 'delivered' | 'undelivered'; errorCode: number | null } {
  const code = Number(to.slice(-5));
  return UNDELIVERED.has(code)
    ? { status: 'undelivered', errorCode: code }
    : { status: 'delivered', errorCode: null };
}

/** Takes the message and never answers, as a line that was cut. */
export const isSilent = (to: string): boolean => to === '+15005550408';

/** Tells what became of the message before it answers who sent it. */
export const tellsFirst = (to: string): boolean =>
  to.startsWith('+150055') && UNDELIVERED.has(Number(to.slice(-5)));

const FORBIDDEN: Refusal = { status: 403, code: 20003, message: 'Permission denied' };

/** What a key may not do, by how its token begins: one that may only read, and one that may only send. */
export function deniedBy(token: string, deed: 'send' | 'read'): Refusal | undefined {
  const beginning = deed === 'send' ? 'read-only' : 'send-only';
  return token.startsWith(beginning) ? FORBIDDEN : undefined;
}

/** The state of an account, by how its token begins; others are whole and active. */
export function accountState(token: string): { status: 'active' | 'suspended'; type: 'Trial' | 'Full' } {
  return {
    status: token.startsWith('suspended') ? 'suspended' : 'active',
    type: token.startsWith('trial') ? 'Trial' : 'Full',
  };
}

/** Numbers that no account has, and that cannot send texts: those of Twilio's own test credentials. */
export const isAbsentSender = (number: string): boolean => number === '+15005550007';
export const isMuteSender = (number: string): boolean => number === '+15005550008';
