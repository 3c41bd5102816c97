import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import { at, dec } from '../testing/factories.ts';
import { DEFAULT_BURN_ORDER } from './burn-order.ts';
import { burnDifference, burnFor, burnUse, payableFor } from './burn-usage.ts';
import { ANY_USE, type HeldGrant } from './grant.ts';

const T0 = at('2026-01-01T00:00:00Z');
const T1 = at('2026-02-01T00:00:00Z');
const T2 = at('2026-03-01T00:00:00Z');

function held(id: string, left: string, more: Partial<HeldGrant> = {}): HeldGrant {
  return {
    id,
    creditTypeId: 'tokens',
    source: 'promotion',
    amount: dec(left),
    left: dec(left),
    priority: 50,
    effectiveAt: T0,
    expiresAt: null,
    createdAt: T0,
    scope: ANY_USE,
    rollover: null,
    rolledPeriods: 0,
    ...more,
  };
}
const use = { creditTypeId: 'tokens', featureId: 'api', chargeKind: null, subscriptionId: null };
const cost = {
  featureId: 'api',
  creditTypeId: 'tokens',
  perUnit: dec('0.5'),
  effectiveAt: T0,
  beyond: 'block' as const,
};
const figure = fc.bigInt({ min: 0n, max: 10n ** 15n }).map(decimal12FromScaled);

test('I201 whatever an event is amended to, in whatever steps, what stands for it is what it costs now', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(figure, fc.boolean()), { minLength: 1, maxLength: 12 }), (contents) => {
      const burned: { amount: Decimal12; corrected: Decimal12 }[] = [];
      for (const [quantity, isVoid] of contents) {
        const costs = isVoid ? dec('0') : burnFor(quantity, cost);
        const difference = burnDifference(costs, burned);
        if (difference > 0n) burned.push({ amount: difference, corrected: dec('0') });
        let rest: bigint = difference < 0n ? -difference : 0n;
        for (const one of burned.toReversed()) {
          const open = one.amount - one.corrected;
          const back = rest < open ? rest : open;
          one.corrected = decimal12FromScaled(one.corrected + back);
          rest -= back;
        }
        expect(rest).toBe(0n);
        const stands = burned.reduce((sum, { amount, corrected }) => sum + amount - corrected, 0n);
        expect(stands).toBe(costs);
        expect(burnDifference(costs, burned)).toBe(0n);
      }
    }),
  );
});

test('I201 what happened already spends all there is and no more, and the rest is overage', () => {
  fc.assert(
    fc.property(fc.array(figure, { maxLength: 6 }), figure, (lefts, amount) => {
      const grants = lefts.map((left, index) => ({ ...held(`g${index}`, '0'), left }));
      const { parts, overage } = burnUse(grants, { ...use, at: T0, now: T0 }, amount, DEFAULT_BURN_ORDER);
      const available = payableFor(grants, { ...use, at: T0, now: T0 });
      const paid = parts.reduce((sum, part) => sum + part.amount, 0n);
      expect(paid + overage).toBe(amount);
      expect(paid).toBe(available < amount ? available : amount);
      for (const { grantId, amount: part } of parts)
        expect(part <= (grants.find(({ id }) => id === grantId)?.left ?? 0n)).toBe(true);
    }),
  );
});

test('I204 what ran when something was used pays for it, also later, beside what runs now', () => {
  const january = held('january', '10', { expiresAt: T1 });
  const february = held('february', '10', { effectiveAt: T1 });
  const march = held('march', '10', { effectiveAt: T2 });
  const grants = [march, february, january];
  const burned = burnUse(grants, { ...use, at: T0, now: T1 }, dec('15'), DEFAULT_BURN_ORDER);
  expect(burned).toEqual({
    parts: [
      { grantId: 'january', amount: dec('10') },
      { grantId: 'february', amount: dec('5') },
    ],
    overage: dec('0'),
  });
  expect(payableFor(grants, { ...use, at: T0, now: T1 })).toBe(dec('20'));
  expect(payableFor(grants, { ...use, at: T1, now: T1 })).toBe(dec('10'));
});

test('less than nothing used costs nothing, and neither does what has no cost', () => {
  expect(burnFor(dec('3'), cost)).toBe(dec('1.5'));
  expect(burnFor(dec('-3'), cost)).toBe(0n);
  expect(burnFor(dec('3'), null)).toBe(0n);
});
