import type { Price } from '@billhook/core/catalog/price';
import type { LineKind } from '@billhook/core/invoicing/line';
import type { BillingSettings } from '@billhook/core/invoicing/settings';
import type { Subscription, SubscriptionItem } from '@billhook/core/subscriptions/subscription';
import { type Book, bound, chargeKeyOf, type ItemBook, itemBook, type LineFact } from './book.ts';
import { periodAt } from './calendar.ts';

/** A line that is due, as the auditor sees it; its amounts are filled in one after the other. */
export interface Due {
  readonly key: string;
  readonly kind: LineKind;
  readonly itemId: string;
  /** Null for what is charged once. */
  readonly item: SubscriptionItem | null;
  readonly price: Price;
  readonly planId: string;
  readonly index: number;
  readonly billingStart: number;
  readonly billingEnd: number;
  readonly start: number;
  readonly end: number;
  readonly billableAt: number;
  readonly position: 'single' | 'mid' | 'last';
  quantity: bigint;
  grossMinor: bigint;
  discounts: { discountId: string; periodIndex: number; amountMinor: bigint }[];
  amountMinor: bigint;
}

export interface DueScope {
  readonly book: Book;
  readonly subscription: Subscription;
  readonly now: number;
  readonly settings: BillingSettings;
}

export interface ItemDues {
  readonly dues: readonly Due[];
  /** Once they are billed: the period that the following run begins with, and until when nothing falls due. */
  readonly next: number;
  readonly quietUntil: number;
}

/** The charges of one item that are due and not billed, period by period. */
export function dueCharges(scope: DueScope, item: SubscriptionItem): ItemDues {
  const { book, subscription, now, settings } = scope;
  const known = itemBook(book, subscription, item);
  if (known.knownEnd !== item.activeTo) {
    known.knownEnd = item.activeTo;
    known.quietUntil = Number.NEGATIVE_INFINITY;
  }
  const dues: Due[] = [];
  let next = known.next;
  let { quietUntil } = known;
  if (now < quietUntil) return { dues, next, quietUntil };
  const until = item.activeTo ?? Number.POSITIVE_INFINITY;
  quietUntil = Number.POSITIVE_INFINITY;
  for (; bound(known, next) <= until; next += 1) {
    const span = spanOf(known, item, next);
    const waitsUntil = dueAt(item, span, settings.usageGraceMs);
    const isEmpty = span.start >= span.end || bound(known, next) === bound(known, next + 1);
    const opensAt = isEmpty ? bound(known, next) : waitsUntil;
    if (opensAt > now) {
      quietUntil = opensAt;
      break;
    }
    if (bound(known, next) === bound(known, next + 1)) continue;
    const charges = isEmpty
      ? creditedAlone(book, item, next, span)
      : chargesOf(book, known, item, next, span, waitsUntil);
    for (const due of charges) if (!book.lines.has(due.key)) dues.push(due);
  }
  if (dues.length === 0) known.quietUntil = quietUntil;
  return { dues, next, quietUntil };
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly billingStart: number;
  readonly billingEnd: number;
}

/** The part of a period in which an item runs. */
function spanOf(known: ItemBook, item: SubscriptionItem, index: number): Span {
  const billingStart = bound(known, index);
  const billingEnd = bound(known, index + 1);
  return {
    billingStart,
    billingEnd,
    start: Math.max(billingStart, item.activeFrom),
    end: Math.min(billingEnd, item.activeTo ?? billingEnd),
  };
}

function kindOf({ price }: SubscriptionItem): LineKind {
  if (price.quantity.kind === 'meter') return 'usage';
  return price.model.kind === 'commitment' ? 'true_up' : 'recurring';
}

function dueAt(item: SubscriptionItem, span: Span, graceMs: number): number {
  if (item.price.timing === 'in_advance') return span.start;
  return kindOf(item) === 'recurring' ? span.end : span.end + graceMs;
}

function chargesOf(
  book: Book,
  known: ItemBook,
  item: SubscriptionItem,
  index: number,
  span: Span,
  billableAt: number,
): Due[] {
  const kind = kindOf(item);
  if (kind === 'usage') return usageOf(book, known, item, index, { ...span, billableAt, isOver: true });
  // What is charged in advance is charged for all that is left of the period.
  const end = item.price.timing === 'in_advance' ? span.billingEnd : span.end;
  return [newDue(kind, item, index, { ...span, end }, { billableAt, position: 'single', part: 0 })];
}

/** An item that ended as its period began is charged only where its credit stands and the charge does not. */
function creditedAlone(book: Book, item: SubscriptionItem, index: number, span: Span): Due[] {
  if (item.price.timing !== 'in_advance' || span.start >= span.billingEnd) return [];
  if (!book.lines.has(`${item.id}/proration_credit/${span.billingStart}`)) return [];
  const service = { ...span, end: span.billingEnd };
  return [newDue('recurring', item, index, service, { billableAt: span.start, position: 'single', part: 0 })];
}

