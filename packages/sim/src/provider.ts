import type { AttemptNews } from '@billhook/core/payments/decide-attempt-outcome';
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

/** How a customer's card behaves. A `dying` card works until a day and never again. */
export type Card =
  | { readonly kind: 'good' | 'flaky' | 'three_d_secure' }
  | { readonly kind: 'dying'; readonly diesAt: Instant };

/** News of an attempt that arrives at a moment: webhooks come late, more than once, and out of order. */
export interface Delivery {
  readonly at: Instant;
  readonly paymentId: string;
  readonly news: AttemptNews;
}

/** What the provider really did: the truth that the books are compared with. */
export interface ProviderTruth {
  readonly capturedMinor: Map<string, bigint>;
  readonly refundedMinor: Map<string, bigint>;
}

export interface Provider {
  readonly truth: ProviderTruth;
  charge(attempt: PaymentAttempt, card: Card, now: Instant): readonly Delivery[];
  refund(paymentId: string, amountMinor: bigint): 'succeeded' | 'failed' | 'unknown';
  /** A refund whose answer was lost: what became of it. */
  lookUpRefund(paymentId: string, amountMinor: bigint): 'succeeded' | 'failed';
}

const FEE_BASE_MINOR = 25n;

export function providerOf(prng: Prng): Provider {
  const truth: ProviderTruth = { capturedMinor: new Map(), refundedMinor: new Map() };
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

function settle(attempt: PaymentAttempt, card: Card, now: Instant, prng: Prng): AttemptNews {
  const declined: AttemptNews = { status: 'failed', failureCode: 'card_declined' };
  if (card.kind === 'dying' && now >= card.diesAt)
    return { status: 'failed', failureCode: prng.pick(['card_declined', 'expired_card', 'stolen_card']) };
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
  if (prng.chance(0.04)) {
    // The answer is lost; a look-up an hour later tells the truth.
    deliver(30 * MS_PER_SECOND, { status: 'unknown' });
    settledAfterMs = MS_PER_HOUR;
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
