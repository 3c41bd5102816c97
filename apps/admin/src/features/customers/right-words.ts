import type { Entitlement, RightExplanation } from '@billhook/sdk/generated/types';
import type { Tone } from '@billhook/ui/status';

/** What `check` answers, as people say it. */
const REASONS: Readonly<Record<Entitlement['reason'], string>> = {
  enabled: 'Granted',
  within_limit: 'Within limit',
  unlimited: 'Unlimited',
  overage: 'Beyond the limit, billed',
  soft_limit: 'Beyond the soft limit',
  limit_reached: 'Limit reached',
  pool_limit_reached: 'Limit of all members reached',
  disabled: 'Not in the plan',
  not_granted: 'Not in the plan',
  service_reduced: 'Reduced service',
  service_suspended: 'Service suspended',
  no_subscription: 'No subscription',
  credits: 'Paid by credits',
  credits_used_up: 'Credits used up',
};

/** How a right stands. Where each member or device is counted and nobody was named, there is no answer yet for any one. */
export function standing(right: Pick<Entitlement, 'allowed' | 'reason' | 'counted' | 'credits'>): {
  tone: Tone;
  word: string;
} {
  const { allowed, reason, counted, credits } = right;
  if (counted === 'subject' && reason === 'within_limit')
    return { tone: 'neutral', word: 'For each member or device' };
  // What is paid by credits has no limit that one could be beyond.
  if (reason === 'overage' && credits !== null)
    return { tone: 'attention', word: 'Beyond the credits, billed' };
  const isBeyond = reason === 'overage' || reason === 'soft_limit';
  return { tone: isBeyond ? 'attention' : allowed ? 'ok' : 'neutral', word: REASONS[reason] };
}

type Source = RightExplanation['sources'][number];

export const SOURCES: Readonly<Record<Source['kind'], string>> = {
  plan: 'Plan',
  add_on: 'Add-on',
  customer_override: 'Agreed for the customer',
  subscription_override: 'Agreed for the subscription',
  grant: 'Given for a time',
};

export const RULES: Readonly<Record<Source['rule'], string>> = {
  base: 'the start',
  added: 'added to it',
  turned_on: 'turns it on',
  last_holds: 'holds instead',
  united: 'added to the list',
  replaced: 'replaces what was there',
  no_effect: 'changes nothing',
};

export const STATES: Readonly<Record<NonNullable<RightExplanation['service']>['state'], string>> = {
  full: 'Full service',
  in_grace: 'Past due, in the days of grace',
  past_due: 'Past due',
  limited: 'Access limited, something is unpaid',
  suspended: 'Access suspended, something is unpaid',
  paused: 'Paused',
  none: 'No service',
};

export const SERVICE_RULES = {
  keep: 'all of it is kept',
  limit: 'a smaller limit holds',
  block: 'nothing is left',
} as const;
