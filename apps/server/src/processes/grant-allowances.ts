import {
  type AllowancePeriod,
  allowancePeriod,
  missingAllowance,
  nextAllowanceAt,
} from '@billhook/core/credits/allowance';
import { ANY_USE, type RolloverRule } from '@billhook/core/credits/grant';
import { givesAccess } from '@billhook/core/entitlements/evaluate';
import type { Decimal12 } from '@billhook/core/kernel/decimal';
import type { Instant } from '@billhook/core/time/instant';
import {
  addGrant,
  allowancesGranted,
  announceGrant,
  creditAllowances,
  creditTypes,
  forgetAllowances,
  type NewGrant,
  revokeAllowances,
  type StoredAllowance,
  sawAllowances,
} from '../modules/credits/api.ts';
import { lockCustomer } from '../modules/customers/api.ts';
import { getSubscription, type StoredSubscription } from '../modules/subscriptions/api.ts';
import type { CommandCtx } from '../platform/context.ts';

/**
 * Grants what the plan of a subscription grants for the running period of each allowance, as far as it was not granted
 * yet: looking again changes nothing, and a change to a larger plan adds the difference. When the subscription has
 * ended, what its plan granted ends with it. Periods count from the start of the subscription in its own zone.
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
  const ends = await grantMissing(ctx, subscription, currentOf(all, subscription.planId, ctx.now));
  const ahead = all.filter((one) => one.planId === subscription.planId && one.effectiveAt > ctx.now);
  const next = [...ends, ...ahead.map(({ effectiveAt }) => effectiveAt)];
  const nextAt = next.length === 0 ? null : (Math.min(...next) as Instant);
  await sawAllowances(ctx, subscription, nextAt);
}

/** Answers when each of the allowances is to be looked at again. */
async function grantMissing(
  ctx: CommandCtx,
  subscription: StoredSubscription,
  allowances: readonly StoredAllowance[],
): Promise<Instant[]> {
  const running = await allowancesGranted(ctx, subscription.id);
  const types = await creditTypes(ctx);
  const ends: Instant[] = [];
  for (const allowance of allowances) {
    const type = types.find(({ id }) => id === allowance.creditTypeId);
    if (type === undefined || allowance.amount === 0n) continue;
    const { every } = allowance;
    const before = running.filter((one) => one.creditTypeId === type.id && one.every === every);
    const period = allowancePeriod(every, subscription, ctx.now);
    const missing = missingAllowance(allowance.amount, before, ctx.now);
    const nextAt = nextAllowanceAt(period, before, ctx.now);
    if (nextAt !== null) ends.push(nextAt);
    if (missing === 0n) continue;
    const had = before.reduce((sum, { amount }) => sum + amount, 0n);
    const fact = `allowance:${subscription.id}:${type.id}:${every}:${period.start}:${ctx.now}:${had}`;
    const grant = await addGrant(
      ctx,
      allowanceGrant(subscription, allowance, period, { amount: missing, fact }),
    );
    announceGrant(ctx, grant, type);
  }
  return ends;
}

/** What a plan grants for a period. */
export function allowanceGrant(
  subscription: StoredSubscription,
  allowance: StoredAllowance,
  period: AllowancePeriod,
  { amount, fact }: { amount: Decimal12; fact: string },
): NewGrant {
  return {
    customerId: subscription.customerId,
    creditTypeId: allowance.creditTypeId,
    source: 'allowance',
    amount,
    every: allowance.every,
    priority: allowance.priority,
    effectiveAt: period.start,
    expiresAt: period.end,
    scope: ANY_USE,
    rollover: rolloverOf(allowance, period, subscription.id),
    rolledPeriods: 0,
    reason: '',
    fromGrantId: null,
    originSubscriptionId: subscription.id,
    paidMinor: 0n,
    paidCurrency: null,
    fact,
  };
}

/** Null for what is lost at its end, and for what never ends. */
function rolloverOf(
  { rolloverMax, rolloverPeriods }: StoredAllowance,
  { grid }: AllowancePeriod,
  chain: string,
): RolloverRule | null {
  if (rolloverPeriods === 0 || grid === null) return null;
  return { ...grid, maxAmount: rolloverMax, maxPeriods: rolloverPeriods, chain };
}

/** The version of each allowance of a plan that holds at an instant. */
export function currentOf(all: readonly StoredAllowance[], planId: string, at: Instant): StoredAllowance[] {
  const begun = all.filter((one) => one.planId === planId && one.effectiveAt <= at);
  return [...new Map(begun.map((one) => [one.creditTypeId, one])).values()];
}
