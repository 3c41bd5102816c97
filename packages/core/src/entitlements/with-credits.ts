import { type Decimal12, decimal12FromInteger } from '../kernel/decimal.ts';
import type { EntitlementReason, EntitlementVerdict } from './evaluate.ts';

/** How credits answer a request for a feature that costs some. */
export interface CreditAnswer {
  /** The balance covers the request. */
  readonly isCovered: boolean;
  /** What happens where it does not: refused, or used and owed. */
  readonly beyond: 'block' | 'allow';
  /** Whole units that the balance pays for; null where they cost nothing. */
  readonly unitsLeft: bigint | null;
}

export interface CombinedVerdict {
  readonly allowed: boolean;
  readonly reason: EntitlementReason | 'credits' | 'credits_used_up';
  /** The least that is left by right and by credits; null where neither bounds it. */
  readonly remaining: Decimal12 | null;
}

/** Refusals that only say that nothing grants the feature: where it costs credits, these give access by themselves. */
const NOTHING_GRANTS: ReadonlySet<EntitlementReason> = new Set([
  'feature_not_in_plan',
  'no_active_subscription',
]);
const PASSES_LIMIT: ReadonlySet<EntitlementReason> = new Set(['overage', 'soft_limit']);

/**
 * Joins what a right says with what credits say. The right speaks first: what its limit, its switch or the state of the
 * service refuses stays refused, whatever credits are left. Where nothing grants the feature, credits alone decide.
 * What both let pass is allowed; if either lets it pass beyond its bound, the answer says so.
 */
export function combineWithCredits(
  right: Pick<EntitlementVerdict, 'allowed' | 'reason' | 'remaining'>,
  credits: CreditAnswer,
): CombinedVerdict {
  const isAlone = !right.allowed && NOTHING_GRANTS.has(right.reason);
  const units = credits.unitsLeft === null ? null : decimal12FromInteger(credits.unitsLeft);
  const remaining = isAlone ? units : least(right.remaining, units);
  if (!right.allowed && !isAlone) return { allowed: false, reason: right.reason, remaining };
  if (!credits.isCovered && credits.beyond === 'block')
    return { allowed: false, reason: 'credits_used_up', remaining };
  if (!isAlone && PASSES_LIMIT.has(right.reason)) return { allowed: true, reason: right.reason, remaining };
  return { allowed: true, reason: credits.isCovered ? 'credits' : 'overage', remaining };
}

function least(left: Decimal12 | null, right: Decimal12 | null): Decimal12 | null {
  if (left === null || right === null) return left ?? right;
  return left < right ? left : right;
}
