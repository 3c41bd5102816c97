import type { DisputeNews, DisputeStatus } from '@billhook/core/payments/dispute';
import { addMs, type Instant, MS_PER_DAY } from '@billhook/core/time/instant';

/** What the seller hands in. Banks decide the next day about what they were told enough of; other words take two months. */
export type Evidence = 'winning' | 'losing' | 'escalating' | 'other';

/** A payment that a bank asks back, as the provider has it. */
export interface DisputeState {
  /** An inquiry takes no money, and may become a dispute that does. */
  readonly status: DisputeStatus;
  readonly amountMinor: bigint;
  readonly withdrawnMinor: bigint;
  readonly feeMinor: bigint;
  readonly evidence: Evidence | null;
  readonly evidenceDueAt: Instant | null;
  /** When the bank decides, or the time for an answer is over; null once it is closed. */
  readonly dueAt: Instant | null;
}

export const DISPUTE_FEE_MINOR = 1_500n;

const EVIDENCE_MS = 9 * MS_PER_DAY;
const DECISION_MS = MS_PER_DAY;
const LONG_DECISION_MS = 60 * MS_PER_DAY;

/** @param leftMinor what of the payment was not refunded */
export function openedDispute(leftMinor: bigint, kind: 'dispute' | 'inquiry', now: Instant): DisputeState {
  const isInquiry = kind === 'inquiry';
  return {
    status: isInquiry ? 'warning' : 'needs_response',
    amountMinor: leftMinor,
    withdrawnMinor: isInquiry ? 0n : leftMinor,
    feeMinor: isInquiry ? 0n : DISPUTE_FEE_MINOR,
    evidence: null,
    evidenceDueAt: addMs(now, EVIDENCE_MS),
    dueAt: addMs(now, EVIDENCE_MS),
  };
}

/** A debit that the account's holder never allowed: it cannot be answered. */
export function finalDispute(leftMinor: bigint, now: Instant): DisputeState {
  return closed(openedDispute(leftMinor, 'dispute', now), 'lost');
}

/** Null where no answer is taken any more. */
export function answeredDispute(state: DisputeState, evidence: Evidence, now: Instant): DisputeState | null {
  if (state.dueAt === null || state.evidence !== null) return null;
  const status = state.status === 'warning' ? 'warning' : 'under_review';
  const dueAt = addMs(now, evidence === 'other' ? LONG_DECISION_MS : DECISION_MS);
  return { ...state, status, evidence, evidenceDueAt: null, dueAt };
}

/** The bank decides, or the time for an answer is over. A dispute is won only where the bank has looked at an answer. */
export function decidedDispute(state: DisputeState, leftMinor: bigint, now: Instant): DisputeState {
  if (state.status === 'warning') {
    const isEscalated = state.evidence === 'escalating' && leftMinor > 0n;
    return isEscalated ? openedDispute(leftMinor, 'dispute', now) : closed(state, 'won');
  }
  return closed(state, state.evidence === 'winning' ? 'won' : 'lost');
}

function closed(state: DisputeState, status: 'won' | 'lost'): DisputeState {
  const withdrawnMinor = status === 'won' ? 0n : state.withdrawnMinor;
  return { ...state, status, withdrawnMinor, evidenceDueAt: null, dueAt: null };
}

/** What a look-up says of it. */
export function newsOfDispute(state: DisputeState): DisputeNews {
  const { status, amountMinor, evidenceDueAt, withdrawnMinor, feeMinor } = state;
  return { status, amountMinor, evidenceDueAt, withdrawnMinor, feeMinor };
}
