import type { Entitlement as CoreEntitlement } from '@billhook/core/entitlements/entitlement';
import { evaluateEntitlement } from '@billhook/core/entitlements/evaluate';
import { DECIMAL12_SCALE, type Decimal12, decimal12FromScaled } from '@billhook/core/kernel/decimal';
import { MIN_INSTANT } from '@billhook/core/time/instant';
import type { Entitlement } from '../generated/types.ts';
import type { RightReason } from './answer.ts';
import { readFigure } from './quantity.ts';

/** A feature that is paid in credits: how many are left, and what one unit of the feature costs. */
export interface CreditsOfRight {
  readonly available: string;
  readonly cost: string;
  /** Beyond the balance, use is refused, or goes on and is owed; refused where a server does not say. */
  readonly beyond?: 'block' | 'allow';
}

/** A right as the server lists it. */
export type ListedRight = Omit<Entitlement, 'object' | 'explanation' | 'credits'> & {
  readonly credits?: CreditsOfRight | null;
};

/** A right with a bound in the terms of core's rule: a limit, and what of it is used. */
export interface BoundedRight {
  readonly entitlement: CoreEntitlement;
  readonly used: Decimal12;
  /** What a unit takes from the limit: 1, or its cost in credits. */
  readonly unitCost: Decimal12;
  readonly isHard: boolean;
  /** How the answer is worded, on this side of the bound and beyond it. */
  readonly reasons: { readonly within: RightReason; readonly beyond: RightReason };
}

const FEATURE = { id: 'feature', key: 'feature', name: 'feature', kind: 'metered', meterId: null } as const;
/** Answers that figures can turn. Any other refusal stands, whatever is used. */
const BY_FIGURES: ReadonlySet<string> = new Set<Entitlement['reason']>([
  'within_limit',
  'overage',
  'soft_limit',
  'limit_reached',
  'pool_limit_reached',
  'service_reduced',
  'credits',
  'credits_used_up',
]);

/** What lets usage beyond the limit pass. Where a server does not say, it is refused. */
const PASSES: ReadonlySet<string> = new Set(['allow', 'soft', 'overage', 'soft_limit']);

/**
 * The bound of a listed right; null where no figure decides: switches, configurations, what is unlimited, and what is
 * refused for another reason than its figures. The bound is what the server says is left, whichever of its rules set it.
 * Of a limit and a balance of credits it is the nearer one that refuses; as both are used at the same pace, it stays so.
 */
export function boundOf(listed: ListedRight): BoundedRight | null {
  const credits = listed.credits ?? null;
  if (listed.kind !== 'metered' && credits === null) return null;
  if (!listed.allowed && !BY_FIGURES.has(listed.reason)) return null;
  if (credits === null)
    return listed.remaining === null ? null : byLimit(listed, readFigure(listed.remaining));
  const paid = byCredits(listed, credits);
  const free = leftOfLimit(listed);
  if (free === null) return paid;
  const limited = byLimit(listed, free);
  if (limited.isHard !== paid.isHard) return limited.isHard ? limited : paid;
  // What costs nothing is never used up.
  const isPaidFurther =
    paid.unitCost === 0n || readFigure(credits.available) * DECIMAL12_SCALE > free * paid.unitCost;
  return isPaidFurther ? limited : paid;
}

function byLimit(listed: ListedRight, left: Decimal12): BoundedRight {
  const isHard = !PASSES.has(listed.overage ?? listed.reason);
  const used = readFigure(listed.used);
  return {
    entitlement: metered(decimal12FromScaled(used + left), isHard),
    used,
    unitCost: decimal12FromScaled(DECIMAL12_SCALE),
    isHard,
    reasons: {
      within: listed.credits == null ? 'within_limit' : 'credits',
      beyond: isHard ? refusalOf(listed) : listed.overage === 'soft' ? 'soft_limit' : 'overage',
    },
  };
}

function byCredits(listed: ListedRight, { available, cost, beyond }: CreditsOfRight): BoundedRight {
  const isHard = beyond === undefined ? !PASSES.has(listed.reason) : beyond === 'block';
  return {
    entitlement: metered(readFigure(available), isHard),
    used: decimal12FromScaled(0n),
    unitCost: readFigure(cost),
    isHard,
    reasons: { within: 'credits', beyond: isHard ? 'credits_used_up' : 'overage' },
  };
}

function metered(limit: Decimal12, isHard: boolean): CoreEntitlement {
  const overage = isHard ? 'block' : 'allow';
  return { kind: 'metered', featureId: FEATURE.id, limit, reset: 'never', overage };
}

/** What limit and pool leave, whatever credits do; null without either. */
function leftOfLimit({ limit, used, pool }: ListedRight): Decimal12 | null {
  const own = limit === null ? null : readFigure(limit) - readFigure(used);
  const all = pool == null ? null : readFigure(pool.limit) - readFigure(pool.used);
  const left = own === null || all === null ? (own ?? all) : own < all ? own : all;
  return left === null ? null : decimal12FromScaled(left < 0n ? 0n : left);
}

/** Which bound refuses first. Reduced service is told once it does. */
function refusalOf({ pool, limit, used, reason }: ListedRight): RightReason {
  if (reason === 'service_reduced') return reason;
  if (pool == null) return 'limit_reached';
  const left = limit === null ? null : readFigure(limit) - readFigure(used);
  return left === null || readFigure(pool.limit) - readFigure(pool.used) < left
    ? 'pool_limit_reached'
    : 'limit_reached';
}

/** The rule that the server asks too. */
export function evaluate({ entitlement }: BoundedRight, used: Decimal12, requested: Decimal12) {
  return evaluateEntitlement({
    feature: FEATURE,
    entitlement,
    used,
    requested,
    now: MIN_INSTANT,
    window: null,
    subscriptionStatus: 'active',
  });
}
