import type { Instant } from '../time/instant.ts';
import { later } from '../time/instant.ts';
import { periodAt, periodIndexAt } from '../time/schedule.ts';
import { PERIODS_COMPLETED } from './decide-cancel.ts';
import { endOfPeriodNumber, itemGrid, leadingItem } from './items.ts';
import type { ScheduledStep } from './schedule.ts';
import type { Subscription, SubscriptionItem } from './subscription.ts';

/** Whether a step is the end after the number of periods that was agreed at the start. */
export function endsTerm(step: ScheduledStep): boolean {
  return step.kind === 'cancel' && step.reason === PERIODS_COMPLETED;
}

/**
 * An end after n periods as it lies after a pause that stopped the period: as many periods follow the resumption as
 * were left when the pause began. The period that was cut short counts as one of them, because its unused time was
 * credited: so n whole periods are served and paid for.
 *
 * @param paused the items that ran when the pause began
 * @param resumed the subscription with the items that follow them
 */
export function termAfterPause(
  step: ScheduledStep,
  pausedAt: Instant,
  paused: readonly SubscriptionItem[],
  resumed: Subscription,
): ScheduledStep {
  // All items are looked at: their order says which price leads, also where one of them was started again.
  const ran = new Set(paused.map(({ id }) => id));
  const items = resumed.items.map((item) => ({ ...item, activeTo: ran.has(item.id) ? null : pausedAt }));
  const leading = leadingItem({ items });
  if (!endsTerm(step) || leading === null) return step;
  const grid = itemGrid(resumed, leading);
  const { index, period } = periodAt(grid, step.at);
  const endIndex = period.start === step.at ? index : index + 1;
  const left = endIndex - periodIndexAt(grid, later(pausedAt, leading.anchorAt));
  return { ...step, at: endOfPeriodNumber(resumed, Math.max(1, left)) ?? step.at };
}
