import type { AttemptNews } from '@billhook/core/payments/decide-attempt-outcome';
import type { DisputeNews } from '@billhook/core/payments/dispute';
import type { PaymentAttempt } from '@billhook/core/payments/payment';
import {
  addMs,
  type Instant,
  MS_PER_DAY,
  MS_PER_HOUR,
  MS_PER_MINUTE,
  MS_PER_SECOND,
} from '@billhook/core/time/instant';
import type { Prng } from './prng.ts';

/**
 * How a customer's card behaves. A `dying` card works until a day and never again; a `debit` is worked on for days, and
 * may come back.
 */
export type Card =
  | { readonly kind: 'good' | 'flaky' | 'three_d_secure' | 'debit' }
  | { readonly kind: 'dying'; readonly diesAt: Instant };

/** News of an attempt that arrives at a moment: webhooks come late, more than once, and out of order. */
export interface Delivery {
  readonly at: Instant;
  readonly paymentId: string;
  readonly news: AttemptNews;
}

/** What the provider says of a dispute when it is looked up: at its webhooks, which may come late and twice. */
export interface DisputeDelivery {
  readonly at: Instant;
  readonly paymentId: string;
  readonly news: DisputeNews;
}

/** What the provider really did: the truth that the books are compared with. */
export interface ProviderTruth {
  readonly capturedMinor: Map<string, bigint>;
  readonly refundedMinor: Map<string, bigint>;
  /** What disputes took out of the balance and did not give back, with their fees. */
  readonly disputedMinor: Map<string, bigint>;
}

export interface Provider {
  readonly truth: ProviderTruth;
  charge(attempt: PaymentAttempt, card: Card, now: Instant): readonly Delivery[];
  /** The disputes that banks will open of a payment that was taken. */
  disputes(attempt: PaymentAttempt, now: Instant): readonly DisputeDelivery[];
  refund(paymentId: string, amountMinor: bigint): 'succeeded' | 'failed' | 'unknown';
  /** A refund whose answer was lost: what became of it. */
  lookUpRefund(paymentId: string, amountMinor: bigint): 'succeeded' | 'failed';
}

const FEE_BASE_MINOR = 25n;

export function providerOf(prng: Prng): Provider {
  const truth: ProviderTruth = {
    capturedMinor: new Map(),
    refundedMinor: new Map(),
    disputedMinor: new Map(),
  };
  // Streams of their own, so that what else a seed plays stays as it is.
  const banks = prng.fork('banks');
  const settleRefund = (paymentId: string, amountMinor: bigint) => {
    truth.refundedMinor.set(paymentId, (truth.refundedMinor.get(paymentId) ?? 0n) + amountMinor);
  };
  return {
    truth,
    charge(attempt, card, now) {
      const final = settle(attempt, card, now, prng);
      if (final.status === 'succeeded') truth.capturedMinor.set(attempt.id, final.capturedMinor);
      return deliveries(attempt, card, final, now, prng);
    },
    disputes(attempt, now) {
      if (!banks.chance(0.03)) return [];
      const list = drawDispute(attempt, now, banks);
      const last = list.at(-1)?.news;
      if (last !== undefined) truth.disputedMinor.set(attempt.id, last.withdrawnMinor + last.feeMinor);
      return list;
    },
    refund(paymentId, amountMinor) {
      if (prng.chance(0.1)) return 'unknown';
      if (prng.chance(0.1)) return 'failed';
      settleRefund(paymentId, amountMinor);
      return 'succeeded';
    },
    lookUpRefund(paymentId, amountMinor) {
      if (prng.chance(0.5)) return 'failed';
      settleRefund(paymentId, amountMinor);
      return 'succeeded';
    },
  };
}

const DISPUTE_FEE_MINOR = 1500n;

