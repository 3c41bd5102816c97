import { addMs, type Instant, instant, MS_PER_DAY } from '../time/instant.ts';

/** How many days before a card runs out its owner is told. */
export const EXPIRY_WARNING_DAYS: readonly number[] = [30, 7];

/** A card is good to the last day of its month; this is the first moment after it, in UTC. */
export function expiryOf(expMonth: number, expYear: number): Instant {
  return instant(Date.UTC(expYear, expMonth, 1));
}

/** The next moment after `after` at which the owner of a card is told that it runs out; null for none. */
export function nextExpiryWarning(expMonth: number, expYear: number, after: Instant): Instant | null {
  const end = expiryOf(expMonth, expYear);
  for (const days of EXPIRY_WARNING_DAYS) {
    const at = addMs(end, -days * MS_PER_DAY);
    if (at > after) return at;
  }
  return null;
}
