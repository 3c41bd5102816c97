import type { AttemptNews } from '@billhook/core/payments/decide-attempt-outcome';
import type { DisputeNews } from '@billhook/core/payments/dispute';
import type { PaymentAttempt } from '@billhook/core/payments/payment';
import {
  addMs,
  type Instant,
  later,
  MS_PER_DAY,
  MS_PER_HOUR,
  MS_PER_MINUTE,
  MS_PER_SECOND,
} from '@billhook/core/time/instant';
import { newsOfDispute } from './bank/dispute.ts';
import { drawDispute } from './bank/draw.ts';
import type { Bank } from './bank/payment.ts';
import { type Deed, lived, type Moment, type Script } from './bank/script.ts';
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

/** A moment at which the provider is asked about a dispute, because a webhook came: late or twice, too. */
export interface DisputeDelivery {
  readonly at: Instant;
  readonly paymentId: string;
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
  /** @param isCustomerThere who pays by a button can answer their bank; at a renewal nobody can */
  charge(attempt: PaymentAttempt, card: Card, isCustomerThere: boolean, now: Instant): readonly Delivery[];
  /** The disputes that banks will open of a payment that was taken. */
  disputes(attempt: PaymentAttempt, now: Instant): readonly DisputeDelivery[];
  /** What a dispute has come to by now; null where nothing is left that a bank could ask back. */
  lookUpDispute(paymentId: string, now: Instant): DisputeNews | null;
  refund(refundId: string, paymentId: string, amountMinor: bigint): 'succeeded' | 'failed' | 'unknown';
  /** A refund whose answer was lost: what became of it. */
  lookUpRefund(refundId: string): 'succeeded' | 'failed';
  /** When a refund that was made comes back, because the card is closed by then; null for most, which stay. */
  returnOfRefund(now: Instant): Instant | null;
  /** It came back: the money is the seller's again. */
  takeBackRefund(paymentId: string, amountMinor: bigint): void;
}

/** What banks will ask back of a payment: its deeds are known, its sums once it is opened. */
interface Course {
  readonly script: Script;
  readonly chargedAt: Instant;
  moments: readonly Moment[] | null;
}

export function providerOf(prng: Prng): Provider {
  const truth: ProviderTruth = {
    capturedMinor: new Map(),
    refundedMinor: new Map(),
    disputedMinor: new Map(),
  };
  // Streams of their own, so that what else a seed plays stays as it is.
  const banks = prng.fork('banks');
  const returns = prng.fork('refunds that come back');
  const courses = new Map<string, Course>();
  const lostAnswers = new Map<string, 'succeeded' | 'failed'>();
  const settleRefund = (paymentId: string, amountMinor: bigint) => {
    truth.refundedMinor.set(paymentId, (truth.refundedMinor.get(paymentId) ?? 0n) + amountMinor);
  };
  return {
    truth,
    charge(attempt, card, isCustomerThere, now) {
      const script = drawCharge(attempt.amountMinor, card, isCustomerThere, now, prng);
      const moments = lived(script, now);
      const end = moments.at(-1)?.state;
      if (end?.news.status === 'succeeded') truth.capturedMinor.set(attempt.id, end.news.capturedMinor);
      if (end?.dispute != null) courses.set(attempt.id, { script, chargedAt: now, moments: null });
      return deliveries(attempt, moments, prng);
    },
    disputes(attempt, now) {
      const known = courses.get(attempt.id);
      if (known !== undefined) return deliveriesOf(attempt.id, known, now, banks);
      if (!banks.chance(0.03)) return [];
      const course = drawCourse(attempt.capturedMinor, now, banks);
      courses.set(attempt.id, course);
      return deliveriesOf(attempt.id, course, now, banks);
    },
    lookUpDispute(paymentId, now) {
      const course = courses.get(paymentId);
      if (course === undefined) return null;
      if (course.moments === null) {
        course.moments = opened(course, truth.refundedMinor.get(paymentId) ?? 0n);
        const end = course.moments.at(-1)?.state.dispute;
        if (end != null) truth.disputedMinor.set(paymentId, end.withdrawnMinor + end.feeMinor);
      }
      const dispute = course.moments.findLast(({ at }) => at <= now)?.state.dispute;
      return dispute == null ? null : newsOfDispute(dispute);
    },
    refund(refundId, paymentId, amountMinor) {
      const isLost = prng.chance(0.1);
      const isMade = !prng.chance(isLost ? 0.5 : 0.1);
      if (isMade) settleRefund(paymentId, amountMinor);
      if (!isLost) return isMade ? 'succeeded' : 'failed';
      lostAnswers.set(refundId, isMade ? 'succeeded' : 'failed');
      return 'unknown';
    },
    lookUpRefund: (refundId) => lostAnswers.get(refundId) ?? 'failed',
    returnOfRefund: (now) => (returns.chance(0.1) ? addMs(now, returns.int(1, 20) * MS_PER_DAY) : null),
    takeBackRefund: (paymentId, amountMinor) => settleRefund(paymentId, -amountMinor),
  };
}

