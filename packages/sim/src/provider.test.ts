import { currencyCode } from '@billhook/core/money/currency';
import type { PaymentAttempt, PaymentStatus } from '@billhook/core/payments/payment';
import { mayMovePayment } from '@billhook/core/payments/transitions';
import { addMs, instant, MS_PER_DAY } from '@billhook/core/time/instant';
import { expect, test } from 'vitest';
import { prngOf } from './prng.ts';
import { type Card, type Delivery, providerOf } from './provider.ts';

const NOW = instant(Date.parse('2026-03-02T10:00:00Z'));
const CARDS: readonly Card[] = [
  { kind: 'good' },
  { kind: 'flaky' },
  { kind: 'three_d_secure' },
  { kind: 'debit' },
  { kind: 'dying', diesAt: addMs(NOW, -MS_PER_DAY) },
];

/** What the states that real providers' news move through make of these, one after the other. */
function endOf(deliveries: readonly Delivery[]): PaymentStatus {
  let status: PaymentStatus = 'sending';
  for (const { news } of deliveries) if (mayMovePayment(status, news.status)) status = news.status;
  return status;
}

test('the simulated provider moves payments as those behind the port do: in any order its news end as it really was', () => {
  const ends = new Set<PaymentStatus>();
  for (let seed = 0; seed < 400; seed += 1) {
    const prng = prngOf(`provider/${seed}`);
    const provider = providerOf(prng.fork('provider'));
    const attempt: PaymentAttempt = {
      id: `attempt-${seed}`,
      customerId: 'customer',
      invoiceId: 'invoice',
      provider: 'sim',
      currency: currencyCode('EUR'),
      amountMinor: BigInt(prng.int(100, 100_000)),
      status: 'sending',
      capturedMinor: 0n,
      feeMinor: 0n,
      creditedMinor: 0n,
      refundedMinor: 0n,
      creditReturnedMinor: 0n,
      failureCode: null,
    };
    const told = provider.charge(attempt, prng.pick(CARDS), prng.chance(0.5), NOW);
    const isTaken = provider.truth.capturedMinor.has(attempt.id);
    const shuffled = [...told, ...told].sort((a, b) => Number(a.at) - Number(b.at) || prng.next() - 0.5);
    const orders = [told, [...told].reverse(), shuffled];
    for (const order of orders) {
      const end = endOf(order);
      ends.add(end);
      expect([seed, end]).toEqual([seed, isTaken ? 'succeeded' : 'failed']);
    }
  }
  expect([...ends].sort()).toEqual(['failed', 'succeeded']);
});
