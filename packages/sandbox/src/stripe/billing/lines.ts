import { formatAmount } from '../../checkout/amount.ts';
import type {
  InvoiceItemRecord,
  InvoiceLine,
  PriceRecord,
  SubscriptionItem,
  SubscriptionRecord,
} from '../../state/billing-records.ts';
import type { Draft } from '../../state/draft.ts';
import type { Stretch } from './calendar.ts';
import { decimal, formatDecimal, ONE } from './decimal.ts';
import { amountsIn, costOf } from './price-amount.ts';
import { usedQuantity } from './usage.ts';

/** The price of an item; prices are never removed. */
export function priceOf(draft: Draft, id: string): PriceRecord {
  const price = draft.get('price', id);
  if (price === undefined) throw new Error('a subscription names a price that is not there');
  return price;
}

/** A quantity of whole units, scaled. */
export function unitsOf(item: SubscriptionItem): bigint {
  return BigInt(item.quantity ?? 1) * ONE;
}

/** True for what is paid for by use, after its period. */
export function isMetered(price: PriceRecord): boolean {
  return price.recurring?.usageType === 'metered';
}

function cadenceText(price: PriceRecord): string {
  const { recurring } = price;
  if (recurring === null) return '';
  const every = recurring.intervalCount === 1 ? '' : `every ${recurring.intervalCount} `;
  return ` / ${every}${recurring.interval}${recurring.intervalCount === 1 ? '' : 's'}`;
}

/** Words for so many of a price, such as `2 × Plus (at €10.00 / month)`. */
export function wordsFor(draft: Draft, price: PriceRecord, currency: string, quantity: string): string {
  const name = draft.get('product', price.product)?.name ?? 'Product';
  const amounts = amountsIn(price, currency);
  const unit = amounts?.unitAmount ?? null;
  if (unit === null) return `${quantity} × ${name}`;
  const whole = decimal(unit) % ONE === 0n;
  const each = whole
    ? formatAmount(Number(decimal(unit) / ONE), currency)
    : `${unit} of the smallest unit of ${currency.toUpperCase()}`;
  return `${quantity} × ${name} (at ${each}${cadenceText(price)})`;
}

type Fields = Pick<InvoiceLine, 'amount' | 'description' | 'quantity' | 'unitAmount'> & Partial<InvoiceLine>;

/** A line for an item of a subscription. */
export function itemLine(
  draft: Draft,
  subscription: SubscriptionRecord,
  item: SubscriptionItem,
  period: Stretch,
  fields: Fields,
): InvoiceLine {
  return {
    id: draft.id('il_'),
    periodStart: period.start,
    periodEnd: period.end,
    price: item.price,
    product: priceOf(draft, item.price).product,
    proration: false,
    credited: null,
    invoiceItem: null,
    subscription: subscription.id,
    subscriptionItem: item.id,
    discountable: true,
    discounts: [],
    taxRates: item.taxRates,
    taxes: [],
    metadata: subscription.metadata,
    ...fields,
  };
}

/** Lines for a coming period of what is paid in advance. `share` is the part of it that is paid for. */
export function advanceLines(
  draft: Draft,
  subscription: SubscriptionRecord,
  period: Stretch,
  share: { readonly of: number; readonly whole: number } = { of: 1, whole: 1 },
): InvoiceLine[] {
  const { currency } = subscription;
  return subscription.items.flatMap((item) => {
    const price = priceOf(draft, item.price);
    if (isMetered(price)) return [];
    return itemLine(draft, subscription, item, period, {
      amount: costOf(price, currency, unitsOf(item), share),
      description: wordsFor(draft, price, currency, String(item.quantity ?? 1)),
      quantity: item.quantity ?? 1,
      unitAmount: amountsIn(price, currency)?.unitAmount ?? null,
    });
  });
}

/** Lines of nothing for a trial. */
export function trialLines(draft: Draft, subscription: SubscriptionRecord, period: Stretch): InvoiceLine[] {
  return subscription.items.map((item) => {
    const price = priceOf(draft, item.price);
    const name = draft.get('product', price.product)?.name ?? 'Product';
    return itemLine(draft, subscription, item, period, {
      amount: 0,
      description: `Trial period for ${name}`,
      quantity: item.quantity ?? 0,
      unitAmount: '0',
    });
  });
}

/** Lines for what was used in a period. */
export function usageLines(draft: Draft, subscription: SubscriptionRecord, period: Stretch): InvoiceLine[] {
  const { currency, customer } = subscription;
  return subscription.items.flatMap((item) => {
    const price = priceOf(draft, item.price);
    if (!isMetered(price)) return [];
    const used = usedQuantity(draft, price, customer, Math.max(period.start, item.created), period.end);
    return itemLine(draft, subscription, item, period, {
      amount: costOf(price, currency, used),
      description: wordsFor(draft, price, currency, formatDecimal(used)),
      // Stripe shows whole quantities here; what was used of a unit counts in the amount all the same.
      quantity: Number(used / ONE),
      unitAmount: amountsIn(price, currency)?.unitAmount ?? null,
    });
  });
}

/** The line that an invoice item becomes. */
export function lineOfItem(draft: Draft, item: InvoiceItemRecord): InvoiceLine {
  return {
    id: draft.id('il_'),
    amount: item.amount,
    description: item.description,
    periodStart: item.periodStart,
    periodEnd: item.periodEnd,
    price: item.price,
    product: item.product,
    quantity: item.quantity,
    unitAmount: item.unitAmount,
    proration: item.proration,
    credited: item.credited,
    invoiceItem: item.id,
    subscription: item.subscription,
    subscriptionItem: item.subscriptionItem,
    discountable: item.discountable,
    discounts: [],
    taxRates: item.taxRates,
    taxes: [],
    metadata: item.metadata,
  };
}
