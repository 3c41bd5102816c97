import { DEFAULT_PRORATION_POLICY } from '@billhook/core/proration/policy';
import type { DayRules } from '@billhook/core/subscriptions/cut-item';
import type { TenantSettings } from '../../platform/context.ts';

/** The seller's rules for the day of a change and of an end, and for what a change gives back, as core takes them. */
export function dayRules({
  prorationChangeDay: changeDay,
  prorationTerminationDay: terminationDay,
}: Pick<TenantSettings, 'prorationChangeDay' | 'prorationTerminationDay'>): DayRules {
  const { changeCredit } = DEFAULT_PRORATION_POLICY;
  return { changeDay, terminationDay, changeCredit };
}
