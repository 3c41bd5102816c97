import type { InvoiceLine } from '@billhook/core/invoicing/invoice';
import type { LineKind } from '@billhook/core/invoicing/line';
import type { Subscription, SubscriptionItem } from '@billhook/core/subscriptions/subscription';
import { boundaryOf, periodAt, type Rhythm } from './calendar.ts';
import type { Receipts } from './measured.ts';

/** A line as it was issued: all that later lines may rest on. */
export interface LineFact {
  readonly key: string;
  readonly kind: LineKind;
  readonly itemId: string;
  readonly subscriptionId: string;
  readonly start: number;
  readonly end: number;
  readonly billingStart: number;
  readonly billingEnd: number;
  readonly quantity: bigint;
  readonly grossMinor: bigint;
  readonly amountMinor: bigint;
  readonly discounts: readonly { discountId: string; periodIndex: number; amountMinor: bigint }[];
}

/** How far one item is billed. */
export interface ItemBook {
  readonly rhythm: Rhythm;
  readonly bounds: Map<number, number>;
  /** The number of the next period to be billed. */
  next: number;
  /** Nothing falls due before this moment, as long as the item ends where it is thought to end. */
  quietUntil: number;
  knownEnd: number | null;
  /** It ended, and all that there was to bill and to credit of it is done. */
  isClosed: boolean;
  /** The usage lines that stand, by the beginning of their period: several where a threshold was reached inside it. */
  readonly parts: Map<number, UsagePart>;
}

export interface UsagePart {
  readonly end: number;
  readonly count: number;
  readonly quantity: bigint;
  readonly grossMinor: bigint;
}

/** The auditor's books of one customer. */
export interface Book {
  readonly receipts: Receipts;
  readonly lines: Map<string, LineFact>;
  readonly linesBySubscription: Map<string, LineFact[]>;
  readonly items: Map<string, ItemBook>;
  /** Until when nothing falls due for a subscription as it stands. */
  readonly quiet: Map<string, { readonly subscription: Subscription; readonly until: number }>;
  /** What was used of each discount in each of its periods. */
  readonly used: Map<string, bigint>;
  creditMinor: bigint;
}

export function emptyBook(): Book {
  return {
    receipts: new Map(),
    lines: new Map(),
    linesBySubscription: new Map(),
    items: new Map(),
    quiet: new Map(),
    used: new Map(),
    creditMinor: 0n,
  };
}

export function itemBook(book: Book, subscription: Subscription, item: SubscriptionItem): ItemBook {
  let known = book.items.get(item.id);
  if (known === undefined) {
    const { cadence, alignment } = item.price;
    const { timeZone: zone, billingDay } = subscription;
    const rhythm: Rhythm = { zone, anchorMs: item.anchorAt, cadence, alignment, billingDay };
    known = {
      rhythm,
      bounds: new Map(),
      next: periodAt(rhythm, item.activeFrom),
      quietUntil: Number.NEGATIVE_INFINITY,
      knownEnd: item.activeTo,
      isClosed: false,
      parts: new Map(),
    };
    book.items.set(item.id, known);
  }
  return known;
}

export function bound(item: ItemBook, n: number): number {
  let moment = item.bounds.get(n);
  if (moment === undefined) {
    moment = boundaryOf(item.rhythm, n);
    item.bounds.set(n, moment);
  }
  return moment;
}

/** Remembers a line that stands on an invoice. */
export function keepLine(book: Book, line: InvoiceLine): void {
  const fact: LineFact = {
    key: line.key,
    kind: line.kind,
    itemId: line.itemId,
    subscriptionId: line.subscriptionId,
    start: line.servicePeriod.start,
    end: line.servicePeriod.end,
    billingStart: line.explanation.billingPeriod.start,
    billingEnd: line.explanation.billingPeriod.end,
    quantity: line.quantity,
    grossMinor: line.grossMinor,
    amountMinor: line.amountMinor,
    discounts: line.discounts,
  };
  book.lines.set(fact.key, fact);
  const list = book.linesBySubscription.get(fact.subscriptionId) ?? [];
  list.push(fact);
  book.linesBySubscription.set(fact.subscriptionId, list);
  use(book.used, fact);
  if (fact.kind === 'proration_credit')
    giveBack(book.used, fact, book.lines.get(`${fact.itemId}/recurring/${fact.billingStart}`));
  const item = book.items.get(fact.itemId);
  if (fact.kind !== 'usage' || item === undefined) return;
  const before = item.parts.get(fact.billingStart);
  item.parts.set(fact.billingStart, {
    end: fact.end,
    count: (before?.count ?? 0) + 1,
    quantity: (before?.quantity ?? 0n) + fact.quantity,
    grossMinor: (before?.grossMinor ?? 0n) + fact.grossMinor,
  });
}

type Lowered = Pick<LineFact, 'discounts' | 'amountMinor'>;

/** Notes what a line took of discounts. */
export function use(used: Map<string, bigint>, { discounts }: Pick<Lowered, 'discounts'>): void {
  for (const { discountId, periodIndex, amountMinor } of discounts)
    add(used, `${discountId}/${periodIndex}`, amountMinor);
}

/** A credit gives back the share of the discounts that it takes back of its charge. */
export function giveBack(
  used: Map<string, bigint>,
  credit: Pick<Lowered, 'amountMinor'>,
  charge: Lowered | undefined,
): void {
  if (charge === undefined || charge.amountMinor <= 0n) return;
  for (const { discountId, periodIndex, amountMinor } of charge.discounts)
    add(used, `${discountId}/${periodIndex}`, (amountMinor * credit.amountMinor) / charge.amountMinor);
}

function add(used: Map<string, bigint>, name: string, amountMinor: bigint): void {
  used.set(name, (used.get(name) ?? 0n) + amountMinor);
}
