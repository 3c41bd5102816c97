import { DECIMAL12_SCALE, type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import { rational } from '../money/rational.ts';
import { roundRational } from '../money/round.ts';
import { MS_PER_DAY } from '../time/instant.ts';

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
  /** How many days it rests on. */
  readonly basisDays: number;
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
  };
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
