import type {
  InvoiceItemRecord,
  InvoiceLine,
  InvoiceRecord,
  SubscriptionItem,
  SubscriptionRecord,
} from '../../state/billing-records.ts';
import type { Draft } from '../../state/draft.ts';
import { invalid } from '../error.ts';
import { boundary, type Cadence, periodAt, type Stretch } from './calendar.ts';
import { attemptAutomatically, finalizeInvoice, finalizeTime, methodOf } from './collect.ts';
import { liveDiscounts, useDiscounts } from './discounts.ts';
import { newInvoice, openDraft, pendingItems, takeItems } from './invoices.ts';
import { advanceLines, lineOfItem, priceOf, trialLines } from './lines.ts';
import { amountDue } from './totals.ts';

/** What a subscription is made from. */
export type SubscriptionInput = Pick<
  SubscriptionRecord,
  | 'id'
  | 'customer'
  | 'currency'
  | 'items'
  | 'trialEnd'
  | 'trialEndBehavior'
  | 'cancelAt'
  | 'cancelAtPeriodEnd'
  | 'collectionMethod'
  | 'daysUntilDue'
  | 'defaultPaymentMethod'
  | 'saveDefaultMethod'
  | 'methodTypes'
  | 'taxRates'
  | 'description'
  | 'discounts'
  | 'billingMode'
  | 'metadata'
> & {
  /** From where periods are laid out, when it is not the start. */
  readonly anchor: number | null;
  /** False when the time before the anchor is free. */
  readonly prorates: boolean;
  /** Invoice items of the first invoice, written beforehand. */
  readonly added: readonly InvoiceItemRecord[];
};

/** How often the items of a subscription come round; they all do alike. */
export function cadenceOf(draft: Draft, items: readonly SubscriptionItem[]): Cadence {
  const cadences = items.map((item) => priceOf(draft, item.price).recurring);
  const [first] = cadences;
  if (first == null) throw invalid('A subscription needs items with recurring prices.', { param: 'items' });
  for (const cadence of cadences) {
    if (cadence?.interval !== first.interval || cadence.intervalCount !== first.intervalCount) {
      throw invalid('The sandbox bills all items of a subscription in the same interval.', {
        param: 'items',
      });
    }
  }
  return first;
}

function firstPeriod(draft: Draft, input: SubscriptionInput, cadence: Cadence): Stretch & { anchor: number } {
  const { now } = draft;
  if (input.trialEnd !== null) return { anchor: input.trialEnd, start: now, end: input.trialEnd };
  const anchor = input.anchor ?? now;
  const period = periodAt(anchor, cadence, now);
  if (anchor > period.end) {
    throw invalid('`billing_cycle_anchor` cannot be later than the next natural billing date.', {
      param: 'billing_cycle_anchor',
    });
  }
  return { anchor, start: now, end: period.end };
}

function firstLines(
  draft: Draft,
  subscription: SubscriptionRecord,
  cadence: Cadence,
  prorates: boolean,
): InvoiceLine[] {
  const period = { start: subscription.periodStart, end: subscription.periodEnd };
  if (subscription.trialEnd !== null) return trialLines(draft, subscription, period);
  const whole = periodAt(subscription.anchor, cadence, period.start);
  const share = { of: period.end - period.start, whole: whole.end - whole.start };
  if (share.of !== share.whole && !prorates) return [];
  return advanceLines(draft, subscription, period, share);
}

