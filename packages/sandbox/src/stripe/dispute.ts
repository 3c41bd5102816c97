import type { Draft } from '../state/draft.ts';
import type { DisputeRecord } from '../state/money-records.ts';
import type { ChargeRecord } from '../state/records.ts';

const DAY = 86_400;

/** What the provider takes for a dispute, in minor units of the payment's currency. */
export const DISPUTE_FEE_MINOR = 1_500;

const EVIDENCE_DAYS = 9;
/** A bank that was told enough decides the next day; any other text is thought about for two months, and lost. */
const DECISION_DAYS = 1;
const LONG_DECISION_DAYS = 60;

/** What an answer makes of a dispute: these words stand in its `uncategorized_text`, as in Stripe's test mode. */
const WINNING = 'winning_evidence';
const LOSING = 'losing_evidence';
const ESCALATING = 'escalate_inquiry_evidence';

/** Opens a dispute of a charge. An inquiry takes no money yet; a final one cannot be answered. */
export function openDispute(
  draft: Draft,
  charge: ChargeRecord,
  { reason, isInquiry = false, isFinal = false }: { reason: string; isInquiry?: boolean; isFinal?: boolean },
): DisputeRecord {
  const id = draft.id('du_');
  const dueBy = draft.now + EVIDENCE_DAYS * DAY;
  const opened: DisputeRecord = {
    id,
    created: draft.now,
    amount: charge.amount - charge.amountRefunded,
    currency: charge.currency,
    charge: charge.id,
    paymentIntent: charge.paymentIntent,
    reason,
    status: isFinal ? 'lost' : isInquiry ? 'warning_needs_response' : 'needs_response',
    evidence: {},
    submissions: 0,
    dueBy,
    metadata: {},
    balanceTransactions: isInquiry ? [] : [withdraw(draft, id, charge)],
    dueAt: isFinal ? null : dueBy,
  };
  const dispute = draft.put('dispute', opened);
  const disputed = draft.put('charge', { ...charge, disputed: true });
  draft.emit('charge.dispute.created', 'dispute', dispute);
  if (!isInquiry) draft.emit('charge.dispute.funds_withdrawn', 'dispute', dispute);
  draft.emit('charge.updated', 'charge', disputed, { disputed: charge.disputed ?? false });
  if (isFinal) draft.emit('charge.dispute.closed', 'dispute', dispute);
  return dispute;
}

/** Hands in an answer; the bank decides later on the account's clock. */
export function submitDispute(draft: Draft, dispute: DisputeRecord): DisputeRecord {
  const text = dispute.evidence.uncategorized_text ?? '';
  const isKnown = [WINNING, LOSING, ESCALATING].includes(text);
  const submitted = draft.put('dispute', {
    ...dispute,
    status: dispute.status === 'warning_needs_response' ? 'warning_under_review' : 'under_review',
    submissions: dispute.submissions + 1,
    dueAt: draft.now + (isKnown ? DECISION_DAYS : LONG_DECISION_DAYS) * DAY,
  });
  draft.emit('charge.dispute.updated', 'dispute', submitted, { status: dispute.status });
  return submitted;
}

/** The bank decides, or the deadline passes without an answer. */
export function passDispute(draft: Draft, dispute: DisputeRecord): void {
  const text = dispute.evidence.uncategorized_text ?? '';
  if (dispute.status.startsWith('warning')) {
    if (dispute.submissions > 0 && text === ESCALATING) escalate(draft, dispute);
    else close(draft, dispute, 'warning_closed');
    return;
  }
  close(draft, dispute, dispute.submissions > 0 && text === WINNING ? 'won' : 'lost');
}

/** Ends a dispute. One that is won brings the money back, not the fee. */
export function close(
  draft: Draft,
  dispute: DisputeRecord,
  status: 'won' | 'lost' | 'warning_closed',
): DisputeRecord {
  const isBack = status === 'won' && dispute.balanceTransactions.length > 0;
  const back = isBack ? [move(draft, dispute.id, dispute, dispute.amount, 0, 'Dispute reversal')] : [];
  const closed = draft.put('dispute', {
    ...dispute,
    status,
    balanceTransactions: [...dispute.balanceTransactions, ...back],
    dueAt: null,
  });
  draft.emit('charge.dispute.closed', 'dispute', closed, { status: dispute.status });
  if (isBack) draft.emit('charge.dispute.funds_reinstated', 'dispute', closed);
  return closed;
}

/** Whether a bank has the money of a charge, or keeps it: an inquiry takes none, and what is won came back. */
export function isChargedBack(draft: Draft, charge: ChargeRecord): boolean {
  if (charge.disputed !== true) return false;
  return draft
    .all('dispute')
    .some(({ charge: of, status }) => of === charge.id && status !== 'won' && !status.startsWith('warning'));
}

/** An inquiry becomes a dispute over what is left of the charge. */
function escalate(draft: Draft, dispute: DisputeRecord): void {
  const charge = draft.get('charge', dispute.charge);
  if (charge === undefined) throw new Error('a dispute has no charge');
  const left = charge.amount - charge.amountRefunded;
  if (left === 0) {
    close(draft, dispute, 'warning_closed');
    return;
  }
  const dueBy = draft.now + EVIDENCE_DAYS * DAY;
  const escalated = draft.put('dispute', {
    ...dispute,
    amount: left,
    status: 'needs_response',
    submissions: 0,
    evidence: {},
    dueBy,
    dueAt: dueBy,
    balanceTransactions: [withdraw(draft, dispute.id, charge)],
  });
  draft.emit('charge.dispute.updated', 'dispute', escalated, { status: dispute.status });
  draft.emit('charge.dispute.funds_withdrawn', 'dispute', escalated);
}

function withdraw(draft: Draft, id: string, charge: ChargeRecord): string {
  const amount = charge.amount - charge.amountRefunded;
  return move(draft, id, charge, -amount, DISPUTE_FEE_MINOR, 'Chargeback withdrawal');
}

function move(
  draft: Draft,
  dispute: string,
  { currency }: { readonly currency: string },
  amount: number,
  fee: number,
  description: string,
): string {
  const transaction = draft.put('balance_transaction', {
    id: draft.id('txn_'),
    created: draft.now,
    amount,
    fee,
    currency,
    type: 'adjustment',
    source: dispute,
    description,
    availableOn: draft.now,
  });
  return transaction.id;
}
