import type { LinePlace } from '../rating/reading.ts';
import { itemGrid } from '../subscriptions/items.ts';
import type { Subscription, SubscriptionItem } from '../subscriptions/subscription.ts';
import { addMs, earlier, type Instant, later } from '../time/instant.ts';
import type { Period } from '../time/period.ts';
import { boundary, type IndexedPeriod, periodIndexAt } from '../time/schedule.ts';
import { type LineKind, lineKey } from './line.ts';
import { gapsOf, type UsageParts } from './usage-parts.ts';

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
  readonly position: LinePlace['position'];
}

/** What decides about the spans of an item beside the item itself. */
export interface SpanContext {
  readonly now: Instant;
  readonly usageGraceMs: number;
  /** The lines that stand on invoices, by key. */
  readonly billedByKey: ReadonlyMap<string, unknown>;
  readonly parts: UsageParts;
}

/**
 * Every stretch of service of one item that may be billed by `now` and is not, from its beginning on, in order of time.
 * Only the anchor, the cadence and the item's own start and end decide; what was billed before matters in two more cases:
 * an item that ended in the very moment its period began is charged and credited if one of both is already out, else
 * neither; and usage that is billed in parts is billed where no part stands.
 */
export function missingSpansOf(
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
    if (start < end) addSpans(spans, item, { index, period: { start, end } }, context);
    start = end;
    index += 1;
  }
  return spans;
}

/** Adds the spans of one period. */
function addSpans(
  spans: ServiceSpan[],
  item: SubscriptionItem,
  indexed: IndexedPeriod,
  context: SpanContext,
): void {
  const { now, usageGraceMs, billedByKey } = context;
  const { period } = indexed;
  const from = later(period.start, item.activeFrom);
  const to = item.activeTo === null ? period.end : earlier(period.end, item.activeTo);
  if (item.price.timing === 'in_arrears') {
    const kind = arrearsKind(item);
    // A commitment looks at the usage of its period, so it waits as long as that may still arrive.
    const billableAt = kind === 'recurring' ? to : addMs(to, usageGraceMs);
    if (from >= to || billableAt > now) return;
    const service = { start: from, end: to };
    if (kind === 'usage') {
      spans.push(...usageSpans(item, indexed, service, { billableAt, isOver: true, context }));
    } else if (!billedByKey.has(lineKey(item.id, kind, period.start)))
      spans.push(spanOf(kind, item, indexed, service, billableAt));
    return;
  }
  const isCharged = billedByKey.has(lineKey(item.id, 'recurring', period.start));
  // What years of periods are: charged, and used to their end.
  if (isCharged && to === period.end) return;
  const isCredited = billedByKey.has(lineKey(item.id, 'proration_credit', period.start));
  if (from >= to && !isCharged && !isCredited) return;
  const charge = spanOf('recurring', item, indexed, { start: from, end: period.end }, from);
  if (!isCharged) spans.push(charge);
  if (isCredited) return;
  if (to === period.end || !item.creditUnused) return;
  // Where nothing is prorated a period that was begun is charged whole, so only one that was not is credited.
  if (to > now || (item.price.proration === 'none' && to > from)) return;
  const credit = spanOf('proration_credit', item, indexed, { start: to, end: period.end }, to);
  spans.push({ ...credit, chargedKey: charge.key });
}

function spanOf(
  kind: LineKind,
  item: SubscriptionItem,
  { index, period }: IndexedPeriod,
  servicePeriod: Period,
  billableAt: Instant,
): ServiceSpan {
  const key = lineKey(item.id, kind, period.start);
  return {
    key,
    kind,
    item,
    periodIndex: index,
    billingPeriod: period,
    servicePeriod,
    billableAt,
    chargedKey: null,
    position: 'single',
  };
}

/**
 * The usage of a period that no line stands for: all of it, or the stretches that threshold billing and voided invoices
 * have left. Lines take the lowest numbers that are free, in order of time.
 *
 * @param rest `isOver` if the service has ended, so that its last stretch settles the period
 */
export function usageSpans(
  item: SubscriptionItem,
  indexed: IndexedPeriod,
  service: Period,
  rest: { readonly billableAt: Instant; readonly isOver: boolean; readonly context: SpanContext },
): readonly ServiceSpan[] {
  const { billableAt, isOver, context } = rest;
  const whole = spanOf('usage', item, indexed, service, billableAt);
  const parts = context.parts.get(item.id)?.get(indexed.period.start);
  if (parts === undefined) return [{ ...whole, position: isOver ? 'single' : 'mid' }];
  let number = 0;
  return gapsOf(service, parts).map((servicePeriod): ServiceSpan => {
    while (context.billedByKey.has(lineKey(item.id, 'usage', indexed.period.start, number))) number += 1;
    const key = lineKey(item.id, 'usage', indexed.period.start, number);
    number += 1;
    const isLast = isOver && servicePeriod.end === service.end;
    return { ...whole, key, servicePeriod, position: isLast ? 'last' : 'mid' };
  });
}

function arrearsKind(item: SubscriptionItem): 'usage' | 'recurring' | 'true_up' {
  if (item.price.quantity.kind === 'meter') return 'usage';
  return item.price.model.kind === 'commitment' ? 'true_up' : 'recurring';
}
