import type { SubscriptionRecord } from '../../state/billing-records.ts';
import type { Call } from '../call.ts';
import { invalid } from '../error.ts';
import { render } from '../render.ts';
import { boundary } from './calendar.ts';
import { attemptAutomatically, finalizeInvoice } from './collect.ts';
import { newInvoice, openDraft, pendingItems, takeItems } from './invoices.ts';
import { advanceLines } from './lines.ts';
import { cadenceOf, invoiceBasis } from './subscribe.ts';
import { pauseNow, updateSubscription } from './subscription-state.ts';

const BEHAVIORS = ['resume_on_payment_attempt', 'resume_on_payment_success'] as const;

/** Pauses a subscription on demand. */
export function pauseSubscription({ draft, params }: Call, before: SubscriptionRecord): object {
  params.choice('type', ['subscription']);
  if (before.status !== 'active' && before.status !== 'trialing') {
    throw invalid(`A subscription with a status of ${before.status} cannot be paused.`);
  }
  if (before.billingMode === 'classic') {
    throw invalid('Only subscriptions with `billing_mode[type]=flexible` can be paused.');
  }
  return render('subscription', pauseNow(draft, before, 'pause_requested'), draft);
}

/**
 * Resumes a paused subscription: a period begins now, and it is active once its invoice is paid. That is tried at
 * once with `resume_on_payment_success`; otherwise the invoice waits for somebody to pay it.
 */
export function resumeSubscription({ draft, params }: Call, before: SubscriptionRecord): object {
  params.level('billing_cycle_anchor').choice('type', ['now']);
  params.choice('proration_behavior', ['create_prorations', 'always_invoice', 'none']);
  const behavior = params.choice('payment_behavior', BEHAVIORS) ?? 'resume_on_payment_attempt';
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
  updateSubscription(draft, before, resumed);
  const made = openDraft(
    draft,
    newInvoice(draft, {
      ...invoiceBasis(draft, resumed),
      id,
      billingReason: 'subscription_update',
      lines: [...takeItems(draft, items, id), ...advanceLines(draft, resumed, period)],
    }),
  );
  const open = finalizeInvoice(draft, made);
  if (open.status === 'open' && behavior === 'resume_on_payment_success') attemptAutomatically(draft, open);
  return render('subscription', draft.get('subscription', before.id) ?? resumed, draft);
}
