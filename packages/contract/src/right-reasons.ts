import type { CombinedVerdict } from '@billhook/core/entitlements/with-credits';

/** Why a right was answered as it was: core's reasons in the words of the wire. */
export const RIGHT_REASONS = {
  included: 'within_limit',
  unlimited: 'unlimited',
  overage: 'overage',
  soft_limit: 'soft_limit',
  limit_reached: 'limit_reached',
  pool_limit_reached: 'pool_limit_reached',
  enabled: 'enabled',
  disabled: 'disabled',
  configured: 'enabled',
  feature_not_in_plan: 'not_granted',
  service_reduced: 'service_reduced',
  service_suspended: 'service_suspended',
  no_active_subscription: 'no_subscription',
  credits: 'credits',
  credits_used_up: 'credits_used_up',
} as const satisfies Record<CombinedVerdict['reason'], string>;
