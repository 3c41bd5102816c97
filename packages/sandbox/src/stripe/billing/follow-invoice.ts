import type { InvoiceRecord, SubscriptionRecord, SubscriptionStatus } from '../../state/billing-records.ts';
import type { Draft } from '../../state/draft.ts';
import { endSubscription, updateSubscription } from './subscription-state.ts';

/** What became of an invoice, for the subscription that it bills. */
export type InvoiceOutcome = 'paid' | 'failed' | 'closed' | 'under_way';

/** Carries the outcome of an invoice to its subscription: the latest invoice decides how it stands. */
export function followInvoice(draft: Draft, invoice: InvoiceRecord, outcome: InvoiceOutcome): void {
  const subscription =
    invoice.subscription === null ? undefined : draft.get('subscription', invoice.subscription);
  if (subscription === undefined || subscription.endedAt !== null) return;
  if (outcome === 'failed') afterFailure(draft, subscription, invoice);
  else if (subscription.latestInvoice === invoice.id) afterSuccess(draft, subscription, invoice, outcome);
}

function afterSuccess(
  draft: Draft,
  before: SubscriptionRecord,
  invoice: InvoiceRecord,
  outcome: 'paid' | 'closed' | 'under_way',
): void {
  // A debit takes days: the service begins while it is under way.
  if (outcome === 'under_way' && before.status !== 'incomplete') return;
  if (before.status === 'incomplete' && outcome === 'closed') {
    endSubscription(draft, before, 'incomplete_expired', null);
    return;
  }
  const waits: readonly SubscriptionStatus[] = ['incomplete', 'past_due', 'unpaid', 'paused'];
  if (!waits.includes(before.status)) return;
  if (before.status === 'paused' && invoice.billingReason !== 'subscription_update') return;
  const after: SubscriptionRecord = { ...withSavedMethod(draft, before, invoice), status: 'active' };
  const resumes = before.status === 'paused';
  updateSubscription(
    draft,
    before,
    after,
    resumes ? 'customer.subscription.resumed' : 'customer.subscription.updated',
  );
}

function withSavedMethod(
  draft: Draft,
  subscription: SubscriptionRecord,
  invoice: InvoiceRecord,
): SubscriptionRecord {
  if (!subscription.saveDefaultMethod || invoice.payment === null) return subscription;
  const payment = draft.get('invoice_payment', invoice.payment);
  const intent = payment === undefined ? undefined : draft.get('payment_intent', payment.paymentIntent);
  return {
    ...subscription,
    defaultPaymentMethod: intent?.paymentMethod ?? subscription.defaultPaymentMethod,
  };
}

function afterFailure(draft: Draft, before: SubscriptionRecord, invoice: InvoiceRecord): void {
  if (before.status === 'incomplete') return;
  if (before.status === 'paused') {
    // Somebody tried to pay for going on; what is tried by itself leaves the pause as it is.
    const tried = invoice.billingReason === 'subscription_update' && invoice.attempts === 0;
    if (tried) updateSubscription(draft, before, { ...before, status: 'past_due' });
    return;
  }
  const last = invoice.nextAttemptAt === null && invoice.autoAdvance && invoice.attempts > 1;
  if (!last) {
    if (before.status === 'active' || before.status === 'trialing') {
      updateSubscription(draft, before, { ...before, status: 'past_due' });
    }
    return;
  }
  const outcome = draft.settings.afterLastRetry ?? 'cancel';
  if (outcome === 'cancel') endSubscription(draft, before, 'canceled', 'payment_failed');
  else if (before.status !== outcome) updateSubscription(draft, before, { ...before, status: outcome });
}
