import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import { at, dec } from '../testing/factories.ts';
import { decideReturn, type PriceReturned, unpaidCredits } from './decide-return.ts';
import { ANY_USE, type HeldGrant } from './grant.ts';
import { releaseHold } from './release-hold.ts';

const NONE: PriceReturned = {
  lineMinor: 1190n,
  notedMinor: 0n,
  totalMinor: 1190n,
  allNotedMinor: 0n,
  refundedMinor: 0n,
};
const AMOUNT = dec('100');

function held(left: Decimal12): HeldGrant {
  const now = at('2026-01-01T00:00:00Z');
  return {
    id: 'g',
    creditTypeId: 'tokens',
    source: 'purchase',
    amount: AMOUNT,
    left,
    priority: 50,
    effectiveAt: now,
    expiresAt: null,
    createdAt: now,
    scope: ANY_USE,
    rollover: null,
    rolledPeriods: 0,
  };
}

test('I652 credits that a coupon covered whole were paid with nothing, so nothing goes back', () => {
  expect(unpaidCredits(AMOUNT, { ...NONE, lineMinor: 0n, totalMinor: 0n })).toBe(0n);
  expect(unpaidCredits(AMOUNT, { ...NONE, totalMinor: -10n })).toBe(0n);
});

test('I210 credits go back with their price: by the line where a note names it, else by its share of what is still sold', () => {
  const unpaid = (more: Partial<PriceReturned>) => unpaidCredits(AMOUNT, { ...NONE, ...more });
  expect(unpaid({})).toBe(0n);
  expect(unpaid({ refundedMinor: 595n })).toBe(dec('50'));
  expect(unpaid({ refundedMinor: 1190n })).toBe(AMOUNT);
  expect(unpaid({ refundedMinor: 1n })).toBe(dec('0.084033613445'));
  expect(unpaid({ notedMinor: 119n, allNotedMinor: 119n })).toBe(dec('10'));
  expect(unpaid({ notedMinor: 1190n, allNotedMinor: 1190n })).toBe(AMOUNT);
  // Half of the line by a note, then half of what is left of the invoice by a refund.
  expect(unpaid({ notedMinor: 595n, allNotedMinor: 595n, refundedMinor: 595n })).toBe(AMOUNT);
  expect(unpaid({ notedMinor: 590n, allNotedMinor: 590n, refundedMinor: 300n })).toBe(dec('74.789915966386'));
  // Beside a plan of three times the price a quarter of each refund is for the credits, and a note of the plan is not.
  const beside = { totalMinor: 4760n };
  expect(unpaid({ ...beside, refundedMinor: 2380n })).toBe(dec('50'));
  expect(unpaid({ ...beside, allNotedMinor: 3570n })).toBe(0n);
  expect(unpaid({ ...beside, allNotedMinor: 3570n, refundedMinor: 1190n })).toBe(AMOUNT);
  expect(unpaid({ lineMinor: 0n, refundedMinor: 1n })).toBe(0n);
});

test('I210 never more goes back than is left, what is missing is named, and a refund that fails gives back what it took', () => {
  expect(decideReturn(held(dec('60')), dec('0'), dec('100'), dec('0'))).toEqual({
    effect: { grantId: 'g', kind: 'returned', amount: dec('60') },
    returned: dec('60'),
    missing: dec('40'),
    awaited: dec('0'),
  });
  expect(decideReturn(held(dec('0')), dec('60'), dec('100'), dec('15'))).toEqual({
    effect: null,
    returned: dec('60'),
    missing: dec('40'),
    awaited: dec('15'),
  });
  expect(decideReturn(held(dec('0')), dec('60'), dec('25'), dec('15'))).toEqual({
    effect: { grantId: 'g', kind: 'refunded', amount: dec('35') },
    returned: dec('25'),
    missing: dec('0'),
    awaited: dec('0'),
  });
});

test('I210 refunds in parts, in any order and failing between, take what one refund of their sum takes', () => {
  const part = fc.record({ minor: fc.bigInt({ min: 1n, max: 400n }), fails: fc.boolean() });
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 12 }),
      fc.bigInt({ min: 0n, max: AMOUNT }),
      (parts, leftAtFirst) => {
        let left = leftAtFirst;
        let returned = dec('0');
        let refundedMinor = 0n;
        const settle = () => {
          const unpaid = unpaidCredits(AMOUNT, { ...NONE, refundedMinor });
          const decision = decideReturn(held(decimal12FromScaled(left)), returned, unpaid, dec('0'));
          const { effect } = decision;
          if (effect?.kind === 'returned') left -= effect.amount;
          if (effect?.kind === 'refunded') left += effect.amount;
          ({ returned } = decision);
          expect(returned + decision.missing).toBe(unpaid);
          expect(left).toBe(leftAtFirst - returned);
          expect(left >= 0n).toBe(true);
          expect(decideReturn(held(decimal12FromScaled(left)), returned, unpaid, dec('0')).effect).toBeNull();
        };
        for (const { minor, fails } of parts) {
          if (refundedMinor + minor > NONE.totalMinor) continue;
          refundedMinor += minor;
          settle();
          if (fails) {
            refundedMinor -= minor;
            settle();
          }
        }
        const atOnce = unpaidCredits(AMOUNT, { ...NONE, refundedMinor });
        expect(returned).toBe(atOnce < leftAtFirst ? atOnce : leftAtFirst);
      },
    ),
  );
});

test('I485 what is promised no longer goes back with the price first, and only the rest with its grant or to the customer', () => {
  const fate = { owedBack: dec('0'), isRevoked: false, hasEnded: false };
  const parts = (...amounts: string[]) => amounts.map((amount) => ({ grantId: 'g', amount: dec(amount) }));
  const release = (amounts: string[], more: Partial<typeof fate>) =>
    releaseHold(parts(...amounts), () => ({ ...fate, ...more })).map(({ kind, amount }) => [kind, amount]);
  expect(release(['10'], {})).toEqual([]);
  expect(release(['10', '5'], { owedBack: dec('12') })).toEqual([
    ['returned', dec('10')],
    ['returned', dec('2')],
  ]);
  expect(release(['10', '5'], { owedBack: dec('12'), isRevoked: true })).toEqual([
    ['returned', dec('10')],
    ['returned', dec('2')],
    ['revoked', dec('3')],
  ]);
  expect(release(['10'], { hasEnded: true })).toEqual([['expired', dec('10')]]);
  fc.assert(
    fc.property(
      fc.array(fc.bigInt({ min: 1n, max: AMOUNT }), { maxLength: 5 }),
      fc.bigInt({ min: 0n, max: AMOUNT }),
      (amounts, owedBack) => {
        const free = amounts.map((amount) => ({ grantId: 'g', amount: decimal12FromScaled(amount) }));
        const effects = releaseHold(free, () => ({ ...fate, owedBack: decimal12FromScaled(owedBack) }));
        const sum = (all: readonly { amount: bigint }[]) =>
          all.reduce((total, { amount }) => total + amount, 0n);
        expect(sum(effects)).toBe(sum(free) < owedBack ? sum(free) : owedBack);
      },
    ),
  );
});