/** A new subscription with its first invoice, neither of them written. Previews stop here. */
export function layOut(
  draft: Draft,
  input: SubscriptionInput,
): { subscription: SubscriptionRecord; invoice: InvoiceRecord; taken: InvoiceItemRecord[] } {
  const cadence = cadenceOf(draft, input.items);
  const { anchor, start, end } = firstPeriod(draft, input, cadence);
  const { prorates, added, ...fields } = input;
  const trialing = input.trialEnd !== null;
  const subscription: SubscriptionRecord = {
    ...fields,
    anchor,
    created: draft.now,
    startDate: draft.now,
    periodStart: start,
    periodEnd: end,
    status: 'incomplete',
    trialStart: trialing ? draft.now : null,
    trialNoticeSent: false,
    canceledAt: input.cancelAtPeriodEnd || input.cancelAt !== null ? draft.now : null,
    cancelAt: input.cancelAtPeriodEnd ? end : input.cancelAt,
    endedAt: null,
    cancellation: { comment: null, feedback: null, reason: null },
    latestInvoice: null,
    pendingSetupIntent: null,
    pauseCollection: null,
  };
  const waiting = pendingItems(draft, input.customer, input.currency, null);
  const taken = [...waiting.filter((item) => !added.some(({ id }) => id === item.id)), ...added];
  const invoice = newInvoice(draft, {
    ...invoiceBasis(draft, subscription),
    billingReason: 'subscription_create',
    lines: [
      ...taken.map((item) => lineOfItem(draft, item)),
      ...firstLines(draft, subscription, cadence, prorates),
    ],
  });
  const first = { ...subscription, latestInvoice: invoice.id };
  const open = input.collectionMethod === 'charge_automatically' && amountDue(invoice) > 0;
  return {
    subscription: { ...first, status: trialing ? 'trialing' : open ? 'incomplete' : 'active' },
    invoice,
    taken,
  };
}

/** What every invoice of a subscription says. */
export function invoiceBasis(
  draft: Draft,
  subscription: SubscriptionRecord,
): Omit<Parameters<typeof newInvoice>[1], 'billingReason'> {
  return {
    customer: subscription.customer,
    currency: subscription.currency,
    subscription: subscription.id,
    subscriptionMetadata: subscription.metadata,
    collectionMethod: subscription.collectionMethod,
    daysUntilDue: subscription.daysUntilDue,
    taxRates: subscription.taxRates,
    discounts: liveDiscounts(draft, subscription, draft.now),
  };
}

/**
 * Starts a subscription: its first invoice is final at once and paid with what the customer left, unless it is to
 * wait for somebody to confirm the payment.
 */
export function startSubscription(
  draft: Draft,
  input: SubscriptionInput,
  payment: 'attempt' | 'wait',
): SubscriptionRecord {
  const { subscription, invoice, taken } = layOut(draft, input);
  draft.put('subscription', subscription);
  takeItems(draft, taken, invoice.id);
  useDiscounts(draft, invoice.discounts);
  const charges = subscription.collectionMethod === 'charge_automatically';
  if (charges && payment === 'attempt' && amountDue(invoice) > 0 && methodOf(draft, invoice) === undefined) {
    throw invalid(
      'This customer has no attached payment source or default payment method. Please consider adding a default payment method.',
      { code: 'resource_missing' },
    );
  }
  const later = !charges && amountDue(invoice) > 0;
  const made = openDraft(draft, later ? { ...invoice, finalizesAt: finalizeTime(draft) } : invoice);
  draft.emit('customer.subscription.created', 'subscription', subscription);
  if (!later) {
    const open = finalizeInvoice(draft, made);
    if (open.status === 'open' && payment === 'attempt') attemptAutomatically(draft, open);
  }
  return draft.get('subscription', subscription.id) ?? subscription;
}

/** The period after the one that ends now. */
export function nextPeriod(draft: Draft, subscription: SubscriptionRecord): Stretch {
  const cadence = cadenceOf(draft, subscription.items);
  const period = periodAt(subscription.anchor, cadence, subscription.periodEnd);
  return { start: subscription.periodEnd, end: period.end };
}

/** The whole period around a stretch, of which it may be a part. */
export function wholePeriod(draft: Draft, subscription: SubscriptionRecord): Stretch {
  const cadence = cadenceOf(draft, subscription.items);
  const end = subscription.periodEnd;
  const period = periodAt(subscription.anchor, cadence, end - 1);
  return period.end === end ? period : { start: boundary(end, cadence, -1), end };
}
