import type { AttemptNews } from '@billhook/core/payments/decide-attempt-outcome';
import { addMs, type Instant, MS_PER_DAY, MS_PER_MINUTE } from '@billhook/core/time/instant';
import {
  answeredDispute,
  type DisputeState,
  decidedDispute,
  type Evidence,
  finalDispute,
  openedDispute,
} from './dispute.ts';

/** How the bank behind a card or an account acts when it is asked for money. */
export type Bank =
  | { readonly kind: 'pays' }
  | { readonly kind: 'declines'; readonly code: string }
  /** Asks its customer to confirm, and then pays or declines. */
  | { readonly kind: 'authenticates'; readonly declinesAs: string | null }
  /** A debit: the outcome is known days later, or in minutes where it is `quick`. */
  | {
      readonly kind: 'debits';
      readonly ends: 'paid' | 'disputed' | { readonly returnedAs: string };
      readonly isQuick: boolean;
    };

export interface RefundState {
  readonly amountMinor: bigint;
  readonly status: 'pending' | 'succeeded';
  readonly dueAt: Instant | null;
}

/** One payment as the provider has it. */
export interface PaymentState {
  readonly bank: Bank;
  readonly amountMinor: bigint;
  readonly isCustomerThere: boolean;
  /** When the page closes on which the customer is; null where there is none. What is not paid by then is canceled. */
  readonly closesAt: Instant | null;
  readonly news: AttemptNews;
  /** When a debit comes to its end. */
  readonly settlesAt: Instant | null;
  readonly refunds: readonly RefundState[];
  readonly dispute: DisputeState | null;
}

/** What a provider takes for a payment by card: 1.4 %, rounded half up, and 25. */
export function chargeFeeMinor(amountMinor: bigint): bigint {
  return (amountMinor * 14n + 500n) / 1000n + 25n;
}

const DEBIT_FEE_MINOR = 35n;
const DEBIT_REFUND_MS = 3 * MS_PER_DAY;

const failed = (failureCode: string): AttemptNews => ({ status: 'failed', failureCode });

/** A charge at its beginning: most are known at once. */
export function charged(
  asked: Pick<PaymentState, 'bank' | 'amountMinor' | 'isCustomerThere' | 'closesAt'>,
  now: Instant,
): PaymentState {
  const { bank, amountMinor, isCustomerThere, closesAt } = asked;
  const begun = { ...{ bank, amountMinor, isCustomerThere, closesAt }, ...NOTHING_YET };
  switch (bank.kind) {
    case 'pays':
      return { ...begun, news: taken(bank, amountMinor) };
    case 'declines':
      return { ...begun, news: failed(bank.code) };
    case 'authenticates':
      // Nobody is there who could confirm it.
      if (!isCustomerThere) return { ...begun, news: failed('authentication_required') };
      return { ...begun, news: { status: 'requires_action' } };
    case 'debits':
      return { ...begun, news: { status: 'processing' }, settlesAt: addMs(now, settlementMs(bank)) };
  }
}

const NOTHING_YET = { settlesAt: null, refunds: [], dispute: null } as const;

function settlementMs({ ends, isQuick }: Extract<Bank, { kind: 'debits' }>): number {
  if (isQuick) return 3 * MS_PER_MINUTE;
  return typeof ends === 'object' ? 2 * MS_PER_DAY : 5 * MS_PER_DAY;
}

function taken(bank: Bank, amountMinor: bigint): AttemptNews {
  const feeMinor = bank.kind === 'debits' ? DEBIT_FEE_MINOR : chargeFeeMinor(amountMinor);
  return { status: 'succeeded', capturedMinor: amountMinor, feeMinor };
}

/** The customer answers their bank. Null where it does not ask. */
export function authenticated(state: PaymentState, isConfirmed: boolean): PaymentState | null {
  const { bank, amountMinor, news } = state;
  if (news.status !== 'requires_action' || bank.kind !== 'authenticates') return null;
  if (!isConfirmed) return { ...state, news: failed('payment_intent_authentication_failure') };
  return { ...state, news: bank.declinesAs === null ? taken(bank, amountMinor) : failed(bank.declinesAs) };
}

