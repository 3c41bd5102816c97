import { type Meter, termsOf } from '../catalog/meter.ts';
import { propertyText } from '../catalog/property-filter.ts';
import { decimal12FromInteger } from '../kernel/decimal.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { Rational } from '../money/rational.ts';
import { type Period, periodContains } from '../time/period.ts';
import { addFigures, EMPTY_FIGURE, exactQuantity, figureOf, nearestRank } from './figure.ts';
import type { Reading } from './period-usage.ts';

/** A reading with its value, where the meter counts different values. */
export interface MemberReading extends Reading {
  readonly member?: string;
}

/**
 * The exact quantity of a period from the readings themselves, in whatever order they come: what every other way of
 * measuring has to agree with. Of a level, the readings begin with the first ever.
 */
export function measureReadings(
  meter: Pick<Meter, 'aggregation' | 'terms'>,
  readings: readonly MemberReading[],
  span: Period,
): Rational {
  const inside = readings.filter(({ at }) => periodContains(span, at));
  const before = readings.filter(({ at }) => at < span.start);
  const values = inside.map(({ value }) => value).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const rank = nearestRank(termsOf(meter).percentile ?? decimal12FromInteger(100n), BigInt(values.length));
  return exactQuantity(
    meter,
    {
      inside: inside.map(figureOf).reduce(addFigures, EMPTY_FIGURE),
      opening: before.reduce((sum, { value }) => sum + value, 0n),
      uniqueCount: BigInt(new Set(inside.map(({ member }) => member)).size),
      atRank: values[Number(rank) - 1] ?? null,
    },
    span,
  );
}

/**
 * The bucket of an event: its values of the properties, with an empty text where it has none. Every event lies in exactly
 * one bucket, so the buckets of a period are all of it and share nothing.
 */
export function bucketOf(properties: readonly string[], data: JsonObject): string[] {
  return properties.map((property) => propertyText(data[property]) ?? '');
}
