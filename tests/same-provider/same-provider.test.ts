import { currencyCode } from '@billhook/core/money/currency';
import type { PaymentAttempt } from '@billhook/core/payments/payment';
import { instant, MS_PER_DAY } from '@billhook/core/time/instant';
import { drawScript } from '@billhook/sim/bank/draw';
import { prngOf } from '@billhook/sim/prng';
import { type Card, drawCharge, drawCourse, providerOf } from '@billhook/sim/provider';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Comparison, expectGeneratedSame, startComparison } from './compare.ts';
import { PAGE_MS, SCRIPTS } from './scripts.ts';

const NOW = instant(Date.parse('2026-03-02T10:00:00Z'));
const CARDS: readonly Card[] = [
  { kind: 'flaky' },
  { kind: 'three_d_secure' },
  { kind: 'debit' },
  { kind: 'dying', diesAt: NOW },
];

let comparison: Comparison;
beforeAll(async () => {
  comparison = await startComparison();
});
afterAll(() => comparison.stop());

describe('the simulator’s provider and the sandbox of Stripe', () => {
  test.each(SCRIPTS)('I475 live the same: %s', async (_, script) => {
    await comparison.expectSame(script);
  });

  test('I475 live the same by scripts that nobody wrote', () => expectGeneratedSame(comparison, 20, 1));

  test('I475 what is drawn of one payment whose news come in any order happens at the sandbox, too', async () => {
    for (let seed = 0; seed < 8; seed += 1) {
      const script = drawScript(prngOf(`script/${seed}`), 1_190n);
      await comparison.expectSame(script.isCustomerThere ? { ...script, closesAfterMs: PAGE_MS } : script);
    }
  });

  test('I475 what the fleet tells of a charge is what the sandbox says of it, but for what its network adds', async () => {
    const ends = new Set<string>();
    for (const card of CARDS) {
      for (const isThere of [false, true]) {
        const seed = `fleet/${card.kind}/${isThere}`;
        const script = drawCharge(4_900n, card, isThere, NOW, prngOf(seed));
        const { seen } = await comparison.expectSame(
          isThere ? { ...script, closesAfterMs: PAGE_MS } : script,
        );
        const sold = attemptOver(4_900n);
        const told = providerOf(prngOf(seed)).charge(sold, card, isThere, NOW);
        const ofNetwork = new Set(['unknown', 'processing']);
        const said = told
          .filter(({ news }) => !ofNetwork.has(news.status) && !isLate(news))
          .map(({ news }) => news);
        const looked = seen
          .map(({ news }) => news)
          .filter(({ status }) => status !== 'processing' && status !== 'canceled');
        expect(new Set(said.map(text))).toEqual(new Set(looked.map(text)));
        ends.add(said.at(-1)?.status ?? '');
      }
    }
    expect(ends).toEqual(new Set(['succeeded', 'failed']));
  });

  test('I475 what the fleet’s banks ask back, the sandbox’s ask back in the same sums', async () => {
    let disputes = 0;
    for (let seed = 0; disputes < 5; seed += 1) {
      const banks = prngOf(`${seed}`).fork('banks');
      const provider = providerOf(prngOf(`${seed}`));
      const sold = { ...attemptOver(4_900n), status: 'succeeded', capturedMinor: 4_900n } as const;
      const deliveries = provider.disputes(sold, NOW);
      if (!banks.chance(0.03)) {
        expect(deliveries).toEqual([]);
        continue;
      }
      disputes += 1;
      const { script } = drawCourse(4_900n, NOW, banks);
      const played = await comparison.expectSame({ ...script, isCustomerThere: false });
      const end = played.seen.at(-1)?.dispute;
      const looked = deliveries.map(({ at, paymentId }) => provider.lookUpDispute(paymentId, at));
      expect(looked.at(-1)).toMatchObject({ status: end?.status, withdrawnMinor: end?.withdrawnMinor });
      expect(provider.truth.disputedMinor.get(sold.id)).toBe(
        (end?.withdrawnMinor ?? 0n) + (end?.feeMinor ?? 0n),
      );
      expect(Math.min(...deliveries.map(({ at }) => at))).toBeGreaterThanOrEqual(NOW + MS_PER_DAY);
    }
  });
});

const text = (news: object) =>
  JSON.stringify(news, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value));
const isLate = (news: object) => 'failureCode' in news && news.failureCode === 'late_and_out_of_order';

function attemptOver(amountMinor: bigint): PaymentAttempt {
  return {
    ...{
      id: 'attempt',
      customerId: 'customer',
      invoiceId: 'invoice',
      provider: 'sim',
      currency: currencyCode('EUR'),
    },
    ...{
      amountMinor,
      status: 'sending',
      capturedMinor: 0n,
      feeMinor: 0n,
      creditedMinor: 0n,
      refundedMinor: 0n,
    },
    creditReturnedMinor: 0n,
    failureCode: null,
  };
}
