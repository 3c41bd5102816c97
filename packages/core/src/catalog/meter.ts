import {
  DECIMAL12_SCALE,
  DECIMAL12_ZERO,
  type Decimal12,
  decimal12FromInteger,
  isStorableDecimal12,
  parseDecimal12,
} from '../kernel/decimal.ts';
import type { JsonObject } from '../kernel/json.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import { DEFAULT_METER_TERMS, type MeterTerms } from './meter-terms.ts';
import { propertyText } from './property-filter.ts';

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
  /** Left out for a meter that takes every event of its type as it is. */
  readonly terms?: MeterTerms;
}

/**
 * What the readings of a period come to. `count`: how many there are. `sum`: what they add up to. `max`: the highest
 * one. `level`: each moves a level up or down that stays from period to period, and the level at the end counts.
 * `latest`: the last one; of several at one moment the highest. `unique`: how many different values there are.
 * `average`: their sum through their number. `weighted_sum`: a level as for `level`, times how long it stood.
 * `percentile`: the nearest rank, which is one of the readings. Without readings all but levels are 0.
 */
export type MeterAggregation = (typeof METER_AGGREGATIONS)[number];

export const METER_AGGREGATIONS = [
  'count',
  'sum',
  'max',
  'level',
  'latest',
  'unique',
  'average',
  'weighted_sum',
  'percentile',
] as const;

const MAX_UNIT_NAME = 200;
const MAX_MEMBER = 200;
/** Ten million readings as large as this still add up to a figure that can be kept. */
const MAX_READING_DIGITS = 18;
const MAX_READING = 10n ** BigInt(MAX_READING_DIGITS) * DECIMAL12_SCALE;

export function termsOf(meter: Pick<Meter, 'terms'>): MeterTerms {
  return meter.terms ?? DEFAULT_METER_TERMS;
}

/** Whether a meter's figure rests on a level that stands from period to period. */
export function restsOnLevel({ aggregation }: Pick<Meter, 'aggregation'>): boolean {
  return aggregation === 'level' || aggregation === 'weighted_sum';
}

/**
 * The value that a meter of different values counts once, as text. Refusals: `meter.value_missing`,
 * `meter.value_malformed`.
 */
export function memberOf(meter: Meter, data: JsonObject): Result<string> {
  const value = data[meter.valueProperty ?? ''];
  const text = propertyText(value);
  if (text !== null && text.length <= MAX_MEMBER) return ok(text);
  const facts = { property: meter.valueProperty };
  return value === undefined || value === null || value === ''
    ? refuse('meter.value_missing', `The event has no ${meter.valueProperty}.`, facts)
    : refuse(
        'meter.value_malformed',
        `${meter.valueProperty} must be a text of at most ${MAX_MEMBER} characters or a whole number.`,
        facts,
      );
}

/**
 * The reading that one event gives for a meter: 1 for a count, also of different values, else the value of the property. The property is a
 * decimal string or a whole JSON number, never a fraction as a number, because binary fractions are not exact; it has at
 * most 18 digits before its point (law I568). Where the meter tells units apart, the event names its own.
 * Refusals: `meter.value_missing`, `meter.value_malformed`, `meter.unit_missing`.
 */
export function readingOf(meter: Meter, data: JsonObject): Result<Decimal12> {
  if (meter.unitProperty !== null && !isUnitName(data[meter.unitProperty])) {
    return refuse('meter.unit_missing', `${meter.unitProperty} must be the name of a unit.`, {
      property: meter.unitProperty,
    });
  }
  if (meter.aggregation === 'count' || meter.aggregation === 'unique') return ok(decimal12FromInteger(1n));
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
    if (parsed.ok && parsed.value < MAX_READING && parsed.value > -MAX_READING) return parsed;
  }
  return refuse(
    'meter.value_malformed',
    `${meter.valueProperty} must be a decimal string or a whole number, of at most ${MAX_READING_DIGITS} digits before its point.`,
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
