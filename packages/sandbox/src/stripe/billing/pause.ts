import type { SubscriptionRecord } from '../../state/billing-records.ts';
import type { Call } from '../call.ts';
import { invalid } from '../error.ts';
import { render } from '../render.ts';
import { boundary } from './calendar.ts';
import { attemptAutomatically, finalizeInvoice } from './collect.ts';
import { newInvoice, openDraft, pendingItems, takeItems } from './invoices.ts';
import { advanceLines } from './lines.ts';
import { cadenceOf, invoiceBasis } from './subscribe.ts';
import { updateSubscription } from './subscription-state.ts';

/** Pauses a subscription: nothing is served and nothing billed until it is resumed. */
export function pauseSubscription({ draft, params }: Call, before: SubscriptionRecord): object {
  params.choice('type', ['subscription']);
  if (before.status !== 'active' && before.status !== 'trialing') {
    throw invalid(`A subscription with a status of ${before.status} cannot be paused.`);
  }
  const paused = updateSubscription(
    draft,
    before,
    { ...before, status: 'paused' },
    'customer.subscription.paused',
  );
  return render('subscription', paused, draft);
}

/** Resumes a paused subscription: a period begins now, and is active once it is paid. */
export function resumeSubscription({ draft, params }: Call, before: SubscriptionRecord): object {
  params.level('billing_cycle_anchor').choice('type', ['now']);
  params.choice('proration_behavior', ['create_prorations', 'always_invoice', 'none']);
  if (before.status !== 'paused') {
    throw invalid(`Only a paused subscription can be resumed, this one has a status of ${before.status}.`);
  }
  const period = { start: draft.now, end: boundary(draft.now, cadenceOf(draft, before.items), 1) };
  const id = draft.id('in_');
  const resumed: SubscriptionRecord = {
    ...before,
    anchor: draft.now,
    periodStart: period.start,
    periodEnd: period.end,
    latestInvoice: id,
  };
  const items = pendingItems(draft, before.customer, before.currency, before.id);
  draft.put('subscription', resumed);
  const made = openDraft(
    draft,
    newInvoice(draft, {
      ...invoiceBasis(draft, resumed),
      id,
      billingReason: 'subscription_update',
      lines: [...takeItems(draft, items, id), ...advanceLines(draft, resumed, period)],
    }),
  );
  draft.emit('customer.subscription.resumed', 'subscription', resumed);
  const open = finalizeInvoice(draft, made);
  if (open.status === 'open') attemptAutomatically(draft, open);
  return render('subscription', draft.get('subscription', before.id) ?? resumed, draft);
}
