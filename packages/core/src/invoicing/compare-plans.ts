import { allocate } from '../money/allocate.ts';
import type { Instant } from '../time/instant.ts';
import { intersectPeriods, type Period, periodLengthMs } from '../time/period.ts';
import type { ProposedLine } from './line.ts';

type CostLine = Pick<ProposedLine, 'kind' | 'servicePeriod' | 'amountMinor'>;

/**
 * What a line costs for each of the periods that are looked at, which follow each other without a gap. Usage was
 * measured inside them, so its line belongs to them whole; of any other charge, such as the fee of a year, the part of
 * its service that lies in them. Parts are split by time so that they add up; nothing is rounded twice.
 */
export function costByPeriod(line: CostLine, periods: readonly Period[]): readonly bigint[] {
  const weights = periods.map((period) => {
    const common = intersectPeriods(line.servicePeriod, period);
    return common === null ? 0n : BigInt(periodLengthMs(common));
  });
  const inside = weights.reduce((sum, weight) => sum + weight, 0n);
  if (inside === 0n) return periods.map(() => 0n);
  const outside = BigInt(periodLengthMs(line.servicePeriod)) - inside;
  if (line.kind === 'usage') return allocate(line.amountMinor, weights);
  return allocate(line.amountMinor, [...weights, outside]).slice(0, periods.length);
}

/** What a plan would have cost, and whether it would have allowed all that was used. */
export interface PlanCost {
  readonly planId: string;
  readonly rank: number;
  readonly totalMinor: bigint;
  readonly holds: boolean;
}

/** Plans that hold the usage before those that do not, each by what they cost, then by the seller's rank. */
export function rankByCost<T extends PlanCost>(plans: readonly T[]): readonly T[] {
  return plans.toSorted(
    (one, other) =>
      Number(other.holds) - Number(one.holds) ||
      compare(one.totalMinor, other.totalMinor) ||
      one.rank - other.rank ||
      (one.planId < other.planId ? -1 : 1),
  );
}

/** Features of another plan that a customer has as well, and those of its limits that the usage would have passed. */
export interface HeldBeside {
  readonly granted: ReadonlySet<string>;
  readonly passed: ReadonlySet<string>;
}

/** Whether a limit that a plan would have passed stops anything: not where another plan that is held lets it pass. */
export function stillStopped(featureId: string, beside: readonly HeldBeside[]): boolean {
  return !beside.some(({ granted, passed }) => granted.has(featureId) && !passed.has(featureId));
}

/**
 * The cheapest plan that holds all of the usage, if it is another than the current one and costs less, or if the current
 * one does not hold it; null otherwise. Without a current plan the cheapest that holds it. None is suggested by a period that
 * still runs: cents of its first days are no ground to change a plan on.
 */
export function suggestedPlan<T extends PlanCost>(
  plans: readonly T[],
  { currentPlanId, isRunning }: { readonly currentPlanId: string | null; readonly isRunning: boolean },
): T | null {
  if (isRunning) return null;
  const [best] = rankByCost(plans.filter(({ holds }) => holds));
  if (best === undefined || best.planId === currentPlanId) return null;
  const current = plans.find(({ planId }) => planId === currentPlanId);
  if (current === undefined || !current.holds) return best;
  return best.totalMinor < current.totalMinor ? best : null;
}

function compare(one: bigint, other: bigint): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Of measured usage, the part that lies before a moment. Null if none does. */
export function measuredPart(period: Period, until: Instant): Period | null {
  const end = period.end < until ? period.end : until;
  return period.start < end ? { start: period.start, end } : null;
}
