import fc from 'fast-check';
import { expect, test } from 'vitest';
import { at } from '../testing/factories.ts';
import { instant } from '../time/instant.ts';
import {
  costByPeriod,
  measuredPart,
  type PlanCost,
  rankByCost,
  stillStopped,
  suggestedPlan,
} from './compare-plans.ts';

const month = (number: number) => ({
  start: at(`2027-0${number}-01T00:00:00Z`),
  end: at(`2027-0${number + 1}-01T00:00:00Z`),
});
const MONTHS = [month(1), month(2), month(3)];
const year = { start: at('2027-01-01T00:00:00Z'), end: at('2028-01-01T00:00:00Z') };

test('of the fee of a year a month costs the part that it is of the year', () => {
  const line = { kind: 'recurring', servicePeriod: year, amountMinor: 36_500n } as const;
  expect(costByPeriod(line, MONTHS)).toEqual([3100n, 2800n, 3100n]);
  expect(costByPeriod({ ...line, servicePeriod: month(2) }, MONTHS)).toEqual([0n, 36_500n, 0n]);
  expect(costByPeriod({ ...line, servicePeriod: month(5) }, MONTHS)).toEqual([0n, 0n, 0n]);
});

test('I170 the parts of a line never come to more than the line, and usage that was measured is counted whole', () => {
  const moment = fc.integer({ min: year.start, max: year.end });
  fc.assert(
    fc.property(moment, moment, fc.bigInt({ min: 0n, max: 10n ** 12n }), (one, other, amountMinor) => {
      const [start, end] = [instant(Math.min(one, other)), instant(Math.max(one, other) + 1)];
      const line = { servicePeriod: { start, end }, amountMinor };
      const sum = (kind: 'recurring' | 'usage') =>
        costByPeriod({ ...line, kind }, MONTHS).reduce((total, part) => total + part, 0n);
      expect(sum('recurring')).toBeLessThanOrEqual(amountMinor);
      if (end <= at('2027-04-01T00:00:00Z')) expect(sum('recurring')).toBe(amountMinor);
      expect(sum('usage')).toBe(start < at('2027-04-01T00:00:00Z') ? amountMinor : 0n);
    }),
  );
});

test('I170 a plan is suggested only if it holds all of the usage, and is cheaper unless the current one does not hold it', () => {
  const plan = fc.record({
    planId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    rank: fc.nat(5),
    totalMinor: fc.bigInt({ min: 0n, max: 5n }),
    holds: fc.boolean(),
  });
  const plans = fc.uniqueArray(plan, { selector: ({ planId }) => planId });
  fc.assert(
    fc.property(plans, fc.constantFrom('a', 'b', null), (all: PlanCost[], currentId) => {
      const best = suggestedPlan(all, { currentPlanId: currentId, isRunning: false });
      const current = all.find(({ planId }) => planId === currentId);
      const holding = all.filter(({ holds }) => holds);
      if (best === null) {
        expect(
          holding.every(({ totalMinor }) => current !== undefined && totalMinor >= current.totalMinor),
        ).toBe(true);
      } else {
        expect(best.holds).toBe(true);
        expect(holding.every(({ totalMinor }) => totalMinor >= best.totalMinor)).toBe(true);
        if (current?.holds) expect(best.totalMinor).toBeLessThan(current.totalMinor);
      }
      expect(rankByCost(all.toReversed())).toEqual(rankByCost(all));
    }),
  );
});

test('I610 no plan is suggested by a period that is not over', () => {
  const current = { planId: 'a', rank: 0, totalMinor: 5n, holds: false };
  const plans = [current, { planId: 'b', rank: 1, totalMinor: 1n, holds: true }];
  expect(suggestedPlan(plans, { currentPlanId: 'a', isRunning: true })).toBe(null);
  expect(suggestedPlan(plans, { currentPlanId: null, isRunning: true })).toBe(null);
});

test('usage is measured up to a moment and no further', () => {
  expect(measuredPart(year, at('2027-04-01T00:00:00Z'))).toEqual({
    start: year.start,
    end: at('2027-04-01T00:00:00Z'),
  });
  expect(measuredPart(month(5), at('2027-04-01T00:00:00Z'))).toBeNull();
});

test('I584 a limit stops nothing where another plan of the customer lets pass what was used', () => {
  const beside = (granted: string[], passed: string[]) => ({
    granted: new Set(granted),
    passed: new Set(passed),
  });
  expect(stillStopped('calls', [])).toBe(true);
  expect(stillStopped('calls', [beside(['calls'], [])])).toBe(false);
  expect(stillStopped('calls', [beside(['calls'], ['calls'])])).toBe(true);
  expect(stillStopped('calls', [beside(['seats'], [])])).toBe(true);
  expect(stillStopped('calls', [beside(['calls'], ['calls']), beside(['calls', 'seats'], [])])).toBe(false);
});
