import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimal12FromScaled } from '../kernel/decimal.ts';
import { at, dec } from '../testing/factories.ts';
import { DEFAULT_BURN_ORDER } from './burn-order.ts';
import { ANY_USE, type CreditGrant } from './grant.ts';
import { anyUse, applyCreditFact, type CreditFact, creditedOf, EMPTY_POOL, standing } from './timeline.ts';

const NOW = at('2026-01-01T00:00:00Z');
const USE = anyUse('tokens', NOW);

function filled(id: string, amount: bigint): CreditFact {
  const left = decimal12FromScaled(amount);
  const grant: CreditGrant = {
    id,
    creditTypeId: 'tokens',
    source: 'purchase',
    amount: left,
    priority: 0,
    effectiveAt: NOW,
    expiresAt: null,
    createdAt: NOW,
    scope: ANY_USE,
    rollover: null,
    rolledPeriods: 0,
  };
  return { kind: 'filled', grant, left };
}

function after(facts: readonly CreditFact[]) {
  return facts.reduce((pool, fact) => applyCreditFact(pool, fact, USE, DEFAULT_BURN_ORDER), EMPTY_POOL);
}

test('I114 a pool that may be overdrawn stands at what was credited less what was used, in any order', () => {
  const amount = fc.bigInt({ min: 1n, max: 10n ** 15n });
  const fact = fc.oneof(
    amount.map((value) => ({ kind: 'credit' as const, value })),
    amount.map((value) => ({ kind: 'used' as const, value })),
    amount.map((value) => ({ kind: 'withdrawn' as const, value })),
  );
  fc.assert(
    fc.property(fc.array(fact, { maxLength: 30 }), (drawn) => {
      const pool = after(
        drawn.map(({ kind, value }, index): CreditFact => {
          if (kind === 'credit') return filled(`g${index}`, value);
          const taken = decimal12FromScaled(value);
          return kind === 'used'
            ? { kind, amount: taken }
            : { kind: 'withdrawn', amount: taken, grantIds: null };
        }),
      );
      expect(standing(pool, USE, 'may_go_negative')).toBe(creditedOf(pool) - pool.consumed);
      expect(standing(pool, USE, 'floor_zero') >= 0n).toBe(true);
      expect(pool.overage === 0n || pool.held.every(({ left }) => left === 0n)).toBe(true);
    }),
  );
});

test('a reset forgets, or keeps balances within bounds and what was used beyond them', () => {
  const used: CreditFact = { kind: 'used', amount: dec('110') };
  const start = [filled('a', dec('100')), used];
  const bounds = new Map([['a', { min: dec('50'), max: dec('50') }]]);
  const kept = after([...start, { kind: 'reset', rollover: { kind: 'clamped', bounds }, keepOverage: true }]);
  expect(standing(kept, USE, 'floor_zero')).toBe(dec('40'));
  const none = after([
    ...start,
    { kind: 'reset', rollover: { kind: 'clamped', bounds: new Map() }, keepOverage: false },
  ]);
  expect([none.overage, none.held[0]?.left]).toEqual([0n, 0n]);
  const forgotten = after([...start, { kind: 'reset', rollover: { kind: 'nothing' }, keepOverage: false }]);
  expect(forgotten).toEqual(EMPTY_POOL);
  expect(after([...start, { kind: 'ended', grantId: 'a' }]).held).toEqual([]);
  expect(after([{ kind: 'used', amount: dec('0') }])).toEqual(EMPTY_POOL);
});
