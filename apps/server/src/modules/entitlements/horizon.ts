import { slidingLengthMs } from '@billhook/core/entitlements/reset-window';
import { MS_PER_DAY } from '@billhook/core/time/instant';
import type { QueryCtx } from '../../platform/context.ts';
import { runningPeriod } from '../subscriptions/api.ts';
import type { Access } from './access.ts';

/** Usage of a sliding window falls all the time; what was read of it is good for so long. */
const SLIDING_HOLDS_MS = 1_000;

/** The next instant at which what a customer may do, or what counts against it, changes by the clock alone. */
export function changesAfter(ctx: QueryCtx, { subscriptions, rights, changesAt }: Access): number {
  const graceMs = ctx.tenant.settings.serviceGraceDays * MS_PER_DAY;
  const instants = [
    changesAt,
    ...subscriptions.flatMap((subscription) => [
      subscription.trialEndAt,
      subscription.anchorAt,
      subscription.pastDueSince === null ? null : subscription.pastDueSince + graceMs,
      runningPeriod(subscription, ctx.now).end,
      ...subscription.items.flatMap(({ activeFrom, activeTo }) => [activeFrom, activeTo]),
    ]),
    ...rights.map(({ window, entitlement }) => {
      const slides = entitlement.kind === 'metered' && slidingLengthMs(entitlement.reset) !== null;
      return slides ? ctx.now + SLIDING_HOLDS_MS : (window?.end ?? null);
    }),
  ];
  return instants.reduce<number>(
    (first, at) => (at !== null && at > ctx.now && at < first ? at : first),
    Number.POSITIVE_INFINITY,
  );
}
