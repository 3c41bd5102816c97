import type { PriceRecord } from '../../state/billing-records.ts';
import type { Draft } from '../../state/draft.ts';
import type { MeterEventRecord, MeterRecord } from '../../state/meter-records.ts';
import { decimal, ONE } from './decimal.ts';

/** The events of a customer that a meter counts, from `start` and before `end`. */
export function meteredEvents(
  draft: Draft,
  meter: MeterRecord,
  customer: string,
  start: number,
  end: number,
): MeterEventRecord[] {
  return draft
    .all('meter_event')
    .filter(
      (event) =>
        event.eventName === meter.eventName &&
        event.customer === customer &&
        !event.canceled &&
        event.timestamp >= start &&
        event.timestamp < end,
    );
}

/** What events come to by the formula of their meter, scaled by 10^12. */
export function aggregate(formula: MeterRecord['formula'], events: readonly MeterEventRecord[]): bigint {
  if (formula === 'count') return BigInt(events.length) * ONE;
  if (formula === 'sum') return events.reduce((sum, { value }) => sum + decimal(value), 0n);
  let last: MeterEventRecord | undefined;
  for (const event of events) if (last === undefined || event.timestamp >= last.timestamp) last = event;
  return last === undefined ? 0n : decimal(last.value);
}

/** What a customer used of a metered price in a period, scaled by 10^12, never below zero. */
export function usedQuantity(
  draft: Draft,
  price: PriceRecord,
  customer: string,
  start: number,
  end: number,
): bigint {
  const meter = price.recurring?.meter == null ? undefined : draft.get('meter', price.recurring.meter);
  if (meter === undefined) return 0n;
  const used = aggregate(meter.formula, meteredEvents(draft, meter, customer, start, end));
  return used < 0n ? 0n : used;
}