/** What will be asked back of a payment that was taken, from its opening to its end. */
export function drawCourse(capturedMinor: bigint, now: Instant, prng: Prng): Course {
  const deeds: ({ afterMs: number } & Deed)[] = [];
  drawDispute(prng, prng.int(1, 40) * MS_PER_DAY, (afterMs, deed) => deeds.push({ afterMs, ...deed }));
  const script: Script = { bank: { kind: 'pays' }, amountMinor: capturedMinor, isCustomerThere: true, deeds };
  return { script, chargedAt: now, moments: null };
}

/** A course once it begins: what was given back before is not asked back. */
function opened({ script, chargedAt }: Course, refundedMinor: bigint): readonly Moment[] {
  const before = { afterMs: 0, do: 'refund', amountMinor: refundedMinor } as const;
  const deeds = refundedMinor > 0n ? [before, ...script.deeds] : script.deeds;
  return lived({ ...script, deeds }, chargedAt);
}

/** When a dispute is looked up: look-ups tell the present, so news of it may repeat and never go back. */
function deliveriesOf(
  paymentId: string,
  { script, chargedAt }: Course,
  now: Instant,
  prng: Prng,
): readonly DisputeDelivery[] {
  const list: DisputeDelivery[] = [];
  for (const { at, state } of lived(script, chargedAt)) {
    if (state.dispute === null) continue;
    const first = later(at, now);
    list.push({ at: first, paymentId });
    if (prng.chance(0.3)) list.push({ at: addMs(first, prng.int(1, 48) * MS_PER_HOUR), paymentId });
  }
  return list;
}

/** What the bank of a customer's card makes of one charge, and what the customer does who is there. */
export function drawCharge(
  amountMinor: bigint,
  card: Card,
  isCustomerThere: boolean,
  now: Instant,
  prng: Prng,
): Script {
  const bank = drawBankOf(card, now, prng);
  const asks = bank.kind === 'authenticates' && isCustomerThere;
  const deeds = asks
    ? [
        {
          afterMs: prng.int(2, 50) * MS_PER_MINUTE,
          ...({ do: 'authenticate', isConfirmed: !prng.chance(0.1) } as const),
        },
      ]
    : [];
  return { bank, amountMinor, isCustomerThere, deeds };
}

function drawBankOf(card: Card, now: Instant, prng: Prng): Bank {
  switch (card.kind) {
    case 'dying':
      if (now < card.diesAt) return { kind: 'pays' };
      return { kind: 'declines', code: prng.pick(['generic_decline', 'expired_card', 'stolen_card']) };
    case 'debit': {
      if (prng.chance(0.15)) {
        const returnedAs = prng.pick(['generic_decline', 'insufficient_funds']);
        return { kind: 'debits', ends: { returnedAs }, isQuick: false };
      }
      const isQuick = prng.chance(0.2);
      return { kind: 'debits', ends: prng.chance(0.02) && !isQuick ? 'disputed' : 'paid', isQuick };
    }
    case 'flaky':
      return prng.chance(0.4) ? { kind: 'declines', code: 'generic_decline' } : { kind: 'pays' };
    case 'three_d_secure':
      // Banks let some payments through without asking, whoever is there.
      return prng.chance(0.5) ? { kind: 'pays' } : { kind: 'authenticates', declinesAs: null };
    case 'good':
      return { kind: 'pays' };
  }
}

/** How the network tells what became of a charge. */
function deliveries(attempt: PaymentAttempt, moments: readonly Moment[], prng: Prng): readonly Delivery[] {
  const list: Delivery[] = [];
  const deliver = (at: Instant, news: AttemptNews) => list.push({ at, paymentId: attempt.id, news });
  const begun = (moments[0] as Moment).at;
  let last = moments[0] as Moment;
  for (const moment of moments) {
    if (moment.state.news === last.state.news) continue;
    deliver(addMs(last.at, MS_PER_SECOND), last.state.news);
    last = moment;
  }
  const { news } = last.state;
  let settledAt = addMs(last.at, prng.int(1, 20) * MS_PER_SECOND);
  if (prng.chance(0.04)) {
    // The answer is lost; a look-up an hour later tells the truth.
    deliver(addMs(begun, 30 * MS_PER_SECOND), { status: 'unknown' });
    settledAt = later(settledAt, addMs(begun, MS_PER_HOUR));
  }
  const late = (chance: number, most: number, unitMs: number, what: AttemptNews) => {
    if (prng.chance(chance)) deliver(addMs(settledAt, prng.int(1, most) * unitMs), what);
  };
  deliver(settledAt, news);
  late(0.2, 600, MS_PER_SECOND, news);
  late(0.1, 3, MS_PER_DAY, news);
  // Answers that were read before, and are heard after what came later.
  late(0.1, 60, MS_PER_MINUTE, { status: 'processing' });
  if (news.status === 'succeeded') {
    late(0.05, 1, MS_PER_HOUR, { status: 'failed', failureCode: 'late_and_out_of_order' });
  }
  return list;
}
