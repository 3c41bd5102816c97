import { invariant } from '../kernel/invariant.ts';
import type { SubscriptionStatus } from './subscription.ts';

/** Which status may follow which. `canceled` is final: a returning customer starts a new subscription. */
export const SUBSCRIPTION_TRANSITIONS: Readonly<Record<SubscriptionStatus, readonly SubscriptionStatus[]>> = {
  scheduled: ['trialing', 'active', 'canceled'],
  trialing: ['active', 'canceled'],
  active: ['past_due', 'paused', 'canceled'],
  past_due: ['active', 'paused', 'canceled'],
  paused: ['active', 'past_due', 'canceled'],
  canceled: [],
};

export function mayMoveSubscription(from: SubscriptionStatus, to: SubscriptionStatus): boolean {
  return from === to || SUBSCRIPTION_TRANSITIONS[from].includes(to);
}

/** @throws InvariantError for a move that is not in the table */
export function assertSubscriptionMove(from: SubscriptionStatus, to: SubscriptionStatus): void {
  invariant(mayMoveSubscription(from, to), `A subscription does not move from ${from} to ${to}.`);
}
