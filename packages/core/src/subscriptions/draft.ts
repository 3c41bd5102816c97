import type { Change, Decision, SubscriptionFields } from '../decision/change.ts';
import type { CoreEvent, CoreEventType } from '../decision/event.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { Instant } from '../time/instant.ts';
import { periodAt } from '../time/schedule.ts';
import { applySubscriptionChange } from './apply-change.ts';
import { chargeStart, cutItem, type DayRules } from './cut-item.ts';
import { endOf, itemGrid } from './items.ts';
import type { Subscription, SubscriptionItem } from './subscription.ts';

/**
 * Collects the changes and events of a decision about one subscription, and shows the subscription as it will be after
 * them, so that several steps of one run can build on each other.
 */
export interface SubscriptionDraft {
  readonly subscription: Subscription;
  readonly decision: Decision;
}

export function draftOf(subscription: Subscription): SubscriptionDraft {
  return { subscription, decision: { changes: [], events: [] } };
}

export function withChange(draft: SubscriptionDraft, change: Change): SubscriptionDraft {
  return {
    subscription: applySubscriptionChange(draft.subscription, change),
    decision: { changes: [...draft.decision.changes, change], events: draft.decision.events },
  };
}

export function withFields(draft: SubscriptionDraft, fields: SubscriptionFields): SubscriptionDraft {
  const { id, status } = draft.subscription;
  return withChange(draft, { type: 'subscription.update', subscriptionId: id, fromStatus: status, fields });
}

export function withEvent(
  draft: SubscriptionDraft,
  type: CoreEventType,
  data: JsonObject,
): SubscriptionDraft {
  const { id, customerId } = draft.subscription;
  const event: CoreEvent = { type, subjectId: id, customerId, data };
  return {
    ...draft,
    decision: { changes: draft.decision.changes, events: [...draft.decision.events, event] },
  };
}

/**
 * What is credited of a charge in advance: the time after the end, nothing, or only a period that began in the very
 * moment of the end, of which nothing was used, so that it does not matter whether it is billed by then.
 */
export type UnusedCredit = 'unused_time' | 'unbegun_period' | 'nothing';

export function creditOf(creditUnused: boolean): UnusedCredit {
  return creditUnused ? 'unused_time' : 'nothing';
}

export interface EndItems {
  readonly at: Instant;
  /** A change moves on to other items; an end leaves nothing behind. */
  readonly cause: 'change' | 'end';
  readonly credit: UnusedCredit;
  readonly days: DayRules;
  readonly matches?: (item: SubscriptionItem) => boolean;
}

/**
 * Ends the items that are still open and match, at a moment or, if they have not begun, before they begin. A price by
 * day ends at the beginning or the end of that local day. A change gives back what the seller's rules say.
 */
export function withItemsEnded(draft: SubscriptionDraft, end: EndItems): SubscriptionDraft {
  const { subscription } = draft;
  let next = draft;
  const given = end.cause === 'change' ? end.days.changeCredit : 'unused_time';
  const credit = given === 'nothing' && end.credit === 'unused_time' ? 'unbegun_period' : end.credit;
  const givesFeeBack = given === 'whole_fee' && end.credit === 'unused_time';
  for (const item of subscription.items) {
    if (item.activeTo !== null || !(end.matches?.(item) ?? true)) continue;
    // A charge that stands is not cut, so it does not matter whether its period was billed on the day of the end.
    const isStanding = credit !== 'unused_time' && item.price.timing === 'in_advance';
    const feeFrom = givesFeeBack ? chargeStart(subscription, item, end.at) : null;
    // What has not begun never begins: no rule about days lets it run beside what follows it.
    const isWhole = isStanding || end.at < item.activeFrom;
    const cutAt = isWhole ? end.at : cutItem(subscription, item, end.at, end.cause, end.days);
    next = withChange(next, {
      type: 'subscription_item.end',
      subscriptionId: subscription.id,
      itemId: item.id,
      at: endOf(item, feeFrom ?? cutAt),
      creditUnused:
        credit === 'unused_time' || (credit === 'unbegun_period' && isUnbegun(subscription, item, end.at)),
    });
  }
  return next;
}

export function withItemsStarted(
  draft: SubscriptionDraft,
  items: readonly SubscriptionItem[],
): SubscriptionDraft {
  return items.reduce(
    (next, item) =>
      withChange(next, { type: 'subscription_item.create', subscriptionId: draft.subscription.id, item }),
    draft,
  );
}

function isUnbegun(subscription: Subscription, item: SubscriptionItem, at: Instant): boolean {
  return at <= item.activeFrom || periodAt(itemGrid(subscription, item), at).period.start === at;
}
