import type { Entitlement as CoreEntitlement } from '@billhook/core/entitlements/entitlement';
import { type EntitlementVerdict, evaluateEntitlement } from '@billhook/core/entitlements/evaluate';
import { DECIMAL12_SCALE, DECIMAL12_ZERO, type Decimal12 } from '@billhook/core/kernel/decimal';
import { MIN_INSTANT } from '@billhook/core/time/instant';
import type { Entitlement } from '../generated/types.ts';
import type { RightReason } from './answer.ts';
import { readFigure } from './quantity.ts';

/** A feature that is paid in credits: what is left of them, and what one unit costs. */
export interface CreditsOfRight {
  readonly balance: string;
  readonly unitCost: string;
}

/** A right as the server lists it. A server that does not say what is beyond the limit means that it is refused. */
export type ListedRight = Omit<Entitlement, 'object'> & {
  readonly overage?: 'block' | 'allow' | null;
  readonly credits?: CreditsOfRight | null;
};

/** A listed right in the terms of core's rule. */
export interface RightFacts {
  readonly entitlement: CoreEntitlement | null;
  readonly isActive: boolean;
  readonly used: Decimal12;
  /** What a unit takes from the limit: 1, or its cost in credits. */
  readonly unitCost: Decimal12;
  readonly isCredits: boolean;
}

export function factsOf(right: ListedRight): RightFacts {
  const credits = right.credits ?? null;
  return {
    entitlement: entitlementOf(right),
    isActive: right.reason !== 'no_subscription',
    used: credits === null ? readFigure(right.used) : DECIMAL12_ZERO,
    unitCost: credits === null ? (DECIMAL12_SCALE as Decimal12) : readFigure(credits.unitCost),
    isCredits: credits !== null,
  };
}

/** The rule that the server asks too. A balance of credits is a limit of which nothing is used yet. */
export function evaluate(facts: RightFacts, used: Decimal12, requested: Decimal12): EntitlementVerdict {
  return evaluateEntitlement({
    feature: FEATURE,
    entitlement: facts.entitlement,
    used,
    requested,
    now: MIN_INSTANT,
    window: null,
    subscriptionStatus: facts.isActive ? 'active' : null,
  });
}

const FEATURE = { id: 'feature', key: 'feature', name: 'feature', kind: 'metered', meterId: null } as const;

function entitlementOf(right: ListedRight): CoreEntitlement | null {
  const featureId = FEATURE.id;
  if (right.reason === 'not_granted' || right.reason === 'no_subscription') return null;
  if (right.kind === 'boolean') return { kind: 'boolean', featureId, enabled: right.allowed };
  if (right.kind === 'configuration') return { kind: 'configuration', featureId, value: right.value };
  const isPassed = right.overage === 'allow' || right.reason === 'overage';
  const limitText = right.credits?.balance ?? right.limit;
  return {
    kind: 'metered',
    featureId,
    limit: limitText === null ? null : readFigure(limitText),
    reset: right.resetAt === null ? 'never' : 'billing_period',
    overage: isPassed ? 'allow' : 'block',
  };
}

/** Core's reasons in the words of the wire. */
export const WIRE_REASONS = {
  included: 'within_limit',
  unlimited: 'unlimited',
  overage: 'overage',
  limit_reached: 'limit_reached',
  enabled: 'enabled',
  disabled: 'disabled',
  configured: 'enabled',
  feature_not_in_plan: 'not_granted',
  no_active_subscription: 'no_subscription',
} as const satisfies Record<EntitlementVerdict['reason'], RightReason>;
