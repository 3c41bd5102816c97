import type { UsageQuantity } from '@billhook/core/invoicing/line';
import type { UsageWindow } from '@billhook/core/invoicing/propose-lines';
import { type Decimal12, decimal12FromScaled } from '@billhook/core/kernel/decimal';
import type { Instant } from '@billhook/core/time/instant';
import { periodUsage } from '@billhook/core/usage/period-usage';

/** One accepted event as the meters keep it, in order of time. */
export interface MeteredEvent {
  readonly at: Instant;
  readonly value: Decimal12;
  readonly label: string;
}

/** Puts an event at its place in order of time; equal times stay in order of arrival. */
export function insertInOrder(events: MeteredEvent[], event: MeteredEvent): void {
  let place = events.length;
  while (place > 0 && (events[place - 1] as MeteredEvent).at > event.at) place -= 1;
  events.splice(place, 0, event);
}

/** What was measured in a window, in every form that a price model may ask for. */
export function usageOf(window: UsageWindow, all: readonly MeteredEvent[]): UsageQuantity {
  const { start, end } = window.period;
  const events = all.slice(placeOf(all, start), placeOf(all, end));
  const length = BigInt(end - start);
  return {
    itemId: window.itemId,
    meterId: window.meterId,
    period: window.period,
    digest: null,
    ...periodUsage(events, window.period),
    reading: {
      ...(window.meterId === 'meter_sales' ? { amounts: events.map((event) => event.value) } : {}),
      byValue: [...byLabel(events, (sum, value) => sum + value)].map(quantityOf),
      peaks: [...byLabel(events, highest)].map(quantityOf),
      prorated: events.map(({ at, value }) => ({
        full: value,
        prorated: decimal12FromScaled((value * BigInt(end - at)) / length),
      })),
    },
  };
}

/** The place of the first event at or after a moment. */
function placeOf(events: readonly MeteredEvent[], moment: Instant): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle] as MeteredEvent).at < moment) low = middle + 1;
    else high = middle;
  }
  return low;
}

function byLabel(
  events: readonly MeteredEvent[],
  fold: (before: bigint, value: bigint) => bigint,
): Map<string, bigint> {
  const folded = new Map<string, bigint>();
  for (const { label, value } of events) folded.set(label, fold(folded.get(label) ?? 0n, value));
  return folded;
}

function highest(before: bigint, value: bigint): bigint {
  if (value > before) return value;
  return before;
}

function quantityOf([label, quantity]: [string, bigint]) {
  return { values: [label], quantity: decimal12FromScaled(quantity) };
}
