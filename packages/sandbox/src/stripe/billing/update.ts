import type { InvoiceRecord, SubscriptionRecord } from '../../state/billing-records.ts';
import type { Draft } from '../../state/draft.ts';
import { ApiError } from '../error.ts';
import { declinedError } from '../pay.ts';
import { type Change, type Planned, planChange, prorationsFor } from './change.ts';
import { attemptAutomatically, finalizeInvoice, finalizeTime, intentOf } from './collect.ts';
import { useDiscounts } from './discounts.ts';
import { newInvoice, openDraft, pendingItems, takeItems } from './invoices.ts';
import { usageLines } from './lines.ts';
import { invoiceBasis } from './subscribe.ts';
import { endSubscription, updateSubscription } from './subscription-state.ts';

/** How a payment that an update asks for is treated. */
export type PaymentBehavior = 'allow_incomplete' | 'default_incomplete' | 'error_if_incomplete';

/** Refuses a subscription or update whose payment did not come about, when it was to be all or nothing. */
export function requirePaid(draft: Draft, invoiceId: string | null): void {
  const invoice = invoiceId === null ? undefined : draft.get('invoice', invoiceId);
  const intent = invoice === undefined ? undefined : intentOf(draft, invoice);
  if (invoice?.status !== 'open' || intent === undefined) return;
  if (intent.lastFault !== null) {
    const { status, body } = declinedError(draft, intent, intent.lastFault);
    throw new ApiError(status, body);
  }
  throw new ApiError(402, {
    type: 'card_error',
    code: 'subscription_payment_intent_requires_action',
    message:
      'Payment for this subscription requires additional user action before it can be completed successfully.',
  });
}

/** Makes the invoice of a change at once: all that waits for the subscription, and the period that begins with it. */
function invoiceChange(
  draft: Draft,
  subscription: SubscriptionRecord,
  lines: Planned['lines'],
  prorationDate: number | null,
): InvoiceRecord {
  const items = pendingItems(draft, subscription.customer, subscription.currency, subscription.id);
  const id = draft.id('in_');
  const invoice = newInvoice(draft, {
    ...invoiceBasis(draft, subscription),
    id,
    billingReason: 'subscription_update',
    periodStart: draft.now,
    periodEnd: draft.now,
    prorationDate,
    lines: [...takeItems(draft, items, id), ...lines],
  });
  useDiscounts(draft, invoice.discounts);
  return openDraft(draft, invoice);
}

/** Carries out a change of a subscription; `fields` are those that no money depends on. */
export function changeSubscription(
  draft: Draft,
  before: SubscriptionRecord,
  change: Change,
  fields: Partial<SubscriptionRecord>,
  payment: PaymentBehavior,
): SubscriptionRecord {
  const planned = planChange(draft, before, change);
  for (const item of planned.prorations) {
    draft.put('invoiceitem', item);
    draft.emit('invoiceitem.created', 'invoiceitem', item);
  }
  const after: SubscriptionRecord = { ...planned.after, ...fields };
  if (!planned.invoices) return updateSubscription(draft, before, after);
  draft.put('subscription', after);
  const made = invoiceChange(draft, after, planned.lines, change.at === draft.now ? null : change.at);
  updateSubscription(draft, before, { ...after, latestInvoice: made.id });
  collectChange(draft, made, payment);
  if (payment === 'error_if_incomplete') requirePaid(draft, made.id);
  return draft.get('subscription', before.id) ?? after;
}

function collectChange(draft: Draft, made: InvoiceRecord, payment: PaymentBehavior): void {
  if (made.collectionMethod === 'send_invoice') {
    draft.put('invoice', { ...made, finalizesAt: finalizeTime(draft) });
    return;
  }
  const open = finalizeInvoice(draft, made);
  if (open.status !== 'open') return;
  if (payment !== 'default_incomplete') {
    attemptAutomatically(draft, open);
    return;
  }
  const subscription = open.subscription === null ? undefined : draft.get('subscription', open.subscription);
  if (subscription?.status === 'active') {
    updateSubscription(draft, subscription, { ...subscription, status: 'past_due' });
  }
}

/** Ends a subscription now. What was used, and what is given back for unused time, is billed when asked for. */
export function cancelNow(
  draft: Draft,
  before: SubscriptionRecord,
  asked: { readonly invoiceNow: boolean; readonly prorate: boolean },
  cancellation: Partial<SubscriptionRecord['cancellation']>,
): SubscriptionRecord {
  const credits = asked.prorate ? prorationsFor(draft, before, [], draft.now, true) : [];
  for (const item of credits) {
    draft.put('invoiceitem', item);
    draft.emit('invoiceitem.created', 'invoiceitem', item);
  }
  const named = { ...before, cancellation: { ...before.cancellation, ...cancellation } };
  const ended = endSubscription(draft, named, 'canceled', 'cancellation_requested');
  if (!asked.invoiceNow) return ended;
  const period = { start: before.periodStart, end: draft.now };
  // Credits already ask for what was used of metered items.
  const used = asked.prorate || before.status === 'trialing' ? [] : usageLines(draft, before, period);
  const pending = pendingItems(draft, before.customer, before.currency, before.id);
  if (used.length + pending.length === 0) return ended;
  const made = invoiceChange(draft, ended, used, null);
  const after = updateSubscription(draft, ended, { ...ended, latestInvoice: made.id });
  const open = finalizeInvoice(draft, made);
  if (open.status === 'open' && open.collectionMethod === 'charge_automatically') {
    attemptAutomatically(draft, open);
  }
  return after;
}
