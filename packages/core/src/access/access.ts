import type { SubscriptionStatus } from '../subscriptions/subscription.ts';

/**
 * What a subscription gives access to, apart from how it is billed. `grace`: all of it, though something is unpaid.
 * `limited`: what the seller leaves. `suspended`: nothing. `ended`: nothing, for good.
 */
export const ACCESS_STATES = ['full', 'grace', 'limited', 'suspended', 'ended'] as const;
export type AccessState = (typeof ACCESS_STATES)[number];

/** How far one unpaid invoice has brought it. */
export type AccessStage = 'full' | 'grace' | 'limited' | 'suspended';

/** Which may follow which. Money opens everything again; what ended stays so. */
export const ACCESS_TRANSITIONS: Readonly<Record<AccessState, readonly AccessState[]>> = {
  full: ['grace', 'limited', 'suspended', 'ended'],
  grace: ['full', 'limited', 'suspended', 'ended'],
  limited: ['full', 'grace', 'suspended', 'ended'],
  suspended: ['full', 'grace', 'limited', 'ended'],
  ended: [],
};

export function mayMoveAccess(from: AccessState, to: AccessState): boolean {
  return ACCESS_TRANSITIONS[from].includes(to);
}

/**
 * The access that a subscription has: the worst that its unpaid invoices have come to, none of them is full. It follows
 * from the facts alone, so it is back in the very moment in which the last of them is paid.
 */
export function accessOf(status: SubscriptionStatus, stages: readonly AccessStage[]): AccessState {
  if (status === 'canceled') return 'ended';
  return stages.reduce<AccessState>((worst, stage) => (rank(stage) > rank(worst) ? stage : worst), 'full');
}

function rank(state: AccessState): number {
  return ACCESS_STATES.indexOf(state);
}

/** The stage after a step was taken: it only gets worse. */
export function stageAfter(stage: AccessStage, action: string): AccessStage {
  const next = action === 'suspend_access' ? 'suspended' : action === 'limit_access' ? 'limited' : stage;
  return rank(next) > rank(stage) ? next : stage;
}
