import { type Meter, termsOf } from '../catalog/meter.ts';
import { type QuantityRounding, WEIGHT_UNIT_MS } from '../catalog/meter-terms.ts';
import { type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import { invariant } from '../kernel/invariant.ts';
import { RATIONAL_ZERO, type Rational, rational } from '../money/rational.ts';
import { roundRational } from '../money/round.ts';
import type { Instant } from '../time/instant.ts';
import type { Period } from '../time/period.ts';
import type { Reading } from './period-usage.ts';

/**
 * What some readings of one meter come to: enough to put it together with those of others, whatever their order and
 * wherever they are cut. Different values and percentiles need the readings themselves.
 */
export interface Figure {
  readonly eventCount: bigint;
  /** Scaled by 10^12, as are all values here. */
  readonly sum: bigint;
  /** Null without readings. */
  readonly highest: bigint | null;
  /** The reading at the last moment; of several at that moment the highest. Null without readings. */
  readonly latest: { readonly at: Instant; readonly value: bigint } | null;
  /** Every reading times its moment in milliseconds, added up: what a sum over time is worked out from. */
  readonly moment: bigint;
}

export const EMPTY_FIGURE: Figure = { eventCount: 0n, sum: 0n, highest: null, latest: null, moment: 0n };

/** What one reading comes to. */
export function figureOf({ at, value }: Reading): Figure {
  return { eventCount: 1n, sum: value, highest: value, latest: { at, value }, moment: value * BigInt(at) };
}

/** What two sets of readings come to together. Neither order nor grouping of many such steps matters. */
export function addFigures(left: Figure, right: Figure): Figure {
  return {
    eventCount: left.eventCount + right.eventCount,
    sum: left.sum + right.sum,
    highest: higher(left.highest, right.highest),
    latest: laterOf(left.latest, right.latest),
    moment: left.moment + right.moment,
  };
}

function higher(left: bigint | null, right: bigint | null): bigint | null {
  if (left === null || right === null) return left ?? right;
  return left > right ? left : right;
}

function laterOf(left: Figure['latest'], right: Figure['latest']): Figure['latest'] {
  if (left === null || right === null) return left ?? right;
  if (left.at !== right.at) return left.at > right.at ? left : right;
  return left.value >= right.value ? left : right;
}

/** What a period's quantity is worked out from. */
export interface PeriodFigure {
  /** Readings inside the period. */
  readonly inside: Figure;
  /** How high a level stood when the period began: the sum of all readings before. */
  readonly opening: bigint;
  /** How many different values there are, and the reading at the rank: of the meters that ask for them. */
  readonly uniqueCount: bigint;
  readonly atRank: bigint | null;
}

/** The exact quantity of a period by the meter's kind, scaled by 10^12 and not yet rounded. */
export function exactQuantity(
  meter: Pick<Meter, 'aggregation' | 'terms'>,
  { inside, opening, uniqueCount, atRank }: PeriodFigure,
  span: Period,
): Rational {
  switch (meter.aggregation) {
    case 'count':
    case 'sum':
      return rational(inside.sum, 1n);
    case 'max':
      return rational(inside.highest ?? 0n, 1n);
    case 'level':
      return rational(opening + inside.sum, 1n);
    case 'latest':
      return rational(inside.latest?.value ?? 0n, 1n);
    case 'unique':
      return rational(uniqueCount * 10n ** 12n, 1n);
    case 'average':
      return inside.eventCount === 0n ? RATIONAL_ZERO : rational(inside.sum, inside.eventCount);
    case 'percentile':
      return rational(atRank ?? 0n, 1n);
    default: {
      const { weightedBy } = termsOf(meter);
      invariant(weightedBy !== null, 'A sum over time names its unit of time.');
      // What stood before stands from the start; each reading stands from its moment to the end.
      const standing = (opening + inside.sum) * BigInt(span.end) - opening * BigInt(span.start);
      return rational(standing - inside.moment, BigInt(WEIGHT_UNIT_MS[weightedBy]));
    }
  }
}

/**
 * The quantity of a period: rounded once, to the meter's step, or to the twelfth place where a fraction has no end.
 * `measured` is the quantity before the step.
 */
export function roundQuantity(
  exact: Rational,
  rounding: QuantityRounding | null,
): { readonly quantity: Decimal12; readonly measured: Decimal12 } {
  const measured = decimal12FromScaled(roundRational(exact, 'half_away_from_zero'));
  if (rounding === null) return { quantity: measured, measured };
  const steps = roundRational(rational(exact.numerator, exact.denominator * rounding.step), rounding.mode);
  return { quantity: decimal12FromScaled(steps * rounding.step), measured };
}

/** The place of a percentile among `count` readings in order, from 1: the nearest rank, p % of the count rounded up. */
export function nearestRank(percentile: Decimal12, count: bigint): bigint {
  const hundred = 100n * 10n ** 12n;
  return (percentile * count + hundred - 1n) / hundred;
}
