import type { InvoiceLine, SubscriptionRecord } from '../../state/billing-records.ts';
import type { Draft } from '../../state/draft.ts';
import { finalizeTime, methodOf, voidInvoice } from './collect.ts';
import { liveDiscounts, useDiscounts } from './discounts.ts';
import { newInvoice, openDraft, pendingItems, takeItems } from './invoices.ts';
import { advanceLines, usageLines } from './lines.ts';
import { invoiceBasis, nextPeriod } from './subscribe.ts';
import { endSubscription, pauseNow, updateSubscription } from './subscription-state.ts';

/** What was used in the period that ends; what was used in a trial is free. */
export function usageOf(draft: Draft, subscription: SubscriptionRecord): InvoiceLine[] {
  if (subscription.status === 'trialing') return [];
  return usageLines(draft, subscription, { start: subscription.periodStart, end: subscription.periodEnd });
}

/** Ends a subscription at the end of a period; what was used is billed still. */
export function finishSubscription(draft: Draft, subscription: SubscriptionRecord): void {
  const used = usageOf(draft, { ...subscription, periodEnd: Math.min(subscription.periodEnd, draft.now) });
  endSubscription(draft, subscription, 'canceled', 'cancellation_requested');
  if (used.every(({ amount }) => amount === 0)) return;
  openDraft(
    draft,
    newInvoice(draft, {
      ...invoiceBasis(draft, subscription),
      billingReason: 'subscription_cycle',
      periodStart: subscription.periodStart,
      periodEnd: draft.now,
      lines: used,
      finalizesAt: finalizeTime(draft),
    }),
  );
}

function withoutMethod(draft: Draft, subscription: SubscriptionRecord): boolean {
  const probe = newInvoice(draft, {
    ...invoiceBasis(draft, subscription),
    billingReason: 'subscription_cycle',
  });
  return methodOf(draft, probe) === undefined;
}

/** What happens when a period is over: the next one begins with an invoice that is final an hour later. */
export function renew(draft: Draft, before: SubscriptionRecord): void {
  if (before.cancelAtPeriodEnd || (before.cancelAt !== null && before.cancelAt <= draft.now)) {
    finishSubscription(draft, before);
    return;
  }
  const endsTrial = before.status === 'trialing';
  if (endsTrial && before.trialEndBehavior !== 'create_invoice' && withoutMethod(draft, before)) {
    if (before.trialEndBehavior === 'cancel') endSubscription(draft, before, 'canceled', null);
    else pauseNow(draft, before, 'trial_end_without_payment_method');
    return;
  }
  const period = nextPeriod(draft, before);
  const used = usageOf(draft, before);
  const renewed: SubscriptionRecord = {
    ...before,
    status: endsTrial ? 'active' : before.status,
    discounts: liveDiscounts(draft, before, draft.now),
    periodStart: period.start,
    periodEnd: period.end,
  };
  const items = pendingItems(draft, before.customer, before.currency, before.id);
  const holds = before.status === 'unpaid' || before.pauseCollection?.behavior === 'keep_as_draft';
  const id = draft.id('in_');
  const invoice = newInvoice(draft, {
    ...invoiceBasis(draft, renewed),
    id,
    billingReason: 'subscription_cycle',
    periodStart: before.periodStart,
    periodEnd: before.periodEnd,
    lines: [...takeItems(draft, items, id), ...used, ...advanceLines(draft, renewed, period)],
    autoAdvance: !holds,
    finalizesAt: holds ? null : finalizeTime(draft),
  });
  useDiscounts(draft, invoice.discounts);
  updateSubscription(draft, before, { ...renewed, latestInvoice: id });
  openDraft(draft, invoice);
}

/** A subscription whose first payment never came about is over after 23 hours. */
export function expireIncomplete(draft: Draft, subscription: SubscriptionRecord): void {
  const invoice =
    subscription.latestInvoice === null ? undefined : draft.get('invoice', subscription.latestInvoice);
  if (invoice?.status === 'open') voidInvoice(draft, invoice);
  const now = draft.get('subscription', subscription.id);
  if (now?.endedAt === null) endSubscription(draft, now, 'incomplete_expired', null);
}
