import type { Price } from '../catalog/price.ts';
import { sameCadence } from '../time/cadence.ts';
import { type Instant, later } from '../time/instant.ts';
import { coveredUpTo, type DayRules, successionAt } from './cut-item.ts';
import type { ChangeDirection } from './decide-change.ts';
import { overridePrices, type PriceOverride } from './decide-override.ts';
import { type SubscriptionDraft, withEvent, withFields, withItemsEnded, withItemsStarted } from './draft.ts';
import { withAddOnEnded } from './end-add-on.ts';
import { leadingItem, leadingPrice, openItems, planItems, startItems } from './items.ts';
import { type ChangeStep, withoutStep } from './schedule.ts';
import { isWaiting, type Subscription, type SubscriptionItem } from './subscription.ts';

/**
 * Swaps plan and items at the step's moment. Add-ons stay, but for those that are not offered with the new plan. What
 * was agreed on a price for this subscription alone stays with a newer version of the same plan. Also used when a
 * scheduled change comes due.
 */
export function applyPlanChange(
  draft: SubscriptionDraft,
  step: ChangeStep,
  direction: ChangeDirection | 'scheduled',
  days: DayRules,
): SubscriptionDraft {
  const before = draft.subscription;
  const anchorAt = nextAnchor(before, step);
  const overrides = step.planId === before.planId && step.phase === null ? overridesOf(before) : {};
  const withoutAddOns = endAddOns(draft, step, days);
  const ended = withItemsEnded(withoutAddOns, {
    at: step.at,
    cause: 'change',
    credit: step.isProrated ? 'unused_time' : 'unbegun_period',
    days,
    matches: (item) => item.source.kind === 'plan',
  });
  const items = startItems({
    prices: overridePrices(step.prices, overrides),
    itemIds: step.itemIds,
    planId: step.planId,
    planVersionId: step.planVersionId,
    seats: step.seats,
    anchorAt,
    activeFrom: step.at,
    overriddenKeys: Object.keys(overrides),
  }).map((item) => ({ ...item, activeFrom: beginOf(before, item, step, anchorAt, days) }));
  const moved = withFields(withItemsStarted(ended, items), {
    planId: step.planId,
    planVersionId: step.planVersionId,
    seats: step.seats,
    anchorAt,
    schedule: withoutStep(withoutAddOns.subscription.schedule, step.id),
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
  if (isWaiting(before)) return anchorAt;
  if (item.price.quantity.kind === 'meter') return step.at;
  const begin =
    anchorAt === before.anchorAt
      ? successionAt(before, predecessor(before, item.price), item, step.at, days, step.isProrated)
      : anchorAt;
  return dayCharged(before, item.price, step.at, begin);
}

/**
 * Where a price begins: where it would, or where a day ends that is charged whole by a price of this key that ran earlier
 * on it. Nobody pays a day of it twice.
 */
function dayCharged({ items }: Subscription, { key }: Price, at: Instant, begin: Instant): Instant {
  return items
    .filter((item) => item.price.key === key && item.price.proration === 'day' && item.source.kind === 'plan')
    .reduce((latest, { activeFrom, activeTo }) => {
      const isCharged = activeTo !== null && activeFrom < at && activeFrom < activeTo;
      return isCharged ? later(latest, activeTo) : latest;
    }, begin);
}

function predecessor(before: Subscription, price: Price): SubscriptionItem | null {
  const items = planItems(before).filter((item) => item.price.quantity.kind !== 'meter');
  return items.find((item) => item.price.key === price.key) ?? leadingItem({ items });
}

/**
 * The grid goes on where the length of the leading period stays. Otherwise a new one begins at the change, or where
 * what was charged and is not credited ends.
 */
function nextAnchor(subscription: Subscription, step: ChangeStep): Instant {
  if (isWaiting(subscription)) return subscription.anchorAt;
  const leading = leadingItem(subscription);
  const to = leadingPrice(step.prices);
  if (leading === null) return to === null ? subscription.anchorAt : step.at;
  if (to === null || sameCadence(leading.price.cadence, to.cadence)) return subscription.anchorAt;
  return coveredUpTo(subscription, leading, step.at, step.isProrated);
}

function overridesOf(subscription: Subscription): Readonly<Record<string, PriceOverride>> {
  const changed = planItems(subscription).filter((item) => item.isOverridden);
  return Object.fromEntries(
    changed.map(({ price }) => [price.key, { model: price.model, terms: price.terms }]),
  );
}

/** Ends the add-ons that are offered with other plans only, with what was laid ahead for them. */
function endAddOns(draft: SubscriptionDraft, step: ChangeStep, days: DayRules): SubscriptionDraft {
  const ending = new Set(
    openItems(draft.subscription).flatMap(({ source }) =>
      source.kind === 'add_on' && source.planIds.length > 0 && !source.planIds.includes(step.planId)
        ? [source.addOnId]
        : [],
    ),
  );
  let next = draft;
  for (const addOnId of ending)
    next = withAddOnEnded(next, { addOnId, at: step.at, creditUnused: step.isProrated, days });
  return next;
}
