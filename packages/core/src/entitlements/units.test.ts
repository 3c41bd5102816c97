import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Feature } from '../catalog/feature.ts';
import type { Decimal12 } from '../kernel/decimal.ts';
import { rational } from '../money/rational.ts';
import { ROUNDING_MODES } from '../money/round.ts';
import { at, dec } from '../testing/factories.ts';
import { roundQuantity } from '../usage/figure.ts';
import type { MeteredEntitlement, OveragePolicy } from './entitlement.ts';
import type { EntitlementCheck } from './evaluate.ts';
import { DEFAULT_SERVICE_RULES } from './service.ts';
import { beforeRounding, grantUnits, highestRoundedTo, settleUnits } from './units.ts';

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

test('I232 a limit before rounding is the highest figure that is rounded to no more than the limit', () => {
  const rounding = fc.record({
    step: fc.bigInt({ min: 1n, max: 50n }).map((value) => value as Decimal12),
    mode: fc.constantFrom(...ROUNDING_MODES),
  });
  const limit = fc.bigInt({ min: 0n, max: 500n }).map((value) => value as Decimal12);
  fc.assert(
    fc.property(limit, rounding, (most, how) => {
      const rounded = (figure: bigint) => roundQuantity(rational(figure, 1n), how).quantity;
      const highest = highestRoundedTo(most, how);
      expect(rounded(highest) <= most).toBe(true);
      expect(rounded(highest + 1n) > most).toBe(true);
    }),
  );
});

test('I232 units are given as the rounded figure of the period allows, of the limit or of the pool', () => {
  const tens = { step: dec('10'), mode: 'up' } as const;
  const given = (check: Omit<EntitlementCheck, 'requested'>, asked: string, least = asked) =>
    grantUnits(beforeRounding(check, tens), dec(asked), dec(least));
  expect(given(taken(right('95'), dec('81'), dec('0')), '9')).toBe(dec('9'));
  expect(given(taken(right('95'), dec('81'), dec('9')), '0.1')).toBe(dec('0'));
  expect(given(taken(right('95'), dec('81'), dec('0')), '14', '1')).toBe(dec('9'));
  expect(beforeRounding(taken(right('95'), dec('1'), dec('0')), null).entitlement).toEqual(right('95'));
  const each = { ...right('95'), poolLimit: dec('25') };
  const pooled = { ...taken(each, dec('3'), dec('0')), poolUsed: dec('11'), poolHeld: dec('2') };
  expect(given(pooled, '7')).toBe(dec('7'));
  expect(given(pooled, '7.5')).toBe(dec('0'));
  const reduced = { ...DEFAULT_SERVICE_RULES, pastDue: 'limit' as const, reducedLimit: dec('25') };
  const short = { ...taken(right('95'), dec('19'), dec('0')), feature: { ...feature, service: reduced } };
  expect(given({ ...short, service: 'limit' }, '1')).toBe(dec('1'));
  expect(given({ ...short, service: 'limit' }, '2')).toBe(dec('0'));
});
