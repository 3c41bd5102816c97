import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Feature } from '../catalog/feature.ts';
import type { Decimal12 } from '../kernel/decimal.ts';
import { at, dec } from '../testing/factories.ts';
import type { MeteredEntitlement, OveragePolicy } from './entitlement.ts';
import type { EntitlementCheck } from './evaluate.ts';
import { grantUnits, settleUnits } from './units.ts';

const feature: Feature = { id: 'f', key: 'f', name: 'F', kind: 'metered', meterId: 'm' };
const right = (limit: string | null, overage: OveragePolicy = 'block'): MeteredEntitlement => ({
  kind: 'metered',
  featureId: 'f',
  limit: limit === null ? null : dec(limit),
  reset: 'billing_period',
  overage,
});
const taken = (
  entitlement: MeteredEntitlement,
  used: bigint,
  held: bigint,
): Omit<EntitlementCheck, 'requested'> => ({
  feature,
  entitlement,
  used: used as Decimal12,
  held: held as Decimal12,
  now: at('2026-01-15T00:00:00Z'),
  window: null,
  subscriptionStatus: 'active',
});

test('all units are given or none, unless the caller takes less; what is held is not left for others', () => {
  const ten = (entitlement: MeteredEntitlement) => taken(entitlement, dec('60'), dec('30'));
  expect(grantUnits(ten(right('100')), dec('10'))).toBe(dec('10'));
  expect(grantUnits(ten(right('100')), dec('10.5'))).toBe(dec('0'));
  expect(grantUnits(ten(right('100')), dec('50'), dec('5'))).toBe(dec('10'));
  expect(grantUnits(ten(right('100')), dec('50'), dec('11'))).toBe(dec('0'));
  expect(grantUnits(ten(right('100', 'allow')), dec('50'))).toBe(dec('50'));
  expect(grantUnits(ten(right(null)), dec('50'))).toBe(dec('50'));
  expect(grantUnits({ ...ten(right('100')), subscriptionStatus: 'canceled' }, dec('1'), dec('0'))).toBe(
    dec('0'),
  );
});

test('what a reservation holds is counted, kept or given back, and nothing else', () => {
  expect(settleUnits(dec('10'), dec('4'), dec('3'))).toEqual({
    counted: dec('4'),
    kept: dec('3'),
    released: dec('3'),
  });
  expect(settleUnits(dec('10'), dec('8'), dec('3'))).toBeNull();
});

const units = fc.bigInt({ min: 0n, max: 60n }).map((value) => value as Decimal12);
const step = fc.record({ asked: units, least: units, share: fc.integer({ min: 0, max: 3 }) });

test('I190 whatever is reserved, settled, kept and given back in turn, a limit that blocks is never passed', () => {
  fc.assert(
    fc.property(units, fc.array(step, { maxLength: 40 }), (limit, steps) => {
      const blocked: MeteredEntitlement = { ...right('0'), limit };
      let used = 0n;
      let held = 0n;
      for (const { asked, least, share } of steps) {
        const granted = grantUnits(taken(blocked, used, held), asked, least);
        held += granted;
        expect(used + held <= limit).toBe(true);
        const counted = (granted * BigInt(share)) / 3n;
        const kept = (granted - counted) / 2n;
        const settled = settleUnits(granted, counted as Decimal12, kept as Decimal12);
        held += kept - granted;
        used += counted;
        expect(settled?.released).toBe(granted - counted - kept);
        expect(used + held <= limit).toBe(true);
      }
    }),
  );
});
