import type { InvoiceLine } from '@billhook/core/invoicing/invoice';
import type { LineKind } from '@billhook/core/invoicing/line';
import type { Subscription, SubscriptionItem } from '@billhook/core/subscriptions/subscription';
import { boundaryOf, periodAt, type Rhythm } from './calendar.ts';
import type { Receipts } from './measured.ts';

/** A line as it was issued: all that later lines may rest on. */
export interface LineFact {
  readonly key: string;
  readonly invoiceId: string;
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
  /** The number of its period. */
  readonly index: number;
  /** What credit notes took back of the amount. */
  creditedMinor: bigint;
  /** Its invoice is void and nobody owes it any more. */
  isWaived: boolean;
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
  /**
   * The usage lines that stand, by the beginning of their period, in order of time: several where a threshold was reached
   * inside it.
   */
  readonly parts: Map<number, LineFact[]>;
}

/** What a correction changed of a period of usage, after discounts; a charge comes to what its line says. */
export interface CorrectedUsage {
  readonly itemId: string;
  readonly billingStart: number;
  readonly amountMinor: bigint;
  readonly chargeKey: string | null;
}

/** The auditor's books of one customer. */
export interface Book {
  readonly receipts: Receipts;
  readonly lines: Map<string, LineFact>;
  readonly linesBySubscription: Map<string, LineFact[]>;
  readonly linesByInvoice: Map<string, LineFact[]>;
  readonly items: Map<string, ItemBook>;
  /** Until when nothing falls due for a subscription as it stands. */
  readonly quiet: Map<string, { readonly subscription: Subscription; readonly until: number }>;
  /** What was used of each discount in each of its periods. */
  used: Map<string, bigint>;
  /** Lines of void invoices that the next run bills again, and those that are waived. */
  readonly again: Set<string>;
  readonly waived: Set<string>;
  hasVoids: boolean;
  readonly corrected: CorrectedUsage[];
  /** By currency: granted and used by invoices and notes. */
  readonly creditMinor: Map<string, bigint>;
  /** What there is to spend for an invoice that takes the place of another one, with what that one gave back. */
  returned: { readonly balanceMinor: bigint } | null;
}

export function emptyBook(): Book {
  return {
    receipts: new Map(),
    lines: new Map(),
    linesBySubscription: new Map(),
    linesByInvoice: new Map(),
    items: new Map(),
    quiet: new Map(),
    used: new Map(),
    again: new Set(),
    waived: new Set(),
    hasVoids: false,
    corrected: [],
    creditMinor: new Map(),
    returned: null,
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
export function keepLine(book: Book, invoiceId: string, line: InvoiceLine): void {
  const fact: LineFact = {
    key: line.key,
    invoiceId,
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
    index: line.explanation.periodIndex,
    creditedMinor: 0n,
    isWaived: false,
  };
  book.lines.set(fact.key, fact);
  listIn(book.linesBySubscription, fact.subscriptionId).push(fact);
  listIn(book.linesByInvoice, invoiceId).push(fact);
  use(book.used, fact);
  if (fact.kind === 'proration_credit') giveBack(book.used, fact, book.lines.get(chargeKeyOf(fact)));
  const item = book.items.get(fact.itemId);
  if (fact.kind !== 'usage' || item === undefined) return;
  const parts = listIn(item.parts, fact.billingStart);
  parts.push(fact);
  parts.sort((left, right) => left.start - right.start);
}

/** The key of the charge that a credit takes a part of back. */
export function chargeKeyOf(credit: { readonly itemId: string; readonly billingStart: number }): string {
  return `${credit.itemId}/recurring/${credit.billingStart}`;
}

/** Takes a line out of the books: it does not stand any more, and what it stood for is to be billed again. */
export function dropLine(book: Book, fact: LineFact): void {
  book.lines.delete(fact.key);
  const own = listIn(book.linesBySubscription, fact.subscriptionId);
  own.splice(own.indexOf(fact), 1);
  book.quiet.delete(fact.subscriptionId);
  const item = book.items.get(fact.itemId);
  if (item === undefined) return;
  item.isClosed = false;
  item.quietUntil = Number.NEGATIVE_INFINITY;
  item.next = Math.min(item.next, fact.index);
  const parts = item.parts.get(fact.billingStart)?.filter((part) => part !== fact) ?? [];
  if (parts.length > 0) item.parts.set(fact.billingStart, parts);
  else item.parts.delete(fact.billingStart);
}

/** Works out anew what was used of discounts, from all lines that stand. */
export function countUsed(book: Book): void {
  book.used = new Map();
  for (const fact of book.lines.values()) {
    use(book.used, fact);
    if (fact.kind === 'proration_credit') giveBack(book.used, fact, book.lines.get(chargeKeyOf(fact)));
  }
}

export function addCredit({ creditMinor }: Book, currency: string, deltaMinor: bigint): void {
  add(creditMinor, currency, deltaMinor);
}

function listIn<K>(lists: Map<K, LineFact[]>, name: K): LineFact[] {
  let list = lists.get(name);
  if (list === undefined) {
    list = [];
    lists.set(name, list);
  }
  return list;
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

/** Adds to what is known under a name. */
export function add(sums: Map<string, bigint>, name: string, amountMinor: bigint): void {
  sums.set(name, (sums.get(name) ?? 0n) + amountMinor);
}
