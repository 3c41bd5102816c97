import { invariant } from '../kernel/invariant.ts';
import type { Subscription, SubscriptionStatus } from './subscription.ts';

/** Which status may follow which. `canceled` is final: a returning customer starts a new subscription. */
export const SUBSCRIPTION_TRANSITIONS: Readonly<Record<SubscriptionStatus, readonly SubscriptionStatus[]>> = {
  scheduled: ['trialing', 'active', 'canceled'],
  trialing: ['active', 'canceled'],
  active: ['past_due', 'paused', 'canceled'],
  past_due: ['active', 'paused', 'canceled'],
  paused: ['active', 'past_due', 'canceled'],
  canceled: [],
};

/**
 * What Stripe computes follows Stripe's word, which may go from any running status to any other: a trial is given in the
 * middle, a payment fails in one. What has ended stays so there too.
 */
const MIRRORED_TRANSITIONS: Readonly<Record<SubscriptionStatus, readonly SubscriptionStatus[]>> = {
  scheduled: ['trialing', 'active', 'past_due', 'paused', 'canceled'],
  trialing: ['active', 'past_due', 'paused', 'canceled'],
  active: ['trialing', 'past_due', 'paused', 'canceled'],
  past_due: ['trialing', 'active', 'paused', 'canceled'],
  paused: ['trialing', 'active', 'past_due', 'canceled'],
  canceled: [],
};

export function mayMoveSubscription(
  from: SubscriptionStatus,
  to: SubscriptionStatus,
  authority: Subscription['billingAuthority'] = 'billhook',
): boolean {
  const table = authority === 'stripe' ? MIRRORED_TRANSITIONS : SUBSCRIPTION_TRANSITIONS;
  return from === to || table[from].includes(to);
}

/** @throws InvariantError for a move that is not in the table */
export function assertSubscriptionMove(
  from: SubscriptionStatus,
  to: SubscriptionStatus,
  authority: Subscription['billingAuthority'] = 'billhook',
): void {
  invariant(mayMoveSubscription(from, to, authority), `A subscription does not move from ${from} to ${to}.`);
}
