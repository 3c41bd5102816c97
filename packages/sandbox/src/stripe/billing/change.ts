import type {
  InvoiceItemRecord,
  InvoiceLine,
  SubscriptionItem,
  SubscriptionRecord,
} from '../../state/billing-records.ts';
import type { Draft } from '../../state/draft.ts';
import { boundary } from './calendar.ts';
import { creditFor } from './debits.ts';
import { formatDecimal } from './decimal.ts';
import { lessPercentages } from './discounts.ts';
import { advanceLines, isMetered, priceOf, trialLines, unitsOf, wordsFor } from './lines.ts';
import { amountsIn, costOf } from './price-amount.ts';
import { cadenceOf, wholePeriod } from './subscribe.ts';
import { usedQuantity } from './usage.ts';

/** What is changed about a subscription, as far as money depends on it. */
export interface Change {
  readonly items: readonly SubscriptionItem[];
  /** New end of the trial, `now` to end it, undefined to leave it. */
  readonly trialEnd: number | 'now' | undefined;
  readonly resetAnchor: boolean;
  readonly behavior: 'create_prorations' | 'always_invoice' | 'none';
  /** The instant from which on the change is counted. */
  readonly at: number;
}

/** What a change comes to, before anything is written. */
export interface Planned {
  readonly after: SubscriptionRecord;
  /** Credits and charges for the rest of the running period. */
  readonly prorations: readonly InvoiceItemRecord[];
  /** Lines of a period that begins with the change. */
  readonly lines: readonly InvoiceLine[];
  /** True when the change brings an invoice at once. */
  readonly invoices: boolean;
}

function dateWords(at: number): string {
  const date = new Date(at * 1000);
  const month = date.toLocaleString('en', { month: 'short', timeZone: 'UTC' });
  return `${date.getUTCDate()} ${month} ${date.getUTCFullYear()}`;
}

interface Part {
  readonly item: SubscriptionItem;
  readonly sign: 1 | -1;
  readonly at: number;
  readonly end: number;
  readonly whole: number;
}

/** What is given back, or asked for, of an item for the rest of a period. */
function proration(draft: Draft, subscription: SubscriptionRecord, part: Part): InvoiceItemRecord {
  const { item, sign, at, end, whole } = part;
  const { currency, customer } = subscription;
  const price = priceOf(draft, item.price);
  const cost = costOf(price, currency, unitsOf(item), { of: Math.max(0, end - at), whole });
  const words = wordsFor(draft, price, currency, String(item.quantity ?? 1));
  return {
    id: draft.id('ii_'),
    created: draft.now,
    customer,
    currency,
    amount: sign * lessPercentages(draft, subscription, cost),
    description: `${sign === 1 ? 'Remaining' : 'Unused'} time on ${words} after ${dateWords(at)}`,
    periodStart: at,
    periodEnd: end,
    price: item.price,
    product: price.product,
    quantity: item.quantity ?? 1,
    unitAmount: amountsIn(price, currency)?.unitAmount ?? null,
    proration: true,
    credited: null,
    subscription: subscription.id,
    subscriptionItem: item.id,
    invoice: null,
    discountable: false,
    taxRates: item.taxRates,
    metadata: {},
  };
}

/**
 * A credit for unused time. Classic subscriptions get the price of today back; the others what was really asked
 * for, so that a change that nobody was charged for gives nothing back.
 */
function creditOf(draft: Draft, subscription: SubscriptionRecord, part: Part): InvoiceItemRecord[] {
  const classic = proration(draft, subscription, part);
  if (subscription.billingMode === 'classic') return [classic];
  const credit = creditFor(draft, subscription, part.item.id, part.at);
  return credit === null ? [] : [{ ...classic, amount: -credit.amount, credited: credit.credited }];
}

/** What was used of a metered item that is taken away, which no later invoice would ask for. */
function usageItem(
  draft: Draft,
  subscription: SubscriptionRecord,
  item: SubscriptionItem,
  at: number,
): InvoiceItemRecord[] {
  const { currency, customer, periodStart } = subscription;
  const price = priceOf(draft, item.price);
  const used = usedQuantity(draft, price, customer, Math.max(periodStart, item.created), at);
  const amount = costOf(price, currency, used);
  if (amount === 0) return [];
  const base = proration(draft, subscription, { item, sign: 1, at: periodStart, end: at, whole: 1 });
  const words = wordsFor(draft, price, currency, formatDecimal(used));
  return [{ ...base, amount, description: words, quantity: 1, unitAmount: null, proration: false }];
}

