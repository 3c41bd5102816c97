import type { Change, Decision, SubscriptionFields } from '../decision/change.ts';
import type { CoreEvent, CoreEventType } from '../decision/event.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { Instant } from '../time/instant.ts';
import { applySubscriptionChange } from './apply-change.ts';
import { endOf } from './items.ts';
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

/** Ends the items that are still open and match, at a moment or, if they have not begun, before they begin. */
export function withItemsEnded(
  draft: SubscriptionDraft,
  at: Instant,
  creditUnused: boolean,
  matches: (item: SubscriptionItem) => boolean = () => true,
): SubscriptionDraft {
  let next = draft;
  for (const item of draft.subscription.items) {
    if (item.activeTo !== null || !matches(item)) continue;
    next = withChange(next, {
      type: 'subscription_item.end',
      subscriptionId: draft.subscription.id,
      itemId: item.id,
      at: endOf(item, at),
      creditUnused,
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
