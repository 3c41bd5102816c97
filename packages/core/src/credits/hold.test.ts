import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimal12FromScaled } from '../kernel/decimal.ts';
import { at, dec } from '../testing/factories.ts';
import { DEFAULT_BURN_ORDER } from './burn-order.ts';
import { burnUse } from './burn-usage.ts';
import { creditsFor } from './feature-cost.ts';
import { ANY_USE, type HeldGrant } from './grant.ts';
import { holdCredits, splitHold, unitsCovered } from './hold.ts';

const NOW = at('2026-03-01T00:00:00Z');
const use = {
  creditTypeId: 'tokens',
  featureId: 'images',
  chargeKind: null,
  subscriptionId: null,
  at: NOW,
  now: NOW,
};

const grant = (id: string, left: bigint): HeldGrant => ({
  id,
  creditTypeId: 'tokens',
  source: 'promotion',
  amount: dec('1000'),
  left: decimal12FromScaled(left),
  priority: 50,
  effectiveAt: NOW,
  expiresAt: null,
  createdAt: NOW,
  scope: ANY_USE,
  rollover: null,
  rolledPeriods: 0,
});

const less = (held: readonly HeldGrant[], parts: readonly { grantId: string; amount: bigint }[]) =>
  held.map((one) => {
    const left = parts
      .filter(({ grantId }) => grantId === one.id)
      .reduce<bigint>((rest, { amount }) => rest - amount, one.left);
    return { ...one, left: decimal12FromScaled(left) };
  });
const sum = (all: readonly { amount: bigint }[]) => all.reduce((total, { amount }) => total + amount, 0n);

test('I380 as many whole units are promised as the balance pays for, none below the least, and all where more is owed', () => {
  const cost = { perUnit: dec('0.3'), beyond: 'block' } as const;
  const wanted = { requested: dec('10'), minimum: dec('2') };
  expect(unitsCovered(dec('3'), cost, wanted)).toBe(dec('10'));
  expect(unitsCovered(dec('2.99'), cost, wanted)).toBe(dec('9'));
  expect(unitsCovered(dec('0.6'), cost, wanted)).toBe(dec('2'));
  expect(unitsCovered(dec('0.59'), cost, wanted)).toBe(0n);
  expect(unitsCovered(dec('0'), { ...cost, beyond: 'allow' }, wanted)).toBe(dec('10'));
  expect(unitsCovered(dec('0'), { ...cost, perUnit: dec('0') }, wanted)).toBe(dec('10'));
});

test('I380 however many processes are promised units at once, use them and give back the rest, no grant is spent twice', () => {
  const lefts = fc.array(fc.bigInt({ min: 0n, max: 60n }), { minLength: 1, maxLength: 4 });
  const ask = fc.record({
    units: fc.integer({ min: 1, max: 20 }),
    usedPercent: fc.integer({ min: 0, max: 100 }),
  });
  fc.assert(
    fc.property(lefts, fc.array(ask, { minLength: 1, maxLength: 8 }), (amounts, asks) => {
      const perUnit = dec('2');
      let held = amounts.map((left, index) => grant(`g${index}`, left * dec('1')));
      const before = held.reduce((total, { left }) => total + left, 0n);
      const promised = asks.flatMap(({ units, usedPercent }) => {
        const available = decimal12FromScaled(held.reduce((total, { left }) => total + left, 0n));
        const wanted = { requested: dec(`${units}`), minimum: dec('1') };
        const granted = unitsCovered(available, { perUnit, beyond: 'block' }, wanted);
        const parts = holdCredits(held, use, creditsFor(granted, perUnit), DEFAULT_BURN_ORDER);
        expect(sum(parts)).toBe(creditsFor(granted, perUnit));
        held = less(held, parts);
        expect(held.every(({ left }) => left >= 0n)).toBe(true);
        return [{ parts, granted, used: (granted * BigInt(usedPercent)) / 100n }];
      });
      let spent = 0n;
      for (const { parts, used } of promised) {
        const { taken, rest, missing } = splitHold(parts, creditsFor(decimal12FromScaled(used), perUnit));
        expect(missing).toBe(0n);
        expect(sum(taken) + sum(rest)).toBe(sum(parts));
        spent += sum(taken);
        held = less(
          held,
          rest.map(({ grantId, amount }) => ({ grantId, amount: -amount })),
        );
      }
      expect(held.reduce((total, { left }) => total + left, 0n) + spent).toBe(before);
      expect(spent <= before).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('I381 what a promise does not come to, as where a price rose meanwhile, is paid like any use', () => {
  const held = [grant('a', dec('5')), grant('b', dec('4'))];
  const parts = holdCredits(held, use, dec('7'), DEFAULT_BURN_ORDER);
  expect(parts).toEqual([
    { grantId: 'a', amount: dec('5') },
    { grantId: 'b', amount: dec('2') },
  ]);
  const { taken, rest, missing } = splitHold(parts, dec('8'));
  expect([sum(taken), rest, missing]).toEqual([dec('7'), [], dec('1')]);
  const free = burnUse(less(held, parts), use, missing, DEFAULT_BURN_ORDER);
  expect(free).toEqual({ parts: [{ grantId: 'b', amount: dec('1') }], overage: 0n });
});
