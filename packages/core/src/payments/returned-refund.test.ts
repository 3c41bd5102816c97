import fc from 'fast-check';
import { expect, test } from 'vitest';
import { refundPosting, refundReturnedPosting } from '../ledger/postings.ts';
import type { LedgerTransaction } from '../ledger/transaction.ts';
import { trialBalance } from '../ledger/trial-balance.ts';
import { at, dec, EUR } from '../testing/factories.ts';
import { decideRefundOutcome, type RefundNews } from './decide-refund.ts';
import { madeUpFor } from './given-back.ts';
import type { Refund, RefundStatus } from './refund.ts';

const rate = (country: string, percent: string) => ({
  id: `${country}/${percent}`,
  percent: dec(percent),
});
const NOW = at('2026-04-01T00:00:00Z');
const refund: Refund = {
  id: 'ref_1',
  paymentId: 'pay_1',
  invoiceId: 'inv_1',
  customerId: 'cus_1',
  provider: 'stripe',
  currency: EUR,
  amountMinor: 1500n,
  creditMinor: 310n,
  status: 'succeeded',
  reason: 'asked',
};
const invoice = { netMinor: 1000n, taxMinor: 190n };

function told(status: RefundStatus, news: RefundNews, of: Partial<Refund> = {}) {
  return decideRefundOutcome({
    now: NOW,
    refund: { ...refund, ...of, status },
    invoice,
    refundedBeforeMinor: 0n,
    news,
  });
}

test('I530 a refund that comes back after it was made is booked back, free to go another way, and told once', () => {
  const { changes, events } = told('succeeded', 'failed');
  expect(
    changes.map((change) => (change.type === 'ledger.post' ? change.transaction.kind : change.type)),
  ).toEqual(['refund.update', 'refund_returned', 'customer_credit.add', 'refund_released']);
  expect(changes[0]).toMatchObject({ fromStatus: 'succeeded', status: 'returned' });
  expect(changes[2]).toMatchObject({ deltaMinor: 310n });
  expect(events.map(({ type }) => type)).toEqual(['refund.returned']);
  const nothing = { changes: [], events: [] };
  for (const news of ['unknown', 'succeeded', 'failed'] as const)
    expect(told('returned', news)).toEqual(nothing);
  expect(told('failed', 'failed')).toEqual(nothing);
  expect(told('succeeded', 'unknown')).toEqual(nothing);
});

test('I530 a failure that is told before the success never posts, and late news of the success change nothing', () => {
  const { changes } = told('pending', 'failed', { creditMinor: 0n });
  expect(changes.map(({ type }) => type)).toEqual(['refund.update']);
  expect(told('failed', 'succeeded')).toEqual({ changes: [], events: [] });
});

test('I530 a call that the provider did not take ends what it was to make, and says nothing of a refund that was made', () => {
  expect(told('succeeded', 'refused')).toEqual({ changes: [], events: [] });
  expect(told('returned', 'refused')).toEqual({ changes: [], events: [] });
  for (const status of ['pending', 'unknown'] as const)
    expect(told(status, 'refused')).toEqual(told(status, 'failed'));
});

test('I530 whichever refunds come back, in whatever order, the books hold what the others alone would', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ amountMinor: fc.bigInt({ min: 1n, max: 400n }), comesBack: fc.boolean() }), {
        minLength: 1,
        maxLength: 12,
      }),
      fc.bigInt({ min: 0n, max: 900n }),
      fc.integer({ min: 0, max: 5 }),
      (parts, reducedMinor, turn) => {
        const sold = {
          netMinor: 5000n,
          taxMinor: 1000n + reducedMinor,
          taxes: [
            { taxMinor: 1000n, rate: rate('DE', '19') },
            { taxMinor: reducedMinor, rate: rate('FR', '20') },
          ],
        };
        const ledger: LedgerTransaction[] = [];
        let standingMinor = 0n;
        const bySize = [...parts.entries()].map(([index, part]) => ({ ...part, id: `ref_${index}` }));
        const make = ({ id, amountMinor }: (typeof bySize)[number]) => {
          const one = { ...refund, id, amountMinor, creditMinor: 0n };
          ledger.push(refundPosting(one, sold, standingMinor, NOW)!);
          standingMinor += amountMinor;
        };
        for (const part of bySize) make(part);
        const back = bySize.filter(({ comesBack }) => comesBack);
        const turned = [...back.slice(turn % (back.length + 1)), ...back.slice(0, turn % (back.length + 1))];
        for (const { id, amountMinor } of turned) {
          standingMinor -= amountMinor;
          const one = { ...refund, id, amountMinor, creditMinor: 0n };
          ledger.push(refundReturnedPosting(one, sold, standingMinor, NOW)!);
        }
        const whole =
          standingMinor === 0n
            ? []
            : [refundPosting({ ...refund, amountMinor: standingMinor, creditMinor: 0n }, sold, 0n, NOW)!];
        const nonZero = trialBalance(ledger).filter(({ balanceMinor }) => balanceMinor !== 0n);
        expect(nonZero).toEqual(trialBalance(whole));
      },
    ),
  );
});

test('I530 each part of a refund makes up for one that came back before it was asked for, the oldest first', () => {
  const on = (day: number) => at(`2026-04-0${day}T00:00:00Z`);
  const made = (id: string, amountMinor: bigint, day: number, backOn: number | null = null) => ({
    id,
    amountMinor,
    createdAt: on(day),
    finishedAt: on(day),
    status: backOn === null ? ('succeeded' as const) : ('returned' as const),
    returnedAt: backOn === null ? null : on(backOn),
  });
  const [first, second] = [made('a', 500n, 1, 3), made('b', 500n, 1, 4)];
  expect(madeUpFor([first, made('c', 500n, 2)])).toEqual([]);
  expect(madeUpFor([first, second, made('c', 500n, 5)])).toEqual(['a']);
  expect(madeUpFor([first, second, made('c', 600n, 5), made('d', 400n, 6)])).toEqual(['a', 'b']);
  expect(madeUpFor([first, made('c', 300n, 4, 6), made('d', 500n, 7)])).toEqual(['a', 'c']);
  expect(madeUpFor([first, made('c', 499n, 5)])).toEqual([]);
  const under = { ...made('c', 500n, 5), status: 'pending' as const, finishedAt: null };
  expect(madeUpFor([first, under])).toEqual([]);
});