/** The stretches of usage that no line stands for; lines take the lowest numbers that are free. */
function usageOf(
  book: Book,
  known: ItemBook,
  item: SubscriptionItem,
  index: number,
  service: Span & { readonly billableAt: number; readonly isOver: boolean },
): Due[] {
  const { billableAt, isOver, billingStart } = service;
  const parts = known.parts.get(billingStart);
  if (parts === undefined)
    return [
      newDue('usage', item, index, service, { billableAt, position: isOver ? 'single' : 'mid', part: 0 }),
    ];
  const dues: Due[] = [];
  let part = 0;
  for (const gap of gapsOf(service, parts)) {
    while (book.lines.has(usageKey(item.id, billingStart, part))) part += 1;
    const position = isOver && gap.end === service.end ? 'last' : 'mid';
    dues.push(newDue('usage', item, index, { ...service, ...gap }, { billableAt, position, part }));
    part += 1;
  }
  return dues;
}

function gapsOf(
  service: Span,
  parts: readonly LineFact[],
): { readonly start: number; readonly end: number }[] {
  const gaps: { start: number; end: number }[] = [];
  let from = service.start;
  for (const { start, end } of parts) {
    if (start > from) gaps.push({ start: from, end: Math.min(start, service.end) });
    from = Math.max(from, end);
  }
  if (from < service.end) gaps.push({ start: from, end: service.end });
  return gaps;
}

function usageKey(itemId: string, billingStart: number, part: number): string {
  return `${itemId}/usage/${billingStart}${part === 0 ? '' : `/${part}`}`;
}

function newDue(
  kind: LineKind,
  item: SubscriptionItem,
  index: number,
  span: Span,
  rest: { readonly billableAt: number; readonly position: Due['position']; readonly part: number },
): Due {
  const { billableAt, position, part } = rest;
  return {
    key: `${item.id}/${kind}/${span.billingStart}${part === 0 ? '' : `/${part}`}`,
    kind,
    itemId: item.id,
    item,
    price: item.price,
    planId: item.planId,
    index,
    ...span,
    billableAt,
    position,
    quantity: item.quantity * 10n ** 12n,
    grossMinor: 0n,
    discounts: [],
    amountMinor: 0n,
  };
}

/** The usage of running periods that no line stands for, which a threshold may call up. */
export function runningUsage(scope: DueScope): Due[] {
  const { book, subscription, now } = scope;
  return subscription.items.flatMap((item): Due[] => {
    const isOver = item.activeTo !== null && item.activeTo <= now;
    if (kindOf(item) !== 'usage' || isOver || now <= item.activeFrom) return [];
    const known = itemBook(book, subscription, item);
    const index = periodAt(known.rhythm, now);
    const span = spanOf(known, item, index);
    if (span.start >= now) return [];
    return usageOf(book, known, item, index, { ...span, end: now, billableAt: now, isOver: false });
  });
}

/** The credit of an item that ended before what it was charged for in advance: due once, and only for a charge. */
export function dueCredit(scope: DueScope, item: SubscriptionItem, charges: readonly Due[]): Due | null {
  const { book, subscription, now } = scope;
  const { activeTo, price } = item;
  if (activeTo === null || !item.creditUnused || price.timing !== 'in_advance') return null;
  const known = itemBook(book, subscription, item);
  const index = periodAt(known.rhythm, activeTo);
  const span = spanOf(known, item, index);
  const start = Math.max(activeTo, span.start);
  if (start > now || start >= span.billingEnd || (price.proration === 'none' && start > span.start))
    return null;
  const credit = newDue(
    'proration_credit',
    item,
    index,
    { ...span, start, end: span.billingEnd },
    { billableAt: start, position: 'single', part: 0 },
  );
  const chargedKey = chargeKeyOf(credit);
  const isCharged =
    book.lines.get(chargedKey)?.isWaived === false || charges.some(({ key }) => key === chargedKey);
  return !isCharged || book.lines.has(credit.key) ? null : credit;
}

export function dueOneOffs({ book, subscription, now }: DueScope): Due[] {
  return subscription.charges
    .filter(({ id, at }) => at <= now && !book.lines.has(`${id}/one_off`))
    .map(
      ({ id, at, quantity, price }): Due => ({
        key: `${id}/one_off`,
        kind: 'one_off',
        itemId: id,
        item: null,
        price,
        planId: subscription.planId,
        index: 0,
        billingStart: at,
        billingEnd: at,
        start: at,
        end: at,
        billableAt: at,
        position: 'single',
        quantity: quantity * 10n ** 12n,
        grossMinor: 0n,
        discounts: [],
        amountMinor: 0n,
      }),
    );
}
