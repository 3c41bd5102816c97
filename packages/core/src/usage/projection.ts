import type { MeterAggregation } from '../catalog/meter.ts';
import { DECIMAL12_SCALE, DECIMAL12_ZERO, type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import { rational } from '../money/rational.ts';
import { roundRational } from '../money/round.ts';
import { type Instant, instant, MS_PER_DAY } from '../time/instant.ts';
import type { Period } from '../time/period.ts';

/** How many days the projection looks back over, and how many it needs. */
export const PROJECTION_DAYS = 28;
export const PROJECTION_MIN_DAYS = 7;
/** Half the width of the band in standard deviations, in hundredths: four of five ends lie inside if days are alike. */
const BAND_HUNDREDTHS = 128n;

export interface ProjectionInput {
  /** What the period has come to up to now. */
  readonly soFar: Decimal12;
  /** The figures of the last full days, in any order: those before the first usage ever are left out. */
  readonly days: readonly Decimal12[];
  /** From now to the end of the period. */
  readonly remainingMs: number;
}

export interface Projection {
  readonly expected: Decimal12;
  readonly low: Decimal12;
  readonly high: Decimal12;
  /** How many days it rests on, or how many days earlier stretches ended on. */
  readonly basisDays: number;
  readonly basis: 'days' | 'stretches';
}

/**
 * What a period will have come to at its end, for a meter whose days add up: what it is now, and for the time that is
 * left the mean of the last full days. The band is 1.28 standard deviations of the days, times the square root of the days
 * that are left, to both sides; where no day was below zero it never goes below what is used. The figures are whole where
 * all that was measured is whole, else exact up to the twelfth place; the band is rounded outwards. Null with fewer
 * than seven days to go by.
 */
export function projectUsage({ soFar, days, remainingMs }: ProjectionInput): Projection | null {
  if (days.length < PROJECTION_MIN_DAYS) return null;
  const count = BigInt(days.length);
  const remaining = BigInt(Math.max(remainingMs, 0));
  const dayMs = BigInt(MS_PER_DAY);
  const sum = days.reduce((total, day) => total + day, 0n);
  const squares = days.reduce((total, day) => total + (count * day - sum) ** 2n, 0n);
  const ahead = roundRational(rational(sum * remaining, count * dayMs), 'half_away_from_zero');
  const half = rootUp(
    BAND_HUNDREDTHS ** 2n * squares * remaining,
    100n ** 2n * count ** 2n * (count - 1n) * dayMs,
  );
  const exact = soFar + ahead;
  const isWhole = [soFar, ...days].every((figure) => figure % DECIMAL12_SCALE === 0n);
  const place = isWhole ? DECIMAL12_SCALE : 1n;
  const expected = place * roundRational(rational(exact, place), 'half_away_from_zero');
  const floor = days.some((day) => day < 0n) ? null : soFar;
  const low = downTo(exact - half, place);
  return {
    expected: decimal12FromScaled(expected),
    low: decimal12FromScaled(floor !== null && low < floor ? floor : low),
    high: decimal12FromScaled(-downTo(-(exact + half), place)),
    basisDays: days.length,
    basis: 'days',
  };
}

/**
 * How the end of a period is foreseen, by the kind of its meter. `days`: its days add up. `moves`: a level, which goes on
 * from where it stands by what its days changed of it. `stretches`: days do not add up, so it goes by what earlier
 * stretches as long as the period came to beyond their beginnings. Null: the last reading counts, and what the next one
 * is nobody can say from those before.
 */
export function projectionRule(aggregation: MeterAggregation): 'days' | 'moves' | 'stretches' | null {
  switch (aggregation) {
    case 'count':
    case 'sum':
    case 'weighted_sum':
      return 'days';
    case 'level':
      return 'moves';
    case 'max':
    case 'unique':
    case 'average':
    case 'percentile':
      return 'stretches';
    default:
      return null;
  }
}

/** What every day changed of a level, from its figures at the ends of days that follow each other. */
export function movesOf(levels: readonly Decimal12[]): Decimal12[] {
  return levels
    .slice(1)
    .map((level, index) => decimal12FromScaled(level - (levels[index] ?? DECIMAL12_ZERO)));
}

/**
 * Earlier stretches to go by: each as long as the period, a day before the other, the last one ending now; and of each the
 * part that is as long as what has passed of the period. None begins before the first usage ever.
 */
export function earlierStretches(
  period: Period,
  now: Instant,
  first: Instant,
): { readonly whole: Period; readonly part: Period }[] {
  const [passed, length] = [now - period.start, period.end - period.start];
  return Array.from({ length: PROJECTION_MIN_DAYS }, (_, back) => {
    const end = now - back * MS_PER_DAY;
    return { start: end - length, split: end - length + passed, end };
  })
    .filter(({ start }) => start >= first)
    .map(({ start, split, end }) => ({
      whole: { start: instant(start), end: instant(end) },
      part: { start: instant(start), end: instant(split) },
    }));
}

/**
 * What a period will have come to, by how far earlier stretches went beyond their beginnings: the mean of that, with a
 * band of 1.28 standard deviations. Null with fewer than seven to go by.
 *
 * @param changes the whole less its part, of each earlier stretch
 */
export function projectByStretches(soFar: Decimal12, changes: readonly Decimal12[]): Projection | null {
  const projection = projectUsage({ soFar, days: changes, remainingMs: MS_PER_DAY });
  return projection && { ...projection, basis: 'stretches' };
}

/** The next multiple of `place` at or below a figure. */
function downTo(figure: bigint, place: bigint): bigint {
  const rest = figure % place;
  return figure - rest - (rest < 0n ? place : 0n);
}

/** The smallest whole number whose square is at least the fraction. */
function rootUp(numerator: bigint, denominator: bigint): bigint {
  if (numerator === 0n) return 0n;
  const value = (numerator + denominator - 1n) / denominator;
  let root = 1n << (BigInt(value.toString(2).length + 1) / 2n + 1n);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) break;
    root = next;
  }
  return root * root < value ? root + 1n : root;
}

/** How much more than before, in percent with one place; null where there was nothing, or less, before. */
export function changePercent(now: Decimal12, before: Decimal12): Decimal12 | null {
  if (before <= 0n) return null;
  const tenths = roundRational(rational((now - before) * 1000n, before), 'half_away_from_zero');
  return decimal12FromScaled(tenths * 10n ** 11n);
}
