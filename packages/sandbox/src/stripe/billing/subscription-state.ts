import type { SubscriptionRecord } from '../../state/billing-records.ts';
import type { Draft } from '../../state/draft.ts';
import { changedAttributes } from '../changed.ts';
import { render } from '../render.ts';

/** Writes a changed subscription and tells what changed; nothing is told when nothing did. */
export function updateSubscription(
  draft: Draft,
  before: SubscriptionRecord,
  after: SubscriptionRecord,
  type = 'customer.subscription.updated',
): SubscriptionRecord {
  const shown = render('subscription', before, draft);
  draft.put('subscription', after);
  for (const id of before.discounts) {
    const discount = after.discounts.includes(id) ? undefined : draft.get('discount', id);
    if (discount !== undefined) draft.emit('customer.discount.deleted', 'discount', discount);
  }
  const changed = changedAttributes(shown, render('subscription', after, draft));
  if (type !== 'customer.subscription.updated') draft.emit(type, 'subscription', after);
  else if (Object.keys(changed).length > 0) draft.emit(type, 'subscription', after, changed);
  return after;
}

/** Ends a subscription for good. Invoices that are open stay so, but nothing collects them any more by itself. */
export function endSubscription(
  draft: Draft,
  before: SubscriptionRecord,
  status: 'canceled' | 'incomplete_expired',
  reason: string | null,
): SubscriptionRecord {
  const ended: SubscriptionRecord = {
    ...before,
    status,
    endedAt: draft.now,
    canceledAt: before.canceledAt ?? draft.now,
    cancellation: { ...before.cancellation, reason: reason ?? before.cancellation.reason },
  };
  for (const invoice of draft.all('invoice')) {
    if (invoice.subscription !== before.id) continue;
    if (invoice.status !== 'open' && invoice.status !== 'draft') continue;
    draft.put('invoice', { ...invoice, autoAdvance: false, nextAttemptAt: null, finalizesAt: null });
  }
  const schedule = before.schedule == null ? undefined : draft.get('subscription_schedule', before.schedule);
  if (schedule?.status === 'active') {
    const over = draft.put('subscription_schedule', {
      ...schedule,
      status: 'canceled',
      canceledAt: draft.now,
    });
    draft.emit('subscription_schedule.canceled', 'subscription_schedule', over);
  }
  const type = status === 'canceled' ? 'customer.subscription.deleted' : 'customer.subscription.updated';
  return updateSubscription(draft, before, ended, type);
}

/** Pauses a subscription: it is not served, and bills nothing until it is resumed. */
export function pauseNow(
  draft: Draft,
  before: SubscriptionRecord,
  by: NonNullable<SubscriptionRecord['paused']>['by'],
): SubscriptionRecord {
  const after: SubscriptionRecord = { ...before, status: 'paused', paused: { by, at: draft.now } };
  return updateSubscription(draft, before, after, 'customer.subscription.paused');
}