function isSame(one: SubscriptionItem, other: SubscriptionItem): boolean {
  return one.price === other.price && one.quantity === other.quantity;
}

/** Credits for what is given up and charges for what is taken instead; `all` counts what stays, too. */
export function prorationsFor(
  draft: Draft,
  before: SubscriptionRecord,
  items: readonly SubscriptionItem[],
  at: number,
  all: boolean,
): InvoiceItemRecord[] {
  // What was not paid for cannot be given back.
  if (['trialing', 'paused', 'incomplete'].includes(before.status)) return [];
  const period = wholePeriod(draft, before);
  const base = { at, end: before.periodEnd, whole: period.end - period.start };
  const kept = (one: SubscriptionItem) =>
    !all && items.some((other) => other.id === one.id && isSame(one, other));
  const credits = before.items.flatMap((item) => {
    if (kept(item)) return [];
    if (isMetered(priceOf(draft, item.price))) return usageItem(draft, before, item, at);
    return creditOf(draft, before, { ...base, item, sign: -1 });
  });
  if (all) return credits;
  const charges = items.flatMap((item) => {
    const was = before.items.find(({ id }) => id === item.id);
    const unchanged = was !== undefined && isSame(was, item);
    if (unchanged || isMetered(priceOf(draft, item.price))) return [];
    return proration(draft, before, { ...base, item, sign: 1 });
  });
  return [...credits, ...charges];
}

/** Works out what a change comes to. Nothing is written, so previews are this and no more. */
export function planChange(draft: Draft, before: SubscriptionRecord, change: Change): Planned {
  const cadence = cadenceOf(draft, change.items);
  const old = cadenceOf(draft, before.items);
  const otherCadence = cadence.interval !== old.interval || cadence.intervalCount !== old.intervalCount;
  const endsTrial = change.trialEnd === 'now' && before.status === 'trialing';
  const trialEnd = typeof change.trialEnd === 'number' ? change.trialEnd : null;
  const trialing = before.status === 'trialing' && !endsTrial;
  const resets = endsTrial || (!trialing && (otherCadence || change.resetAnchor));
  const prorates = change.behavior !== 'none';
  const base = { ...before, items: change.items };
  if (trialEnd !== null) return planTrial(draft, before, base, { ...change, trialEnd });
  if (!resets) {
    const prorations = prorates ? prorationsFor(draft, before, change.items, change.at, false) : [];
    const invoices = change.behavior === 'always_invoice' && prorations.length > 0;
    return { after: base, prorations, lines: [], invoices };
  }
  const period = { start: draft.now, end: boundary(draft.now, cadence, 1) };
  const after: SubscriptionRecord = {
    ...base,
    status: endsTrial ? 'active' : before.status,
    trialEnd: endsTrial ? draft.now : before.trialEnd,
    anchor: draft.now,
    periodStart: period.start,
    periodEnd: period.end,
  };
  return {
    after,
    prorations: prorates ? prorationsFor(draft, before, change.items, draft.now, true) : [],
    lines: advanceLines(draft, after, period),
    invoices: true,
  };
}

function planTrial(
  draft: Draft,
  before: SubscriptionRecord,
  base: SubscriptionRecord,
  change: Change & { readonly trialEnd: number },
): Planned {
  const period = { start: draft.now, end: change.trialEnd };
  const after: SubscriptionRecord = {
    ...base,
    status: 'trialing',
    trialStart: before.status === 'trialing' ? before.trialStart : draft.now,
    trialEnd: change.trialEnd,
    trialNoticeSent: false,
    anchor: change.trialEnd,
    periodStart: before.status === 'trialing' ? before.periodStart : draft.now,
    periodEnd: change.trialEnd,
  };
  if (before.status === 'trialing') return { after, prorations: [], lines: [], invoices: false };
  const prorations =
    change.behavior === 'none' ? [] : prorationsFor(draft, before, change.items, draft.now, true);
  return { after, prorations, lines: trialLines(draft, after, period), invoices: true };
}