/** Whether the customer may still pay: a debit is left to its bank, and whoever gave it is gone. */
function isOpen({ bank, isCustomerThere, news }: PaymentState): boolean {
  const isUnpaid = news.status === 'failed' || news.status === 'requires_action';
  return isCustomerThere && isUnpaid && bank.kind !== 'debits';
}

/** The customer, who is still there, tries another method. Null where there is nothing to try. */
export function triedAgain(state: PaymentState, bank: Bank, now: Instant): PaymentState | null {
  return isOpen(state) ? charged({ ...state, bank }, now) : null;
}

/** What of a payment was not given back. */
export function leftMinor({ news, refunds }: PaymentState): bigint {
  if (news.status !== 'succeeded') return 0n;
  return refunds.reduce((left, { amountMinor }) => left - amountMinor, news.capturedMinor);
}

/** Null where it is refused: nothing was taken, not as much is left, or a bank has the money. */
export function refunded(state: PaymentState, amountMinor: bigint, now: Instant): PaymentState | null {
  const { bank, dispute, refunds } = state;
  const isOut = dispute !== null && dispute.status !== 'warning' && dispute.status !== 'won';
  if (amountMinor < 1n || amountMinor > leftMinor(state) || isOut) return null;
  const refund: RefundState =
    bank.kind === 'debits'
      ? { amountMinor, status: 'pending', dueAt: addMs(now, DEBIT_REFUND_MS) }
      : { amountMinor, status: 'succeeded', dueAt: null };
  return { ...state, refunds: [...refunds, refund] };
}

/** A bank asks a payment back. Null where nothing is left of it, or it was asked back before. */
export function disputed(
  state: PaymentState,
  kind: 'dispute' | 'inquiry',
  now: Instant,
): PaymentState | null {
  const left = leftMinor(state);
  if (left === 0n || state.dispute !== null) return null;
  return { ...state, dispute: openedDispute(left, kind, now) };
}

/** The seller answers. Null where no answer is taken. */
export function answered(state: PaymentState, evidence: Evidence, now: Instant): PaymentState | null {
  const dispute = state.dispute === null ? null : answeredDispute(state.dispute, evidence, now);
  return dispute === null ? null : { ...state, dispute };
}

/** The next moment at which time alone changes something; null if there is none. */
export function nextDueAt(state: PaymentState): Instant | null {
  const { settlesAt, refunds, dispute } = state;
  let next = isOpen(state) ? state.closesAt : settlesAt;
  for (const at of [dispute?.dueAt ?? null, ...refunds.map(({ dueAt }) => dueAt)])
    if (at !== null && (next === null || at < next)) next = at;
  return next;
}

/** What is due at a moment happens. */
export function passed(state: PaymentState, now: Instant): PaymentState {
  const { bank, amountMinor, dispute } = state;
  let after = state;
  if (isOpen(state) && state.closesAt !== null && state.closesAt <= now)
    after = { ...after, news: { status: 'canceled' }, closesAt: null };
  if (state.settlesAt !== null && state.settlesAt <= now && bank.kind === 'debits') {
    const { ends } = bank;
    const news = typeof ends === 'object' ? failed(ends.returnedAs) : taken(bank, amountMinor);
    after = { ...after, news, settlesAt: null };
    if (ends === 'disputed') after = { ...after, dispute: finalDispute(amountMinor, now) };
  }
  const refunds = after.refunds.map(
    (one): RefundState =>
      one.dueAt === null || one.dueAt > now ? one : { ...one, status: 'succeeded', dueAt: null },
  );
  after = { ...after, refunds };
  if (dispute?.dueAt == null || dispute.dueAt > now) return after;
  return { ...after, dispute: decidedDispute(dispute, leftMinor(after), now) };
}
