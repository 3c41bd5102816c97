import type { Price } from '../catalog/price.ts';
import { sameCadence } from '../time/cadence.ts';
import { type Instant, later } from '../time/instant.ts';
import { type DayRules, successionAt } from './cut-item.ts';
import type { ChangeDirection } from './decide-change.ts';
import { type SubscriptionDraft, withEvent, withFields, withItemsEnded, withItemsStarted } from './draft.ts';
import { leadingItem, leadingPrice, planItems, startItems } from './items.ts';
import { type ChangeStep, withoutStep } from './schedule.ts';
import type { Subscription, SubscriptionItem } from './subscription.ts';

/** Swaps plan and items at the step's moment; add-ons stay. Also used when a scheduled change comes due. */
export function applyPlanChange(
  draft: SubscriptionDraft,
  step: ChangeStep,
  direction: ChangeDirection | 'scheduled',
  days: DayRules,
): SubscriptionDraft {
  const before = draft.subscription;
  const anchorAt = nextAnchor(before, step);
  const ended = withItemsEnded(draft, {
    at: step.at,
    cause: 'change',
    creditUnused: step.isProrated,
    days,
    matches: (item) => item.source.kind === 'plan',
  });
  const items = startItems({
    prices: step.prices,
    itemIds: step.itemIds,
    planId: step.planId,
    planVersionId: step.planVersionId,
    seats: step.seats,
    anchorAt,
    activeFrom: step.at,
  }).map((item) => ({
    ...item,
    activeFrom: later(anchorAt, beginOf(before, item, step, anchorAt, days)),
  }));
  const moved = withFields(withItemsStarted(ended, items), {
    planId: step.planId,
    planVersionId: step.planVersionId,
    seats: step.seats,
    anchorAt,
    schedule: withoutStep(draft.subscription.schedule, step.id),
    nextActionAt: step.at,
  });
  return withEvent(moved, 'subscription.changed', {
    direction,
    from_plan_id: before.planId,
    from_plan_version_id: before.planVersionId,
    plan_id: step.planId,
    plan_version_id: step.planVersionId,
    seats: `${step.seats}`,
    phase: step.phase,
    at: step.at,
  });
}

/** A price follows the one with its key, or else the leading one of the old plan; metered ones begin at the moment. */
function beginOf(
  before: Subscription,
  item: SubscriptionItem,
  step: ChangeStep,
  anchorAt: Instant,
  days: DayRules,
): Instant {
  if (item.price.quantity.kind === 'meter' || anchorAt === step.at) return step.at;
  return successionAt(before, predecessor(before, item.price), item, step.at, days, step.isProrated);
}

function predecessor(before: Subscription, price: Price): SubscriptionItem | null {
  const items = planItems(before).filter((item) => item.price.quantity.kind !== 'meter');
  return items.find((item) => item.price.key === price.key) ?? leadingItem({ items });
}

/** The grid goes on where the length of the leading period stays; otherwise a new one begins at the change. */
function nextAnchor(subscription: Subscription, step: ChangeStep): Instant {
  if (step.at < subscription.anchorAt) return subscription.anchorAt;
  const from = leadingItem(subscription)?.price ?? null;
  const to = leadingPrice(step.prices);
  const keeps = from !== null && (to === null || sameCadence(from.cadence, to.cadence));
  return keeps ? subscription.anchorAt : step.at;
}
