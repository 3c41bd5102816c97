import type { Instant } from '../time/instant.ts';
import { type DayRules, successionAt } from './cut-item.ts';
import { type SubscriptionDraft, withItemsEnded, withItemsStarted } from './draft.ts';
import { openItems, planItems, stepItemId } from './items.ts';
import type { SubscriptionItem } from './subscription.ts';

export interface ItemSwap {
  readonly step: {
    readonly id: string;
    readonly at: Instant;
    readonly itemIds: readonly string[];
    readonly isProrated: boolean;
  };
  readonly days: DayRules;
  readonly matches: (item: SubscriptionItem) => boolean;
  /** What the items that follow have otherwise. */
  readonly next: (item: SubscriptionItem) => Partial<SubscriptionItem>;
}

/** Ends the open items that match and starts each again with something else, on the same grid. */
export function withItemsSwapped(draft: SubscriptionDraft, swap: ItemSwap): SubscriptionDraft {
  const { subscription } = draft;
  const { step, days, matches } = swap;
  const ofPlan = planItems(subscription);
  const others = openItems(subscription).filter((item) => item.source.kind !== 'plan');
  const next = [...ofPlan, ...others].filter(matches).map((item, index) => ({
    ...item,
    ...swap.next(item),
    id: stepItemId(step, index),
    activeFrom: successionAt(subscription, item, item, step.at, days, step.isProrated),
  }));
  const ended = withItemsEnded(draft, {
    at: step.at,
    cause: 'change',
    credit: step.isProrated ? 'unused_time' : 'unbegun_period',
    days,
    matches,
  });
  return withItemsStarted(ended, next);
}
