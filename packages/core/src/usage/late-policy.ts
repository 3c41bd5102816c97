import { addMs, type Instant } from '../time/instant.ts';

/**
 * What becomes of usage of a time that stands on an issued invoice. `quarantine`: it waits for a person. `next_invoice`:
 * it counts from now on and keeps when it happened. `correct`: it counts at its own time, and the difference that it
 * makes to what was billed is charged or given back. The invoice that was issued stays as it is in every case.
 */
export type LateUsage = 'quarantine' | 'next_invoice' | 'correct';

export const LATE_USAGE: readonly LateUsage[] = ['quarantine', 'next_invoice', 'correct'];

/** The more careful comes first. */
const CAREFUL: readonly LateUsage[] = ['quarantine', 'correct', 'next_invoice'];

/**
 * What becomes of an event that came after the bills of these meters: what each meter says, or else the seller. An event
 * counts at one time for all of its meters, so where they differ the most careful one holds: `quarantine` before
 * `correct`, which leaves its time as it is, before `next_invoice`.
 *
 * @param meters what the meters say whose bill it missed; null for those that leave it to the seller
 */
export function lateUsageFor(meters: readonly (LateUsage | null)[], seller: LateUsage): LateUsage {
  const said = new Set(meters.map((own) => own ?? seller));
  return CAREFUL.find((policy) => said.has(policy)) ?? seller;
}

/** What is known of an event that is about to be judged. */
export interface LateFacts {
  readonly now: Instant;
  readonly time: Instant;
  /** Usage before this moment stands on invoices; null where none does. */
  readonly billedThrough: Instant | null;
  /** How old an event may be, whatever the policy: without a bound nobody could ever close a book. */
  readonly lateWindowMs: number;
  readonly policy: LateUsage;
}

export type LateVerdict =
  | { readonly outcome: 'quarantine' }
  | { readonly outcome: 'count'; readonly countedAt: Instant; readonly isCorrection: boolean };

/**
 * When an event counts, if it does: at its own time where that is still open or is corrected, else now. One that is
 * older than the late window waits for a person under every policy.
 */
export function judgeLateness({ now, time, billedThrough, lateWindowMs, policy }: LateFacts): LateVerdict {
  if (time < addMs(now, -lateWindowMs)) return { outcome: 'quarantine' };
  if (billedThrough === null || time >= billedThrough)
    return { outcome: 'count', countedAt: time, isCorrection: false };
  if (policy === 'quarantine') return { outcome: 'quarantine' };
  if (policy === 'correct') return { outcome: 'count', countedAt: time, isCorrection: true };
  return { outcome: 'count', countedAt: now > billedThrough ? now : billedThrough, isCorrection: false };
}
