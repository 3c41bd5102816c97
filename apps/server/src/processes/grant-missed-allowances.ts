import { missedPeriods } from '@billhook/core/credits/allowance';
import { givesAccess } from '@billhook/core/entitlements/evaluate';
import {
  addGrant,
  allowanceEnds,
  allowancesOverdue,
  announceGrant,
  creditAllowances,
  creditTypes,
} from '../modules/credits/api.ts';
import { getSubscription } from '../modules/subscriptions/api.ts';
import type { CommandCtx } from '../platform/context.ts';
import { allowanceGrant, currentOf } from './grant-allowances.ts';

/**
 * Grants what plans grant a customer for periods that began and ended while nobody looked, each dated as it would have
 * been, before anything of them is paid for or ends: use of that time is paid by them, and what is left rolls over or
 * lapses as if somebody had looked. A period is granted once, whoever comes. The customer is locked.
 */
export async function grantMissedAllowances(ctx: CommandCtx, customerId: string): Promise<void> {
  const overdue = await allowancesOverdue(ctx, customerId);
  if (overdue.length === 0) return;
  const all = await creditAllowances(ctx);
  const types = new Map((await creditTypes(ctx)).map((type) => [type.id, type]));
  for (const { subscriptionId, planId } of overdue) {
    const subscription = await getSubscription(ctx, subscriptionId);
    if (!givesAccess(subscription.status)) continue;
    for (const { creditTypeId, every, endedAt } of await allowanceEnds(ctx, subscriptionId)) {
      const type = types.get(creditTypeId);
      if (type === undefined) continue;
      for (const period of missedPeriods(every, subscription, endedAt, ctx.now)) {
        const granted = currentOf(all, planId, period.start).find((one) => one.creditTypeId === creditTypeId);
        if (granted?.every !== every || granted.amount === 0n) continue;
        const fact = `allowance:${subscriptionId}:${creditTypeId}:${every}:${period.start}:missed`;
        const grant = allowanceGrant(subscription, granted, period, { amount: granted.amount, fact });
        announceGrant(ctx, await addGrant(ctx, grant), type);
      }
    }
  }
}
