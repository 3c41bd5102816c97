import {
  addMonthsClamped,
  calendarDate,
  dateAt,
  dateFields,
  formatDate,
  startOfDay,
} from '@billhook/core/time/calendar-date';
import type { Instant } from '@billhook/core/time/instant';
import { zoneNamed } from '@billhook/core/time/zone';
import type { QueryCtx } from '../../../platform/context.ts';
import { iso } from '../../../platform/sql.ts';
import { getPlans } from '../../catalog/api.ts';
import { allSubscriptions, type StoredSubscription } from '../../subscriptions/api.ts';
import { movementsBetween, mrrAt, runningAt } from '../recurring.ts';
import { cashBetween, currenciesInUse, failedPaymentsSince, openReceivable } from '../repo.ts';

const MONTHS = 12;

type Month = { name: string; start: Instant; end: Instant };

/** Recurring revenue with its movements over twelve months, and money, in one currency. */
export async function revenue(ctx: QueryCtx, wanted: string | undefined) {
  const currency = wanted ?? ctx.tenant.currency;
  const everything = await allSubscriptions(ctx);
  const mine = everything.filter((subscription) => subscription.currency === currency);
  const byCustomer = Map.groupBy(mine, (subscription) => subscription.customerId);
  const months = lastMonths(ctx);
  const cash = await cashBetween(
    ctx,
    currency,
    months.map(({ start, end }) => ({ start, end })),
  );
  const running = cash.at(-1) ?? { paidMinor: 0n, refundedMinor: 0n };
  let mrrMinor = 0n;
  for (const subscriptions of byCustomer.values()) mrrMinor += mrrAt(subscriptions, ctx.now);
  const count = (status: string) => mine.filter((subscription) => subscription.status === status).length;
  const live = mine.filter(({ status }) => status !== 'canceled' && status !== 'scheduled');
  return {
    object: 'revenue' as const,
    currency,
    currencies: await currenciesInUse(ctx),
    as_of: iso(ctx.now),
    mrr: `${mrrMinor}`,
    arr: `${mrrMinor * 12n}`,
    customers: new Set(live.map((subscription) => subscription.customerId)).size,
    active_subscriptions: count('active'),
    trialing_subscriptions: count('trialing'),
    past_due_subscriptions: count('past_due'),
    cash_this_month: `${running.paidMinor}`,
    refunds_this_month: `${running.refundedMinor}`,
    failed_payments_this_month: await failedPaymentsSince(ctx, currency, months.at(-1)?.start ?? ctx.now),
    open_receivable: `${await openReceivable(ctx, currency)}`,
    months: months.map(({ name, start, end }, index) => {
      const moved = movementsBetween(byCustomer, start, end);
      return {
        month: name,
        mrr_start: `${moved.startMinor}`,
        new: `${moved.newMinor}`,
        expansion: `${moved.expansionMinor}`,
        contraction: `${moved.contractionMinor}`,
        churn: `${moved.churnMinor}`,
        reactivation: `${moved.reactivationMinor}`,
        mrr_end: `${moved.endMinor}`,
        cash: `${(cash[index]?.paidMinor ?? 0n) - (cash[index]?.refundedMinor ?? 0n)}`,
        active_subscriptions: runningAt(mine, end).length,
      };
    }),
    plans: await byPlan(ctx, live),
  };
}

/** Twelve calendar months of the seller's zone; the last one ends now. */
function lastMonths(ctx: QueryCtx): Month[] {
  const zone = zoneNamed(ctx.tenant.timeZone);
  const first = calendarDate({ ...dateFields(dateAt(ctx.now, zone)), day: 1 });
  return Array.from({ length: MONTHS }, (_, index) => {
    const date = addMonthsClamped(first, index - MONTHS + 1);
    const isLast = index === MONTHS - 1;
    return {
      name: formatDate(date).slice(0, 7),
      start: startOfDay(date, zone),
      end: isLast ? ctx.now : startOfDay(addMonthsClamped(date, 1), zone),
    };
  });
}

async function byPlan(ctx: QueryCtx, live: readonly StoredSubscription[]) {
  const plans = await getPlans(
    ctx,
    live.map((subscription) => subscription.planId),
  );
  const groups = Map.groupBy(live, (subscription) => subscription.planId);
  return [...plans.values()]
    .sort((left, right) => left.rank - right.rank || (left.key < right.key ? -1 : 1))
    .map((plan) => {
      const subscriptions = groups.get(plan.id) ?? [];
      const mrrMinor = subscriptions.reduce((sum, one) => sum + mrrAt([one], ctx.now), 0n);
      return {
        key: plan.key,
        name: plan.name,
        active_subscriptions: subscriptions.length,
        mrr: `${mrrMinor}`,
      };
    });
}
