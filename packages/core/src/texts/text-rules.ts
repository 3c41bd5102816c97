import { type Instant, MS_PER_DAY, MS_PER_HOUR } from '../time/instant.ts';
import { instantOfLocal, localOf, type ZoneRules } from '../time/zone.ts';

/** Local hours in which nobody is texted: from the first on, until before the second. */
export const QUIET_HOURS = { from: 21, to: 8 } as const;

/** A number that may be texted, as far as its owner said. */
export interface Phone {
  /** E.164: a plus and up to fifteen figures. */
  readonly number: string;
  /** When its owner agreed to be texted; null for never. */
  readonly consentAt: Instant | null;
  /** When its owner said stop; null once they agreed anew. */
  readonly optedOutAt: Instant | null;
  /** Why the network will never deliver to it, such as a landline. */
  readonly fault: string | null;
}

export type TextDropped = 'no_number' | 'no_consent' | 'opted_out' | 'number_unusable' | 'no_longer_true';

export type TextDecision =
  | { readonly kind: 'send'; readonly number: string }
  | { readonly kind: 'wait'; readonly until: Instant }
  | { readonly kind: 'drop'; readonly reason: TextDropped };

/** What becomes of a text that is due. It is asked at the moment of sending, since all of it may have changed since. */
export function decideText(input: {
  readonly now: Instant;
  readonly zone: ZoneRules;
  readonly phone: Phone | null;
  /** Whether what it says is still so. */
  readonly isTrue: boolean;
}): TextDecision {
  const { now, zone, phone } = input;
  const drop = (reason: TextDropped): TextDecision => ({ kind: 'drop', reason });
  if (!input.isTrue) return drop('no_longer_true');
  if (phone === null) return drop('no_number');
  if (phone.consentAt === null) return drop('no_consent');
  if (phone.optedOutAt !== null) return drop('opted_out');
  if (phone.fault !== null) return drop('number_unusable');
  const until = quietUntil(now, zone);
  return until === null ? { kind: 'send', number: phone.number } : { kind: 'wait', until };
}

/** When the quiet hours around a moment end; null outside of them. */
export function quietUntil(now: Instant, zone: ZoneRules): Instant | null {
  const local = localOf(now, zone);
  const midnight = Math.floor(local / MS_PER_DAY) * MS_PER_DAY;
  const hour = (local - midnight) / MS_PER_HOUR;
  if (hour >= QUIET_HOURS.to && hour < QUIET_HOURS.from) return null;
  const day = hour < QUIET_HOURS.to ? midnight : midnight + MS_PER_DAY;
  return instantOfLocal(day + QUIET_HOURS.to * MS_PER_HOUR, zone);
}

/** Words by which somebody stops texts, or has them again; the whole message, in any case. */
const STOP = ['STOP', 'UNSUBSCRIBE', 'END', 'QUIT', 'STOPALL', 'REVOKE', 'OPTOUT', 'CANCEL'];
const START = ['START', 'UNSTOP'];

/** What an answer asks for; null for anything else. */
export function readReply(body: string): 'stop' | 'start' | null {
  const word = body.trim().toUpperCase();
  if (STOP.includes(word)) return 'stop';
  return START.includes(word) ? 'start' : null;
}
