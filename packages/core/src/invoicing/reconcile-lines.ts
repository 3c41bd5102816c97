import { counted } from '../kernel/counted.ts';
import { grouped } from '../kernel/grouped.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import { earlier, MAX_INSTANT, MS_PER_DAY } from '../time/instant.ts';
import { periodsOverlap } from '../time/period.ts';
import type { BilledLine, ProposedLine } from './line.ts';
import type { BillingSettings } from './settings.ts';

/** What the bounds look at: the same of lines that stand and of lines that should. */
type Fact = Pick<BilledLine, 'key' | 'subscriptionId' | 'itemId' | 'kind' | 'servicePeriod' | 'billableAt'>;

/**
 * Keeps the proposed lines that are not billed yet. Running it on its own result proposes nothing. Before anything is
 * billed the safety bounds are checked; a breach means a bug or a broken catalogue, so nothing is billed and the
 * customer is parked. Refusal: `billing.safety_bound`, with the bound that tripped.
 *
 * @param subscriptions those that the lines belong to: the lines of a day are bounded by the number of their prices
 */
export function reconcileLines(
  proposed: readonly ProposedLine[],
  billed: readonly BilledLine[],
  settings: BillingSettings,
  subscriptions: readonly Subscription[] = [],
): Result<readonly ProposedLine[]> {
  const billedKeys = new Set(billed.map((line) => line.key));
  const missing = proposed.filter((line) => !billedKeys.has(line.key));
  if (missing.length === 0) return ok([]);
  // A customer with hundreds of subscriptions has a long invoice by right; one subscription does not.
  for (const { length } of grouped(missing, ({ subscriptionId }) => subscriptionId).values()) {
    if (length > settings.maxLinesPerInvoice)
      return bound(
        'lines_per_invoice',
        `${counted(length, 'line')} of one subscription would stand on one invoice.`,
      );
  }
  return overlapBound(missing, billed) ?? dayBound(missing, billed, settings, subscriptions) ?? ok(missing);
}

/**
 * No stretch of service of one item is billed twice under one kind. Lines are looked at in order of time, each beside
 * the one before it that ends last, so that years of lines cost no more than a look at each.
 */
function overlapBound(missing: readonly ProposedLine[], billed: readonly BilledLine[]): Result<never> | null {
  const factOf = (line: Fact) => `${line.itemId}/${line.kind}`;
  const concerned = new Set(missing.map(({ itemId }) => itemId));
  const isMissing = new Set<Fact>(missing);
  let since = MAX_INSTANT;
  for (const { servicePeriod } of missing) since = earlier(since, servicePeriod.start);
  // What ended before any of the missing begins overlaps none of them.
  const facts: Fact[] = billed.filter(
    ({ servicePeriod, itemId }) => servicePeriod.end > since && concerned.has(itemId),
  );
  facts.push(...missing);
  for (const lines of grouped(facts, factOf).values()) {
    lines.sort((a, b) => a.servicePeriod.start - b.servicePeriod.start);
    let last: Fact | null = null;
    for (const line of lines) {
      if (last !== null && periodsOverlap(last.servicePeriod, line.servicePeriod)) {
        // Lines that stand are not judged again.
        if (isMissing.has(line) || isMissing.has(last))
          return bound('one_line_per_item_and_period', `${line.key} overlaps ${last.key}.`);
      }
      if (last === null || line.servicePeriod.end > last.servicePeriod.end) last = line;
    }
  }
  return null;
}

/**
 * A subscription with many prices gets many lines in a day, and every change of plan or seats on purpose adds a credit
 * and a charge. So items of one price count as the one among them with most lines: what trips is one item billed again
 * and again, which nobody can ask for. All lines of a day together are bounded as those of an invoice, so that a loop
 * of changes trips as well.
 */
function dayBound(
  missing: readonly ProposedLine[],
  billed: readonly BilledLine[],
  settings: BillingSettings,
  subscriptions: readonly Subscription[],
): Result<never> | null {
  const days: Map<string, Fact[]> = grouped<string, Fact>(missing, dayOf);
  const touched = new Set(missing.map(dayNumberOf));
  for (const line of billed) if (touched.has(dayNumberOf(line))) days.get(dayOf(line))?.push(line);
  const priceOf = new Map(
    subscriptions.flatMap(({ items }) => items.map((item) => [item.id, item.price.id] as const)),
  );
  const bounds = new Map(
    subscriptions.map(({ id, items }) => {
      const prices = new Set(items.map((item) => item.price.id)).size;
      return [id, Math.max(settings.maxLinesPerSubscriptionDay, prices * settings.maxLinesPerPriceDay)];
    }),
  );
  for (const lines of days.values()) {
    const { subscriptionId } = lines[0] as Fact;
    const count = mostLinesOfAnItem(lines, (itemId) => priceOf.get(itemId) ?? itemId);
    if (lines.length > settings.maxLinesPerInvoice) {
      return bound('lines_per_subscription_and_day', `${counted(lines.length, 'line')} fall on one day.`);
    }
    if (count > (bounds.get(subscriptionId) ?? settings.maxLinesPerSubscriptionDay)) {
      return bound(
        'lines_per_subscription_and_day',
        `${counted(count, 'line')} fall on one day of subscription ${subscriptionId}.`,
      );
    }
  }
  return null;
}

function dayOf(line: Fact): string {
  return `${line.subscriptionId}/${dayNumberOf(line)}`;
}

function dayNumberOf({ billableAt }: Pick<Fact, 'billableAt'>): number {
  return Math.floor(billableAt / MS_PER_DAY);
}

/** Adds up, over prices and kinds, the lines of the item that has most. */
function mostLinesOfAnItem(lines: readonly Fact[], priceOf: (itemId: string) => string): number {
  const byItem = new Map<string, number>();
  const byPrice = new Map<string, number>();
  for (const { itemId, kind } of lines) {
    const count = (byItem.get(`${itemId}/${kind}`) ?? 0) + 1;
    byItem.set(`${itemId}/${kind}`, count);
    const price = `${priceOf(itemId)}/${kind}`;
    byPrice.set(price, Math.max(byPrice.get(price) ?? 0, count));
  }
  return [...byPrice.values()].reduce((sum, count) => sum + count, 0);
}

function bound(name: string, detail: string): Result<never> {
  return refuse('billing.safety_bound', detail, { bound: name });
}
