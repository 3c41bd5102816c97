import { decimal12FromScaled, formatDecimal12 } from '@billhook/core/kernel/decimal';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromWire } from '../case.ts';
import { RightsStore, type StoredRight } from '../testing/rights-store.ts';
import type { ListedRight } from './facts.ts';
import { Right } from './right.ts';

/** Whole and broken figures, small ones often, so that limits are met exactly. */
const figure = fc
  .oneof(fc.bigInt({ min: 0n, max: 12n }), fc.bigInt({ min: 0n, max: 10n ** 20n }))
  .chain((whole) => fc.constantFrom(0n, 1n, 250_000_000_000n).map((part) => whole * 10n ** 12n + part))
  .map((scaled) => formatDecimal12(decimal12FromScaled(scaled)));
const right: fc.Arbitrary<StoredRight> = fc.oneof(
  fc.record({ kind: fc.constant('boolean' as const), enabled: fc.boolean() }),
  fc.record({
    kind: fc.constant('configuration' as const),
    value: fc.constantFrom('eu', 5, true, ['a', 'b']),
  }),
  fc.record({
    kind: fc.constant('metered' as const),
    limit: fc.option(figure),
    used: figure,
    overage: fc.constantFrom('block' as const, 'soft' as const, 'allow' as const),
    resetAt: fc.option(fc.constant('2026-12-01T00:00:00.000Z')),
  }),
);

function listed(store: RightsStore): ListedRight {
  const { body } = store.list('cus_1');
  return (fromWire(body) as { data: ListedRight[] }).data[0] as ListedRight;
}

describe('a right', () => {
  it('answers every quantity as the server does, from what the server lists', () => {
    fc.assert(
      fc.property(right, figure, (stored, quantity) => {
        const store = new RightsStore();
        store.set('cus_1', 'feature', stored);
        const asked = store.check({ customer: 'cus_1', feature: 'feature', quantity }).body;
        const { upgrade, object, customer, overage, warnAtPercent, counted, subject, pool, ...expected } =
          fromWire(asked) as object & Record<string, unknown>;
        const here = new Right(listed(store));
        const seen = JSON.parse(JSON.stringify(here.answer(quantity, 'fresh')));
        expect(seen).toEqual({ ...expected, state: 'fresh' });
        if (!quantity.includes('.') && BigInt(quantity) <= BigInt(Number.MAX_SAFE_INTEGER))
          expect(JSON.parse(JSON.stringify(here.answer(Number(quantity), 'fresh')))).toEqual(seen);
      }),
      { numRuns: 1000 },
    );
  });

  it('says what is left with what was used here, as the server will once it knows', () => {
    fc.assert(
      fc.property(figure, figure, figure, figure, (limit, used, pending, quantity) => {
        const store = new RightsStore();
        store.set('cus_1', 'feature', { kind: 'metered', limit, used });
        const here = new Right(listed(store));
        store.track({ customer: 'cus_1', feature: 'feature', quantity: pending, event_id: 'e' });
        here.setHere(scaled(pending));
        const later = new Right(listed(store));
        expect(JSON.stringify(here.answer(quantity, 'fresh'))).toBe(
          JSON.stringify(later.answer(quantity, 'fresh')),
        );
      }),
    );
  });

  it('paid in credits allows as many units as the balance pays for', () => {
    const store = new RightsStore();
    const credits = { available: '10', cost: '0.3' };
    store.set('cus_1', 'feature', { kind: 'metered', limit: null, credits });
    const here = new Right(listed(store));
    expect(here.answer(33, 'fresh')).toMatchObject({
      allowed: true,
      limit: null,
      remaining: '33.333333333333',
    });
    expect(here.answer(34, 'fresh')).toMatchObject({ allowed: false, reason: 'credits_used_up' });
    here.setHere(scaled('33'));
    expect(here.answer(1, 'fresh').allowed).toBe(false);
    expect(here.answer('0.333333333333', 'fresh').allowed).toBe(true);
    here.renew({ ...listed(store), credits: { available: '0', cost: '0' } });
    expect(here.answer(1_000_000, 'fresh').allowed).toBe(true);
  });

  it('with a limit and credits is bounded by the nearer one that refuses, and says which', () => {
    const store = new RightsStore();
    const ask = (limit: string, credits: { available: string; cost: string }, beyond: 'block' | 'allow') => {
      store.set('cus_1', 'feature', { kind: 'metered', limit, used: '4' });
      return new Right({ ...listed(store), credits: { ...credits, beyond } });
    };
    const limited = ask('10', { available: '100', cost: '1' }, 'block');
    expect(limited.answer(6, 'fresh')).toMatchObject({ allowed: true, reason: 'credits', remaining: '6' });
    expect(limited.answer(7, 'fresh')).toMatchObject({ allowed: false, reason: 'limit_reached' });
    const paid = ask('10', { available: '10', cost: '2.5' }, 'block');
    expect(paid.answer(4, 'fresh')).toMatchObject({ allowed: true, remaining: '4' });
    expect(paid.answer(5, 'fresh')).toMatchObject({ allowed: false, reason: 'credits_used_up' });
    const owed = ask('10', { available: '0', cost: '2.5' }, 'allow');
    expect(owed.answer(6, 'fresh').allowed).toBe(true);
    expect(owed.answer(7, 'fresh')).toMatchObject({ allowed: false, reason: 'limit_reached' });
    const free = ask('10', { available: '0', cost: '0' }, 'block');
    expect(free.answer(7, 'fresh')).toMatchObject({ allowed: false, reason: 'limit_reached' });
    const suspended = { ...listed(store), allowed: false, reason: 'service_suspended' as const };
    expect(
      new Right({ ...suspended, credits: { available: '9', cost: '1' } }).answer(1, 'fresh'),
    ).toMatchObject({ allowed: false, reason: 'service_suspended' });
  });

  it('is refused as the server said where no figure decides, and by the pool where that is the nearer bound', () => {
    const store = new RightsStore();
    store.set('cus_1', 'feature', { kind: 'metered', limit: '10', used: '4' });
    const right = listed(store);
    const suspended = {
      ...right,
      allowed: false,
      reason: 'service_suspended',
      limit: null,
      remaining: null,
    } as const;
    expect(new Right(suspended).answer(0, 'fresh')).toMatchObject({
      allowed: false,
      reason: 'service_suspended',
    });
    const pooled = new Right({ ...right, remaining: '1', pool: { limit: '20', used: '19' } });
    expect(pooled.answer(1, 'fresh').allowed).toBe(true);
    expect(pooled.answer(2, 'fresh')).toMatchObject({
      allowed: false,
      reason: 'pool_limit_reached',
      limit: '10',
    });
  });

  it('is not answered for a quantity that is none', () => {
    const store = new RightsStore();
    store.set('cus_1', 'feature', { kind: 'metered', limit: '1' });
    const here = new Right(listed(store));
    for (const quantity of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 1e-7, '', '-2', '1e3', '0x10'])
      expect(() => here.answer(quantity, 'fresh')).toThrow(RangeError);
  });
});

function scaled(text: string): bigint {
  const [whole = '0', part = ''] = text.split('.');
  return BigInt(whole) * 10n ** 12n + BigInt(part.padEnd(12, '0'));
}
