import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimal12FromInteger } from '../kernel/decimal.ts';
import { ENTITLEMENT_REASONS, type EntitlementReason } from './evaluate.ts';
import { combineWithCredits } from './with-credits.ts';

const REFUSALS: ReadonlySet<EntitlementReason> = new Set([
  'limit_reached',
  'pool_limit_reached',
  'disabled',
  'feature_not_in_plan',
  'service_reduced',
  'service_suspended',
  'no_active_subscription',
]);
const NOTHING: readonly EntitlementReason[] = ['feature_not_in_plan', 'no_active_subscription'];

const right = fc.record({
  reason: fc.constantFrom(...ENTITLEMENT_REASONS),
  remaining: fc.option(fc.bigInt({ min: 0n, max: 1_000n }).map(decimal12FromInteger)),
});
const credits = fc.record({
  isCovered: fc.boolean(),
  beyond: fc.constantFrom('block' as const, 'allow' as const),
  unitsLeft: fc.option(fc.bigInt({ min: 0n, max: 1_000n })),
});

test('I200 right and credits must both let a use pass; where nothing grants it, credits alone decide', () => {
  fc.assert(
    fc.property(right, credits, ({ reason, remaining }, paid) => {
      const verdict = { allowed: !REFUSALS.has(reason), reason, remaining };
      const answer = combineWithCredits(verdict, paid);
      const pays = paid.isCovered || paid.beyond === 'allow';
      const isAlone = NOTHING.includes(reason);
      expect(answer.allowed).toBe(pays && (verdict.allowed || isAlone));
      // The right speaks first.
      if (!verdict.allowed && !isAlone) expect(answer.reason).toBe(reason);
      else if (!pays) expect(answer.reason).toBe('credits_used_up');
      for (const bound of isAlone ? [] : [remaining])
        if (bound !== null) expect(answer.remaining !== null && answer.remaining <= bound).toBe(true);
      if (paid.unitsLeft !== null)
        expect(answer.remaining !== null && answer.remaining <= decimal12FromInteger(paid.unitsLeft)).toBe(
          true,
        );
    }),
  );
});

test('I200 what passes says beyond which bound it does', () => {
  const within = { allowed: true, reason: 'included' as const, remaining: decimal12FromInteger(5n) };
  const beyond = { ...within, reason: 'overage' as const };
  const covered = { isCovered: true, beyond: 'block' as const, unitsLeft: 9n };
  const owed = { isCovered: false, beyond: 'allow' as const, unitsLeft: 0n };
  expect(combineWithCredits(within, covered)).toMatchObject({
    reason: 'credits',
    remaining: 5n * 10n ** 12n,
  });
  expect(combineWithCredits(within, owed)).toMatchObject({ allowed: true, reason: 'overage', remaining: 0n });
  expect(combineWithCredits(beyond, covered)).toMatchObject({ allowed: true, reason: 'overage' });
  expect(combineWithCredits({ ...within, reason: 'soft_limit' }, owed)).toMatchObject({
    reason: 'soft_limit',
  });
});
