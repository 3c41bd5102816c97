import type { AccessState } from '../access/access.ts';
import type { Decimal12 } from '../kernel/decimal.ts';
import type { SubscriptionStatus } from '../subscriptions/subscription.ts';
import { type Instant, MS_PER_DAY } from '../time/instant.ts';

/** What is left of a feature: all of it, a smaller limit, or nothing. */
export type ServiceRule = 'keep' | 'limit' | 'block';

/** The seller's choice for one feature. */
export interface ServiceRules {
  /** While a payment is past due, in the days of grace that the seller gives. */
  readonly inGrace: ServiceRule;
  /** While a payment is past due, after those days. */
  readonly pastDue: ServiceRule;
  readonly paused: ServiceRule;
  /** The limit of a metered feature where the rule is `limit`; null otherwise. */
  readonly reducedLimit: Decimal12 | null;
}

export const DEFAULT_SERVICE_RULES: ServiceRules = {
  inGrace: 'keep',
  pastDue: 'keep',
  paused: 'block',
  reducedLimit: null,
};

export interface ServiceFacts {
  readonly status: SubscriptionStatus;
  readonly now: Instant;
  /** Since when the subscription is past due; null if it is not, or if nobody knows. */
  readonly pastDueSince: Instant | null;
  readonly graceDays: number;
  /** What dunning left of the access; all of it if left out. */
  readonly access?: AccessState;
}

/** How a subscription stands: the state whose rule holds. `none` gives no access to anything. */
export type ServiceState = 'full' | 'in_grace' | 'past_due' | 'limited' | 'suspended' | 'paused' | 'none';

/**
 * Grace is over at the very instant that its days are; whose beginning nobody knows is not in grace. What dunning took
 * away is away, whatever the days of grace say; a subscription that has no access has none by dunning either.
 */
export function serviceState({ status, now, pastDueSince, graceDays, access }: ServiceFacts): ServiceState {
  const isRunning = status !== 'canceled' && status !== 'scheduled';
  if (isRunning && access === 'suspended') return 'suspended';
  if (isRunning && access === 'limited' && status !== 'paused') return 'limited';
  switch (status) {
    case 'trialing':
    case 'active':
      return 'full';
    case 'paused':
      return 'paused';
    case 'past_due':
      return pastDueSince !== null && now < pastDueSince + graceDays * MS_PER_DAY ? 'in_grace' : 'past_due';
    default:
      return 'none';
  }
}

/**
 * The rule that holds in a state.
 *
 * @param staysLimited whether the feature stays while access is limited, where the seller chose features for the plan;
 *   null where nothing was chosen, and its own rule holds
 */
export function serviceRule(
  state: ServiceState,
  rules: ServiceRules = DEFAULT_SERVICE_RULES,
  staysLimited: boolean | null = null,
): ServiceRule {
  switch (state) {
    case 'limited':
      return staysLimited === null ? rules.pastDue : staysLimited ? 'keep' : 'block';
    case 'suspended':
      return 'block';
    case 'full':
      return 'keep';
    case 'in_grace':
      return rules.inGrace;
    case 'past_due':
      return rules.pastDue;
    case 'paused':
      return rules.paused;
    case 'none':
      return 'block';
  }
}
