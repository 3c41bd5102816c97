import {
  DECIMAL12_ZERO,
  type Decimal12,
  decimal12FromInteger,
  isStorableDecimal12,
  parseDecimal12,
} from '../kernel/decimal.ts';
import type { JsonObject } from '../kernel/json.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';

/** What is measured: events of one type, counted, or by the numbers in one property of them. */
export interface Meter {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly eventType: string;
  readonly aggregation: MeterAggregation;
  /** The member of the event's data that is read; null for a count. */
  readonly valueProperty: string | null;
  /** The member of the event's data that names the unit that is measured, such as a kind of machine; null if there is one. */
  readonly unitProperty: string | null;
}

/**
 * What the readings of a period come to. `count`: how many there are. `sum`: what they add up to. `max`: the highest
 * one. `level`: each moves a level up or down that stays from period to period, and the level at the end counts.
 */
export type MeterAggregation = 'count' | 'sum' | 'max' | 'level';

export const METER_AGGREGATIONS: readonly MeterAggregation[] = ['count', 'sum', 'max', 'level'];

const MAX_UNIT_NAME = 200;

/**
 * The reading that one event gives for a meter: 1 for a count, else the value of the property. The property is a
 * decimal string or a whole JSON number, never a fraction as a number, because binary fractions are not exact. Where
 * the meter tells units apart, the event names its own.
 * Refusals: `meter.value_missing`, `meter.value_malformed`, `meter.unit_missing`.
 */
export function readingOf(meter: Meter, data: JsonObject): Result<Decimal12> {
  if (meter.unitProperty !== null && !isUnitName(data[meter.unitProperty])) {
    return refuse('meter.unit_missing', `${meter.unitProperty} must be the name of a unit.`, {
      property: meter.unitProperty,
    });
  }
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

function isUnitName(value: unknown): boolean {
  return typeof value === 'string' && value.length >= 1 && value.length <= MAX_UNIT_NAME;
}

/** The sum of readings; an empty list sums to zero. Refusal: `meter.sum_out_of_range`. */
export function sumReadings(readings: readonly Decimal12[]): Result<Decimal12> {
  let sum: bigint = DECIMAL12_ZERO;
  for (const reading of readings) sum += reading;
  return isStorableDecimal12(sum)
    ? ok(sum)
    : refuse('meter.sum_out_of_range', 'The sum has more than 26 digits.');
}