/** A dispute from its opening to its end. Look-ups tell the present, so news of it may repeat and never go back. */
function drawDispute(attempt: PaymentAttempt, now: Instant, prng: Prng): readonly DisputeDelivery[] {
  const amountMinor = attempt.capturedMinor;
  const opensAt = addMs(now, prng.int(1, 40) * MS_PER_DAY);
  const opened: DisputeNews = {
    ...{ status: 'needs_response', amountMinor, evidenceDueAt: addMs(opensAt, 9 * MS_PER_DAY) },
    ...{ withdrawnMinor: amountMinor, feeMinor: DISPUTE_FEE_MINOR },
  };
  const reviewed: DisputeNews = { ...opened, status: 'under_review', evidenceDueAt: null };
  const end: DisputeNews = prng.chance(0.5)
    ? { ...reviewed, status: 'won', withdrawnMinor: 0n }
    : { ...reviewed, status: 'lost' };
  const life = [opened, ...(prng.chance(0.5) ? [reviewed] : []), end];
  return life.flatMap((news, index) => {
    const at = addMs(opensAt, index * 10 * MS_PER_DAY);
    const again = prng.chance(0.3) ? [addMs(at, prng.int(1, 48) * MS_PER_HOUR)] : [];
    return [at, ...again].map((moment) => ({ at: moment, paymentId: attempt.id, news }));
  });
}

function settle(attempt: PaymentAttempt, card: Card, now: Instant, prng: Prng): AttemptNews {
  const declined: AttemptNews = { status: 'failed', failureCode: 'card_declined' };
  if (card.kind === 'dying' && now >= card.diesAt)
    return { status: 'failed', failureCode: prng.pick(['card_declined', 'expired_card', 'stolen_card']) };
  if (card.kind === 'debit' && prng.chance(0.15))
    return { status: 'failed', failureCode: 'debit_not_authorized' };
  if (card.kind === 'flaky' && prng.chance(0.4)) return declined;
  if (card.kind === 'three_d_secure' && prng.chance(0.1))
    return { status: 'failed', failureCode: 'authentication_failed' };
  const feeMinor = FEE_BASE_MINOR + attempt.amountMinor / 50n;
  return {
    status: 'succeeded',
    capturedMinor: attempt.amountMinor,
    feeMinor: feeMinor < attempt.amountMinor ? feeMinor : 0n,
  };
}

function deliveries(
  attempt: PaymentAttempt,
  card: Card,
  final: AttemptNews,
  now: Instant,
  prng: Prng,
): readonly Delivery[] {
  const list: Delivery[] = [];
  const deliver = (afterMs: number, news: AttemptNews) =>
    list.push({ at: addMs(now, afterMs), paymentId: attempt.id, news });
  let settledAfterMs = prng.int(1, 20) * MS_PER_SECOND;
  if (card.kind === 'three_d_secure') {
    deliver(MS_PER_SECOND, { status: 'requires_action' });
    settledAfterMs = prng.int(2, 50) * MS_PER_MINUTE;
  }
  if (card.kind === 'debit') {
    deliver(MS_PER_SECOND, { status: 'processing' });
    settledAfterMs = prng.int(2, 8) * MS_PER_DAY;
  }
  if (prng.chance(0.04)) {
    // The answer is lost; a look-up an hour later tells the truth.
    deliver(30 * MS_PER_SECOND, { status: 'unknown' });
    settledAfterMs = settledAfterMs < MS_PER_HOUR ? MS_PER_HOUR : settledAfterMs;
  }
  deliver(settledAfterMs, final);
  if (prng.chance(0.2)) deliver(settledAfterMs + prng.int(1, 600) * MS_PER_SECOND, final);
  if (prng.chance(0.1)) deliver(settledAfterMs + prng.int(1, 3) * MS_PER_DAY, final);
  if (prng.chance(0.1)) deliver(settledAfterMs + prng.int(1, 60) * MS_PER_MINUTE, { status: 'processing' });
  if (final.status === 'succeeded' && prng.chance(0.05)) {
    deliver(settledAfterMs + MS_PER_HOUR, { status: 'failed', failureCode: 'late_and_out_of_order' });
  }
  return list;
}
