import type { Feature } from '../catalog/feature.ts';
import { DECIMAL12_ZERO, type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import type { JsonValue } from '../kernel/json.ts';
import type { SubscriptionStatus } from '../subscriptions/subscription.ts';
import { type Instant, MAX_INSTANT } from '../time/instant.ts';
import type { Period } from '../time/period.ts';
import type { Entitlement, MeteredEntitlement, UsageReset } from './entitlement.ts';
import { slidingLengthMs } from './reset-window.ts';
import { type ServiceRule, serviceRule } from './service.ts';

/** Why a check was answered as it was. A closed list: each has a sentence in the contract. */
export const ENTITLEMENT_REASONS = [
  'included',
  'unlimited',
  'overage',
  'soft_limit',
  'limit_reached',
  'pool_limit_reached',
  'enabled',
  'disabled',
  'configured',
  'feature_not_in_plan',
  'service_reduced',
  'service_suspended',
  'no_active_subscription',
] as const;
export type EntitlementReason = (typeof ENTITLEMENT_REASONS)[number];

export interface EntitlementCheck {
  readonly feature: Feature;
  /** What the customer's plan and all else grant; null if nothing. */
  readonly entitlement: Entitlement | null;
  /**
   * Usage inside `window` so far, of the customer, or of the member or device where the feature is counted for each;
   * zero for features that are not metered.
   */
  readonly used: Decimal12;
  /** Usage of all members or devices together; left out where the right has no pool. */
  readonly poolUsed?: Decimal12;
  /** Units that are held for somebody who may still use them; none if left out. */
  readonly held?: Decimal12;
  /** Units of the pool that are held for any of them; none if left out. */
  readonly poolHeld?: Decimal12;
  /** How much more is wanted; zero asks only whether anything is left. */
  readonly requested: Decimal12;
  readonly now: Instant;
  readonly window: Period | null;
  /** Status of the subscription that grants it; null without one. */
  readonly subscriptionStatus: SubscriptionStatus | null;
  /** What is left of the feature as the subscription stands; left out, all of it where the status gives access. */
  readonly service?: ServiceRule;
  /** That something is granted to the customer itself, whatever its subscriptions. */
  readonly isGranted?: boolean;
}

export interface EntitlementVerdict {
  readonly allowed: boolean;
  /** Null for no limit and for features that are not metered. */
  readonly limit: Decimal12 | null;
  readonly used: Decimal12;
  /** What is left before the request, of limit and pool the less; null without a limit, never negative. */
  readonly remaining: Decimal12 | null;
  /** When usage goes back to zero; null if never or not metered. */
  readonly resetAt: Instant | null;
  readonly reason: EntitlementReason;
  /** How much of the usage with the request lies above the limit. */
  readonly overage: Decimal12;
  /** The value of a configuration feature. */
  readonly value: JsonValue;
  /** What all members or devices may use together; left out without a pool. */
  readonly pool?: { readonly limit: Decimal12; readonly used: Decimal12 };
}

/**
 * Whether a customer may use a feature now. A pure function of the subscription, its plan and usage: server, cache and
 * SDK ask the same one. Access goes on while a payment is past due, unless the seller chose less for the feature; it
 * ends with the subscription.
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
  if (check.isGranted !== true && (subscriptionStatus === null || !mayHaveAccess(subscriptionStatus)))
    return answer;
  if (entitlement === null || entitlement.featureId !== check.feature.id)
    return { ...answer, reason: 'feature_not_in_plan' };
  const service = check.isGranted === true ? 'keep' : (check.service ?? plainService(subscriptionStatus));
  if (service === 'block') return { ...answer, reason: 'service_suspended' };
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
      return evaluateMetered(check, entitlement, answer, service);
  }
}

/** Statuses that give access to anything at all; of a paused one, to what the seller keeps up. */
export function mayHaveAccess(status: SubscriptionStatus): boolean {
  return givesAccess(status) || status === 'paused';
}

export function givesAccess(status: SubscriptionStatus): boolean {
  return status === 'trialing' || status === 'active' || status === 'past_due';
}

/** Usage of a sliding window grows old bit by bit: there is no moment at which all of it is gone. */
function startsAnew(reset: UsageReset): boolean {
  return reset !== 'never' && slidingLengthMs(reset) === null;
}

function plainService(status: SubscriptionStatus | null): ServiceRule {
  return status === 'paused' ? serviceRule('paused') : 'keep';
}

/** What one bound, the limit or the pool, says to a request. */
interface Bound {
  readonly limit: Decimal12;
  readonly used: Decimal12;
  readonly isHard: boolean;
  readonly refusal: EntitlementReason;
}

function evaluateMetered(
  check: EntitlementCheck,
  entitlement: MeteredEntitlement,
  answer: EntitlementVerdict,
  service: ServiceRule,
): EntitlementVerdict {
  const { requested, window } = check;
  const resetAt =
    window === null || window.end >= MAX_INSTANT || !startsAnew(entitlement.reset) ? null : window.end;
  const bounds = boundsOf(check, entitlement, service);
  const limit = bounds.limit?.limit ?? null;
  const pool =
    bounds.pool === null ? {} : { pool: { limit: bounds.pool.limit, used: check.poolUsed ?? check.used } };
  const all = [bounds.limit, bounds.pool].filter((bound) => bound !== null);
  if (all.length === 0) return { ...answer, allowed: true, reason: 'unlimited', resetAt };
  const metered = {
    ...answer,
    limit,
    ...pool,
    remaining: least(all.map((bound) => leftOf(bound))),
    resetAt,
    overage: most(all.map((bound) => above(bound, requested))),
  };
  const passed = all.filter((bound) => !fits(bound, requested));
  const hard = passed.find((bound) => bound.isHard);
  if (hard !== undefined) return { ...metered, allowed: false, reason: hard.refusal };
  if (passed.length === 0) return { ...metered, allowed: true, reason: 'included' };
  return { ...metered, allowed: true, reason: entitlement.overage === 'soft' ? 'soft_limit' : 'overage' };
}

function boundsOf(
  { feature, used: counted, held = DECIMAL12_ZERO, poolUsed, poolHeld = DECIMAL12_ZERO }: EntitlementCheck,
  { limit, poolLimit, overage }: MeteredEntitlement,
  service: ServiceRule,
): { limit: Bound | null; pool: Bound | null } {
  const isHard = overage === 'block';
  const used = decimal12FromScaled(counted + held);
  const pooled = poolUsed === undefined ? used : decimal12FromScaled(poolUsed + poolHeld);
  const reduced = service === 'limit' ? (feature.service?.reducedLimit ?? DECIMAL12_ZERO) : null;
  const pool: Bound | null =
    poolLimit == null ? null : { limit: poolLimit, used: pooled, isHard, refusal: 'pool_limit_reached' };
  if (reduced !== null && (limit === null || reduced < limit))
    return { limit: { limit: reduced, used, isHard: true, refusal: 'service_reduced' }, pool };
  // Reduced service lets nothing pass its limit, however large that is.
  const own: Bound | null =
    limit === null ? null : { limit, used, isHard: isHard || reduced !== null, refusal: 'limit_reached' };
  return { limit: own, pool };
}

function fits({ limit, used }: Bound, requested: Decimal12): boolean {
  return requested > 0n ? used + requested <= limit : used < limit;
}

function leftOf({ limit, used }: Bound): bigint {
  return limit > used ? limit - used : 0n;
}

function above({ limit, used }: Bound, requested: Decimal12): bigint {
  const after = used + requested;
  return after > limit ? after - limit : 0n;
}

function least(figures: readonly bigint[]): Decimal12 {
  return decimal12FromScaled(figures.reduce((low, figure) => (figure < low ? figure : low)));
}

function most(figures: readonly bigint[]): Decimal12 {
  return decimal12FromScaled(figures.reduce((top, figure) => (figure > top ? figure : top)));
}
