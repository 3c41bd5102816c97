import type { Change, Decision } from '../decision/change.ts';
import type { CoreEvent } from '../decision/event.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import {
  disputeFeePosting,
  disputeLostPosting,
  disputeReturnedPosting,
  disputeWithdrawnPosting,
} from '../ledger/dispute-posting.ts';
import type { LedgerTransaction } from '../ledger/transaction.ts';
import type { Instant } from '../time/instant.ts';
import { type Dispute, type DisputeNews, type DisputeStatus, isClosedDispute } from './dispute.ts';

export interface DisputeInput {
  readonly now: Instant;
  /** As the books know it; for a new one a row with nothing moved, in the status that is told. */
  readonly dispute: Dispute;
  readonly isNew: boolean;
  readonly news: DisputeNews;
}

/** How far a dispute has come; where evidence is waited for and where it is looked at are one way there and back. */
const STAGE: Readonly<Record<DisputeStatus, number>> = {
  warning: 0,
  needs_response: 1,
  under_review: 1,
  won: 2,
  lost: 2,
};

/**
 * Takes what the provider says of a dispute at present. Repeats change nothing. Money is booked by what the provider
 * has taken and given back so far, so that it does not matter which of its news arrived. What tells of an earlier
 * stage is an old answer and changes nothing; one that was decided may be decided otherwise.
 * Refusal: `dispute.moved_twice` where the provider moves money once more than the books can tell apart.
 */
export function decideDispute(input: DisputeInput): Result<Decision> {
  const { dispute, news, isNew, now } = input;
  if (STAGE[news.status] < STAGE[dispute.status]) return ok({ changes: [], events: [] });
  const { status } = news;
  const moved = moveMoney({ ...dispute, status }, news, now);
  if (moved === null) {
    return refuse(
      'dispute.moved_twice',
      'The provider moved the money of a dispute more than once each way.',
    );
  }
  const next: Dispute = {
    ...moved.dispute,
    amountMinor: news.amountMinor,
    evidenceDueAt: isClosedDispute(status) ? null : news.evidenceDueAt,
  };
  const isSame = (Object.keys(next) as (keyof Dispute)[]).every((field) => next[field] === dispute[field]);
  if (isSame && !isNew) return ok({ changes: [], events: [] });
  const changes: Change[] = [{ type: 'dispute.put', dispute: next }];
  for (const transaction of moved.postings) changes.push({ type: 'ledger.post', transaction });
  return ok({ changes, events: eventsOf(dispute, next, isNew) });
}

/** Books what the provider has moved since, and what is lost by it. Null where that cannot be told. */
function moveMoney(
  dispute: Dispute,
  news: DisputeNews,
  now: Instant,
): { dispute: Dispute; postings: readonly LedgerTransaction[] } | null {
  const postings: (LedgerTransaction | null)[] = [];
  let { withdrawnMinor, returnedMinor, feeMinor, feeReturnedMinor, lostMinor } = dispute;
  const outMinor = withdrawnMinor - returnedMinor;
  if (news.withdrawnMinor > outMinor) {
    // Taken twice: the first time came back already.
    if (withdrawnMinor > 0n) return null;
    withdrawnMinor = news.withdrawnMinor;
    feeMinor = news.feeMinor;
    postings.push(disputeWithdrawnPosting(dispute, withdrawnMinor, feeMinor, now));
  } else if (news.withdrawnMinor < outMinor) {
    if (returnedMinor > 0n) return null;
    returnedMinor = outMinor - news.withdrawnMinor;
    const feeBackMinor = news.feeMinor < feeMinor ? feeMinor - news.feeMinor : 0n;
    const lostBackMinor = lostMinor < returnedMinor ? lostMinor : returnedMinor;
    feeReturnedMinor += feeBackMinor;
    lostMinor -= lostBackMinor;
    const parts = { amountMinor: returnedMinor, lostMinor: lostBackMinor, feeMinor: feeBackMinor };
    postings.push(disputeReturnedPosting(dispute, parts, now));
  }
  if (news.feeMinor > 0n && feeMinor === 0n) {
    feeMinor = news.feeMinor;
    postings.push(disputeFeePosting(dispute, feeMinor, now));
  }
  if (
    dispute.status === 'lost' &&
    lostMinor === 0n &&
    withdrawnMinor > returnedMinor &&
    returnedMinor === 0n
  ) {
    lostMinor = withdrawnMinor;
    postings.push(disputeLostPosting(dispute, lostMinor, now));
  }
  return {
    dispute: { ...dispute, withdrawnMinor, returnedMinor, feeMinor, feeReturnedMinor, lostMinor },
    postings: postings.filter((posting) => posting !== null),
  };
}

function eventsOf(before: Dispute, after: Dispute, isNew: boolean): readonly CoreEvent[] {
  const data = {
    payment_id: after.paymentId,
    invoice_id: after.invoiceId,
    amount_minor: `${after.amountMinor}`,
    currency: after.currency,
    reason: after.reason,
    status: after.status,
    evidence_due_at: after.evidenceDueAt,
  };
  const event = (type: CoreEvent['type']): CoreEvent => ({
    type,
    subjectId: after.id,
    customerId: after.customerId,
    data,
  });
  const isClosed = isClosedDispute(after.status);
  if (isNew) return isClosed ? [event('dispute.opened'), event('dispute.closed')] : [event('dispute.opened')];
  if (before.status === after.status) return [];
  return [event(isClosed ? 'dispute.closed' : 'dispute.updated')];
}
