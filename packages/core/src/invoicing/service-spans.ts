import type { LinePlace } from '../rating/reading.ts';
import { SINGLE_LINE } from '../rating/reading.ts';
import { itemGrid } from '../subscriptions/items.ts';
import type { Subscription, SubscriptionItem } from '../subscriptions/subscription.ts';
import { addMs, earlier, type Instant, later } from '../time/instant.ts';
import type { Period } from '../time/period.ts';
import { boundary, type IndexedPeriod, periodIndexAt } from '../time/schedule.ts';
import { type LineKind, lineKey } from './line.ts';
import { partsKey, type UsageParts } from './usage-parts.ts';

/** One stretch of service that gives one line: which period of the grid it lies in and when it may be billed. */
export interface ServiceSpan {
  readonly key: string;
  readonly kind: LineKind;
  readonly item: SubscriptionItem;
  readonly periodIndex: number;
  readonly billingPeriod: Period;
  readonly servicePeriod: Period;
  readonly billableAt: Instant;
  /** For a credit: the key of the charge that it takes back a part of. */
  readonly chargedKey: string | null;
  /** For usage: its place among the lines of its period, where that is billed in several. */
  readonly place: LinePlace;
}

/** What decides about the spans of an item beside the item itself. */
export interface SpanContext {
  readonly now: Instant;
  readonly usageGraceMs: number;
  /** Keys of the lines that stand on invoices. */
  readonly billedKeys: ReadonlySet<string>;
  readonly parts: UsageParts;
}

/**
 * Every stretch of service of one item that may be billed by `now`, from its beginning on, in order of time. Only the
 * anchor, the cadence and the item's own start and end decide; what was billed before matters in one case only: an item
 * that ended in the very moment its period began is charged and credited if the charge is already out, else neither.
 */
export function spansOf(
  subscription: Subscription,
  item: SubscriptionItem,
  context: SpanContext,
): readonly ServiceSpan[] {
  const { now } = context;
  const until = item.activeTo === null ? now : earlier(now, item.activeTo);
  if (until < item.activeFrom) return [];
  const grid = itemGrid(subscription, item);
  const spans: ServiceSpan[] = [];
  let index = periodIndexAt(grid, item.activeFrom);
  let start = boundary(grid, index);
  while (start <= until) {
    const end = boundary(grid, index + 1);
    if (start < end) addSpans(spans, item, index, { start, end }, context);
    start = end;
    index += 1;
  }
  return spans;
}

/** Adds the spans of one period. */
function addSpans(
  spans: ServiceSpan[],
  item: SubscriptionItem,
  periodIndex: number,
  billingPeriod: Period,
  context: SpanContext,
): void {
  const { now, usageGraceMs, billedKeys } = context;
  const from = later(billingPeriod.start, item.activeFrom);
  const to = item.activeTo === null ? billingPeriod.end : earlier(billingPeriod.end, item.activeTo);
  const add = (
    kind: LineKind,
    servicePeriod: Period,
    billableAt: Instant,
    chargedKey: string | null,
  ): void => {
    const key = lineKey(item.id, kind, billingPeriod.start);
    const place = SINGLE_LINE;
    spans.push({ key, kind, item, periodIndex, billingPeriod, servicePeriod, billableAt, chargedKey, place });
  };
  if (item.price.timing === 'in_arrears') {
    const kind = arrearsKind(item);
    // A commitment looks at the usage of its period, so it waits as long as that may still arrive.
    const billableAt = kind === 'recurring' ? to : addMs(to, usageGraceMs);
    if (from >= to || billableAt > now) return;
    if (kind === 'usage') {
      const period = { index: periodIndex, period: billingPeriod };
      spans.push(usageSpan(item, period, { start: from, end: to }, billableAt, 'last', context.parts));
    } else add(kind, { start: from, end: to }, billableAt, null);
    return;
  }
  const chargedKey = lineKey(item.id, 'recurring', billingPeriod.start);
  if (from >= billingPeriod.end || from > now) return;
  if (from >= to && !billedKeys.has(chargedKey)) return;
  add('recurring', { start: from, end: billingPeriod.end }, from, null);
  if (item.activeTo === null || item.activeTo >= billingPeriod.end || !item.creditUnused) return;
  const endedAt = later(item.activeTo, from);
  if (endedAt <= now)
    add('proration_credit', { start: endedAt, end: billingPeriod.end }, endedAt, chargedKey);
}

/** The usage of a period, or of what threshold billing has left of it. */
export function usageSpan(
  item: SubscriptionItem,
  { index, period }: IndexedPeriod,
  service: Period,
  billableAt: Instant,
  position: 'mid' | 'last',
  parts: UsageParts,
): ServiceSpan {
  const before = parts.get(partsKey(item.id, period.start)) ?? null;
  const isLast = before !== null && before.end >= service.end;
  const number = before === null ? 0 : isLast ? before.count - 1 : before.count;
  return {
    key: lineKey(item.id, 'usage', period.start, number),
    kind: 'usage',
    item,
    periodIndex: index,
    billingPeriod: period,
    servicePeriod: before === null || isLast ? service : { start: before.end, end: service.end },
    billableAt,
    chargedKey: null,
    place: before === null && position === 'last' ? SINGLE_LINE : { position, before },
  };
}

function arrearsKind(item: SubscriptionItem): 'usage' | 'recurring' | 'true_up' {
  if (item.price.quantity.kind === 'meter') return 'usage';
  return item.price.model.kind === 'commitment' ? 'true_up' : 'recurring';
}
