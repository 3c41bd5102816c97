import { crossedThresholds } from '@billhook/core/entitlements/thresholds';
import { DECIMAL12_ZERO } from '@billhook/core/kernel/decimal';
import type { QueryCtx } from '../../platform/context.ts';
import type { Found } from './commands/find-units.ts';
import type { UnitAccounts } from './unit-accounts.ts';

/**
 * Whether there may be something to tell or to bill once these units are counted. Looking at a customer takes longer than
 * the units do, and below the first threshold of every right that they count for it would find nothing.
 */
export function isWorthLooking(
  ctx: Pick<QueryCtx, 'tenant'>,
  { access, feature, meter, rights }: Pick<Found, 'access' | 'feature' | 'meter' | 'rights'>,
  accounts: UnitAccounts,
): boolean {
  if (ctx.tenant.settings.billingThreshold !== null || feature.subjectProperty !== null) return true;
  if (access.subscriptions.some(({ ownThreshold }) => ownThreshold !== undefined)) return true;
  const isElsewhere = access.rights.some(
    (right) => right.meter?.eventType === meter.eventType && !rights.some((own) => own === right),
  );
  if (isElsewhere) return true;
  return rights.some((right) => {
    const { limit } = right.entitlement;
    if (limit === null) return false;
    return crossedThresholds(DECIMAL12_ZERO, accounts.of(right).used, limit, right.warnAtPercent).length > 0;
  });
}
