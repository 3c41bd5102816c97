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
}

/** A right as the server lists it. */
export type ListedRight = Omit<Entitlement, 'object' | 'explanation'> & {
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
]);

/** What lets usage beyond the limit pass. Where a server does not say, it is refused. */
const PASSES: ReadonlySet<string> = new Set(['allow', 'soft', 'overage', 'soft_limit']);

/**
 * The bound of a listed right; null where no figure decides: switches, configurations, what is unlimited, and what is
 * refused for another reason than its figures. The bound is what the server says is left, whichever of its rules set it.
 */
export function boundOf(listed: ListedRight): BoundedRight | null {
  const credits = listed.credits ?? null;
  if (listed.kind !== 'metered' && credits === null) return null;
  if (!listed.allowed && credits === null && !BY_FIGURES.has(listed.reason)) return null;
  if (credits === null && listed.remaining === null) return null;
  const isHard = !PASSES.has(credits === null ? (listed.overage ?? listed.reason) : listed.reason);
  const used = credits === null ? readFigure(listed.used) : decimal12FromScaled(0n);
  const left = readFigure(credits === null ? listed.remaining : credits.available);
  return {
    entitlement: {
      kind: 'metered',
      featureId: FEATURE.id,
      limit: decimal12FromScaled(used + left),
      reset: 'never',
      overage: isHard ? 'block' : 'allow',
    },
    used,
    unitCost: credits === null ? decimal12FromScaled(DECIMAL12_SCALE) : readFigure(credits.cost),
    isHard,
    reasons: {
      within: credits === null ? 'within_limit' : 'credits',
      beyond: isHard ? refusalOf(listed) : listed.overage === 'soft' ? 'soft_limit' : 'overage',
    },
  };
}

/** Which bound refuses first. Reduced service is told once it does. */
function refusalOf({ credits, pool, limit, used, reason }: ListedRight): RightReason {
  if (credits != null) return 'credits_used_up';
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
