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
}

/** How a subscription stands: the state whose rule holds. `none` gives no access to anything. */
export type ServiceState = 'full' | 'in_grace' | 'past_due' | 'paused' | 'none';

/** Grace is over at the very instant that its days are; whose beginning nobody knows is not in grace. */
export function serviceState({ status, now, pastDueSince, graceDays }: ServiceFacts): ServiceState {
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

/** The rule that holds in a state. */
export function serviceRule(state: ServiceState, rules: ServiceRules = DEFAULT_SERVICE_RULES): ServiceRule {
  switch (state) {
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
