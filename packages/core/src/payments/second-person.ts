import { ok, type Result, refuse } from '../kernel/result.ts';
import { addMs, type Instant, MS_PER_DAY } from '../time/instant.ts';

/** How long a request to a second person stands. Real time: it is about people, not about the business' clock. */
export const APPROVAL_LIFE_MS = 7 * MS_PER_DAY;

/** A request that waits for a second person, or has been decided. */
export interface Approval {
  readonly status: 'waiting' | 'approved' | 'declined';
  /** Who asked; for a key of the API whoever made the key. */
  readonly askedBy: string;
  readonly expiresAt: Instant;
}

/**
 * Whether a refund needs a second person. All that has gone back of the payment counts, so that many small refunds are
 * no way around the limit.
 *
 * @param limitMinor what one person may give back of one payment; null for any amount
 * @param refundedMinor what went back of this payment before, or is under way
 */
export function needsSecondPerson(
  limitMinor: bigint | null,
  refundedMinor: bigint,
  amountMinor: bigint,
): boolean {
  return limitMinor !== null && refundedMinor + amountMinor > limitMinor;
}

export function expiryOf(askedAt: Instant): Instant {
  return addMs(askedAt, APPROVAL_LIFE_MS);
}

/**
 * Whether a person may decide a request. Whoever asked may take it back and never approve it.
 * Refusals: `approval.closed` for one that was decided or has run out, `approval.own_request`.
 */
export function mayDecide(
  approval: Approval,
  person: string,
  verdict: 'approved' | 'declined',
  now: Instant,
): Result<'approved' | 'declined'> {
  if (approval.status !== 'waiting')
    return refuse('approval.closed', `This request was ${approval.status} before.`);
  if (now >= approval.expiresAt) return refuse('approval.closed', 'This request has run out; ask again.');
  if (verdict === 'approved' && approval.askedBy === person) {
    return refuse('approval.own_request', 'Whoever asked for it cannot approve it; ask a colleague.');
  }
  return ok(verdict);
}
