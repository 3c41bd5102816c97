import { ANY_USE } from '@billhook/core/credits/grant';
import { givesAccess } from '@billhook/core/entitlements/evaluate';
import { decimal12FromScaled } from '@billhook/core/kernel/decimal';
import { MONTHLY } from '@billhook/core/time/cadence';
import { layGrid } from '@billhook/core/time/grid';
import type { Instant } from '@billhook/core/time/instant';
import type { Period } from '@billhook/core/time/period';
import { periodAt } from '@billhook/core/time/schedule';
import { zoneNamed } from '@billhook/core/time/zone';
import {
  addGrant,
  allowanceGranted,
  announceGrant,
  creditAllowances,
  creditTypes,
  forgetAllowances,
  revokeAllowances,
  type StoredAllowance,
  sawAllowances,
} from '../modules/credits/api.ts';
import { lockCustomer } from '../modules/customers/api.ts';
import { getSubscription, type StoredSubscription } from '../modules/subscriptions/api.ts';
import type { CommandCtx } from '../platform/context.ts';

/**
 * Grants what the plan of a subscription grants for its running month, as far as it was not granted yet: looking again
 * changes nothing, and a change to a larger plan adds the difference. When the subscription has ended, what its plan
 * granted ends with it. Months count from the start of the subscription in its own zone.
 */
export async function grantAllowances(
  ctx: CommandCtx,
  due: { subscriptionId: string; customerId: string },
): Promise<void> {
  await lockCustomer(ctx, due.customerId);
  const subscription = await getSubscription(ctx, due.subscriptionId);
  if (subscription.status === 'canceled') {
    await revokeAllowances(ctx, due.customerId, subscription.id);
    return forgetAllowances(ctx, subscription.id);
  }
  // Who does not get the service now is looked at again when something happens to the subscription.
  if (!givesAccess(subscription.status)) return forgetAllowances(ctx, subscription.id);
  const all = await creditAllowances(ctx);
  const own = currentOf(all, subscription.planId, ctx.now);
  const month = monthOf(subscription, ctx.now);
  await grantMissing(ctx, subscription, own, month);
  const versionsAhead = all.filter(({ effectiveAt }) => effectiveAt > ctx.now && effectiveAt < month.end);
  const next = Math.min(month.end, ...versionsAhead.map(({ effectiveAt }) => effectiveAt)) as Instant;
  await sawAllowances(ctx, subscription, next);
}

async function grantMissing(
  ctx: CommandCtx,
  subscription: StoredSubscription,
  allowances: readonly StoredAllowance[],
  month: Period,
): Promise<void> {
  const granted = await allowanceGranted(ctx, subscription.id, month.start);
  const types = await creditTypes(ctx);
  for (const allowance of allowances) {
    const before = granted.find(({ creditTypeId }) => creditTypeId === allowance.creditTypeId);
    const missing = allowance.amount - (before?.amount ?? 0n);
    const type = types.find(({ id }) => id === allowance.creditTypeId);
    if (missing <= 0n || type === undefined) continue;
    const { rolloverMax, rolloverPeriods } = allowance;
    const grant = await addGrant(ctx, {
      customerId: subscription.customerId,
      creditTypeId: type.id,
      source: 'allowance',
      amount: decimal12FromScaled(missing),
      priority: allowance.priority,
      effectiveAt: month.start,
      expiresAt: month.end,
      scope: ANY_USE,
      rollover:
        rolloverPeriods === 0
          ? null
          : {
              maxAmount: rolloverMax,
              maxPeriods: rolloverPeriods,
              cadence: MONTHLY,
              anchorAt: subscription.anchorAt,
              timeZone: subscription.timeZone,
            },
      rolledPeriods: 0,
      reason: '',
      fromGrantId: null,
      originSubscriptionId: subscription.id,
      paidMinor: 0n,
      paidCurrency: null,
      fact: `allowance:${subscription.id}:${month.start}:${type.id}:${before?.count ?? 0}`,
    });
    announceGrant(ctx, grant, type);
  }
}

/** The version of each allowance of a plan that holds now. */
function currentOf(all: readonly StoredAllowance[], planId: string, now: Instant): StoredAllowance[] {
  const begun = all.filter((one) => one.planId === planId && one.effectiveAt <= now);
  return [...new Map(begun.map((one) => [one.creditTypeId, one])).values()];
}

function monthOf({ anchorAt, timeZone }: StoredSubscription, now: Instant): Period {
  const { start, end } = periodAt(
    layGrid({ anchorAt, zone: zoneNamed(timeZone), cadence: MONTHLY }),
    now,
  ).period;
  return { start, end };
}
