import type { InvoiceItemRecord, SubscriptionRecord } from '../../state/billing-records.ts';
import type { Draft } from '../../state/draft.ts';
import type { LineItem, SessionRecord, SessionSubscription } from '../../state/records.ts';
import { redeem } from './discounts.ts';
import { isMetered, priceOf } from './lines.ts';
import { startSubscription } from './subscribe.ts';

const DAY_SECONDS = 86_400;

interface Bearer {
  readonly customer: string;
  readonly currency: string;
  readonly subscription: string;
}

function itemOf(draft: Draft, line: LineItem) {
  const metered = isMetered(priceOf(draft, line.priceId));
  return {
    id: draft.id('si_', 14),
    created: draft.now,
    price: line.priceId,
    quantity: metered ? null : line.quantity,
    metadata: {},
    taxRates: [],
  };
}

/** What a session sells once, as an item of the first invoice. */
function oneTimeItem(draft: Draft, line: LineItem, bearer: Bearer): InvoiceItemRecord {
  const item = draft.put('invoiceitem', {
    id: draft.id('ii_'),
    created: draft.now,
    ...bearer,
    amount: line.amount ?? line.unitAmount * line.quantity,
    description: line.name,
    periodStart: draft.now,
    periodEnd: draft.now,
    price: line.priceId,
    product: line.productId,
    quantity: line.quantity,
    unitAmount: String(line.unitAmount),
    proration: false,
    credited: null,
    subscriptionItem: null,
    invoice: null,
    discountable: true,
    taxRates: [],
    metadata: {},
  });
  draft.emit('invoiceitem.created', 'invoiceitem', item);
  return item;
}

function trialEndOf(draft: Draft, { trialDays, trialEnd }: SessionSubscription): number | null {
  if (trialDays !== null) return draft.now + trialDays * DAY_SECONDS;
  return trialEnd !== null && trialEnd > draft.now ? trialEnd : null;
}

/**
 * Starts the subscription of a checkout session, and notes it there. `method` is the one that was kept on the page
 * when nothing is due; otherwise the first invoice waits to be paid on the page.
 */
export function startFromSession(
  draft: Draft,
  session: SessionRecord,
  method: string | null,
): SubscriptionRecord {
  const { subscribes, customer, currency } = session;
  if (subscribes === undefined || customer === null || currency === null) {
    throw new Error('a session that starts a subscription has no customer or currency');
  }
  const bearer: Bearer = { customer, currency, subscription: draft.id('sub_') };
  const recurring = (line: LineItem) => priceOf(draft, line.priceId).recurring !== null;
  const { lineItems } = session;
  const made = startSubscription(
    draft,
    {
      id: bearer.subscription,
      customer,
      currency,
      items: lineItems.filter(recurring).map((line) => itemOf(draft, line)),
      trialEnd: trialEndOf(draft, subscribes),
      trialEndBehavior: subscribes.trialEndBehavior,
      cancelAt: null,
      cancelAtPeriodEnd: false,
      collectionMethod: 'charge_automatically',
      daysUntilDue: null,
      defaultPaymentMethod: method,
      saveDefaultMethod: true,
      methodTypes: null,
      taxRates: subscribes.taxRates,
      description: subscribes.description,
      discounts: subscribes.discounts.map((named) => redeem(draft, named, { ...bearer, invoice: null }).id),
      billingMode: 'flexible',
      metadata: subscribes.metadata,
      anchor: null,
      prorates: true,
      added: lineItems.filter((line) => !recurring(line)).map((line) => oneTimeItem(draft, line, bearer)),
    },
    'wait',
  );
  draft.put('checkout_session', {
    ...session,
    subscribes: { ...subscribes, subscription: made.id, invoice: made.latestInvoice },
  });
  return made;
}
