import {
  DECIMAL12_ZERO,
  type Decimal12,
  decimal12FromInteger,
  isStorableDecimal12,
  parseDecimal12,
} from '../kernel/decimal.ts';
import type { JsonObject } from '../kernel/json.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';

/** What is measured: events of one type, counted or summed over one property. */
export interface Meter {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly eventType: string;
  readonly aggregation: MeterAggregation;
  /** The member of the event's data that is summed; null for a count. */
  readonly valueProperty: string | null;
}

export type MeterAggregation = 'count' | 'sum';

/**
 * The reading that one event gives for a meter: 1 for a count, the value of the property for a sum. The property is a
 * decimal string or a whole JSON number, never a fraction as a number, because binary fractions are not exact.
 * Refusals: `meter.value_missing`, `meter.value_malformed`.
 */
export function readingOf(meter: Meter, data: JsonObject): Result<Decimal12> {
  if (meter.aggregation === 'count') return ok(decimal12FromInteger(1n));
  const value = data[meter.valueProperty ?? ''];
  if (value === undefined || value === null) {
    return refuse('meter.value_missing', `The event has no ${meter.valueProperty}.`, {
      property: meter.valueProperty,
    });
  }
  if (typeof value === 'number' && Number.isSafeInteger(value))
    return ok(decimal12FromInteger(BigInt(value)));
  if (typeof value === 'string') {
    const parsed = parseDecimal12(value);
    if (parsed.ok) return parsed;
  }
  return refuse(
    'meter.value_malformed',
    `${meter.valueProperty} must be a decimal string or a whole number.`,
    {
      property: meter.valueProperty,
    },
  );
}

/** The sum of readings; an empty list sums to zero. Refusal: `meter.sum_out_of_range`. */
export function sumReadings(readings: readonly Decimal12[]): Result<Decimal12> {
  let sum: bigint = DECIMAL12_ZERO;
  for (const reading of readings) sum += reading;
  return isStorableDecimal12(sum)
    ? ok(sum)
    : refuse('meter.sum_out_of_range', 'The sum has more than 26 digits.');
}
