import type { DayRules } from '@billhook/core/subscriptions/cut-item';
import type { TenantSettings } from '../../platform/context.ts';

/** The seller's rules for the day of a change and of an end, as core takes them. */
export function dayRules({
  prorationChangeDay: changeDay,
  prorationTerminationDay: terminationDay,
}: Pick<TenantSettings, 'prorationChangeDay' | 'prorationTerminationDay'>): DayRules {
  return { changeDay, terminationDay };
}
