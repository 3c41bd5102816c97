import type { Feature } from '../catalog/feature.ts';
import { DECIMAL12_ZERO, type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import type { JsonValue } from '../kernel/json.ts';
import type { SubscriptionStatus } from '../subscriptions/subscription.ts';
import { type Instant, MAX_INSTANT } from '../time/instant.ts';
import type { Period } from '../time/period.ts';
import type { Entitlement, MeteredEntitlement } from './entitlement.ts';

/** Why a check was answered as it was. A closed list: each has a sentence in the contract. */
export const ENTITLEMENT_REASONS = [
  'included',
  'unlimited',
  'overage',
  'limit_reached',
  'enabled',
  'disabled',
  'configured',
  'feature_not_in_plan',
  'no_active_subscription',
] as const;
export type EntitlementReason = (typeof ENTITLEMENT_REASONS)[number];

export interface EntitlementCheck {
  readonly feature: Feature;
  /** What the customer's plan grants; null if nothing. */
  readonly entitlement: Entitlement | null;
  /** Usage inside `window` so far; zero for features that are not metered. */
  readonly used: Decimal12;
  /** Units that are held for somebody who may still use them; none if left out. */
  readonly held?: Decimal12;
  /** How much more is wanted; zero asks only whether anything is left. */
  readonly requested: Decimal12;
  readonly now: Instant;
  readonly window: Period | null;
  /** Status of the subscription that grants it; null without one. */
  readonly subscriptionStatus: SubscriptionStatus | null;
}

export interface EntitlementVerdict {
  readonly allowed: boolean;
  /** Null for no limit and for features that are not metered. */
  readonly limit: Decimal12 | null;
  readonly used: Decimal12;
  /** What is left before the request; null without a limit, never negative. */
  readonly remaining: Decimal12 | null;
  /** When usage goes back to zero; null if never or not metered. */
  readonly resetAt: Instant | null;
  readonly reason: EntitlementReason;
  /** How much of the usage with the request lies above the limit. */
  readonly overage: Decimal12;
  /** The value of a configuration feature. */
  readonly value: JsonValue;
}

/**
 * Whether a customer may use a feature now. A pure function of the subscription, its plan and usage: server, cache and
 * SDK ask the same one. Access goes on while a payment is past due; it ends with the subscription.
 */
export function evaluateEntitlement(check: EntitlementCheck): EntitlementVerdict {
  const { entitlement, subscriptionStatus } = check;
  const answer: EntitlementVerdict = {
    allowed: false,
    limit: null,
    used: check.used,
    remaining: null,
    resetAt: null,
    reason: 'no_active_subscription',
    overage: DECIMAL12_ZERO,
    value: null,
  };
  if (subscriptionStatus === null || !givesAccess(subscriptionStatus)) return answer;
  if (entitlement === null || entitlement.featureId !== check.feature.id)
    return { ...answer, reason: 'feature_not_in_plan' };
  switch (entitlement.kind) {
    case 'boolean':
      return {
        ...answer,
        allowed: entitlement.enabled,
        reason: entitlement.enabled ? 'enabled' : 'disabled',
        value: entitlement.enabled,
      };
    case 'configuration':
      return { ...answer, allowed: true, reason: 'configured', value: entitlement.value };
    default:
      return evaluateMetered(check, entitlement, answer);
  }
}

export function givesAccess(status: SubscriptionStatus): boolean {
  return status === 'trialing' || status === 'active' || status === 'past_due';
}

function evaluateMetered(
  check: EntitlementCheck,
  entitlement: MeteredEntitlement,
  answer: EntitlementVerdict,
): EntitlementVerdict {
  const { limit } = entitlement;
  const { used, requested, window } = check;
  const taken = used + (check.held ?? 0n);
  const resetAt =
    window === null || entitlement.reset === 'never' || window.end >= MAX_INSTANT ? null : window.end;
  if (limit === null) return { ...answer, allowed: true, reason: 'unlimited', resetAt };
  const remaining = decimal12FromScaled(limit > taken ? limit - taken : 0n);
  const after = taken + requested;
  const fits = requested > 0n ? after <= limit : taken < limit;
  const metered = {
    ...answer,
    limit,
    remaining,
    resetAt,
    overage: decimal12FromScaled(after > limit ? after - limit : 0n),
  };
  if (fits) return { ...metered, allowed: true, reason: 'included' };
  return entitlement.overage === 'allow'
    ? { ...metered, allowed: true, reason: 'overage' }
    : { ...metered, allowed: false, reason: 'limit_reached' };
}
