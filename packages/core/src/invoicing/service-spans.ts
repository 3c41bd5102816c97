import { itemGrid } from '../subscriptions/items.ts';
import type { Subscription, SubscriptionItem } from '../subscriptions/subscription.ts';
import { addMs, earlier, type Instant, later } from '../time/instant.ts';
import type { Period } from '../time/period.ts';
import { boundary, periodIndexAt } from '../time/schedule.ts';
import { type LineKind, lineKey } from './line.ts';

/** One stretch of service that gives one line: which period of the grid it lies in and when it may be billed. */
export interface ServiceSpan {
  readonly key: string;
  readonly kind: LineKind;
  readonly item: SubscriptionItem;
  readonly periodIndex: number;
  readonly billingPeriod: Period;
  readonly servicePeriod: Period;
  readonly billableAt: Instant;
}

/**
 * Every stretch of service of one item that may be billed by `now`, from its beginning on, in order of time. Only the
 * anchor, the cadence and the item's own start and end decide; what was billed before matters in one case only: an item
 * that ended in the very moment its period began is charged and credited if the charge is already out, else neither.
 *
 * @param billedKeys keys of the lines that stand on invoices
 */
export function spansOf(
  subscription: Subscription,
  item: SubscriptionItem,
  now: Instant,
  usageGraceMs: number,
  billedKeys: ReadonlySet<string>,
): readonly ServiceSpan[] {
  const until = item.activeTo === null ? now : earlier(now, item.activeTo);
  if (until < item.activeFrom) return [];
  const grid = itemGrid(subscription, item);
  const spans: ServiceSpan[] = [];
  let index = periodIndexAt(grid, item.activeFrom);
  let start = boundary(grid, index);
  while (start <= until) {
    const end = boundary(grid, index + 1);
    if (start < end) spans.push(...spansInPeriod(item, index, { start, end }, now, usageGraceMs, billedKeys));
    start = end;
    index += 1;
  }
  return spans;
}

function spansInPeriod(
  item: SubscriptionItem,
  periodIndex: number,
  billingPeriod: Period,
  now: Instant,
  usageGraceMs: number,
  billedKeys: ReadonlySet<string>,
): readonly ServiceSpan[] {
  const from = later(billingPeriod.start, item.activeFrom);
  const to = item.activeTo === null ? billingPeriod.end : earlier(billingPeriod.end, item.activeTo);
  const span = (kind: LineKind, servicePeriod: Period, billableAt: Instant): ServiceSpan => ({
    key: lineKey(item.id, kind, billingPeriod.start),
    kind,
    item,
    periodIndex,
    billingPeriod,
    servicePeriod,
    billableAt,
  });

  if (item.price.timing === 'in_arrears') {
    const metered = item.price.quantity.kind === 'meter';
    const billableAt = metered ? addMs(to, usageGraceMs) : to;
    if (from >= to || billableAt > now) return [];
    return [span(metered ? 'usage' : 'recurring', { start: from, end: to }, billableAt)];
  }
  const chargedKey = lineKey(item.id, 'recurring', billingPeriod.start);
  if (from >= billingPeriod.end || from > now) return [];
  if (from >= to && !billedKeys.has(chargedKey)) return [];
  const charge = span('recurring', { start: from, end: billingPeriod.end }, from);
  if (item.activeTo === null || item.activeTo >= billingPeriod.end || !item.creditUnused) return [charge];
  if (item.price.proration === 'none') return [charge];
  const endedAt = later(item.activeTo, from);
  if (endedAt > now) return [charge];
  return [charge, span('proration_credit', { start: endedAt, end: billingPeriod.end }, endedAt)];
}
