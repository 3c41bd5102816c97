import { type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import { rational } from '../money/rational.ts';
import { roundRational } from '../money/round.ts';

/** A day is compared with up to this many days before it, and with no fewer than this. */
export const ANOMALY_DAYS = 28;
export const ANOMALY_MIN_DAYS = 14;

export interface Anomaly {
  /** Which day of the list. */
  readonly index: number;
  readonly kind: 'high' | 'low';
  /** The usual figure: the median of the days before. */
  readonly usual: Decimal12;
  /** How far off, as a robust z-score with two places. */
  readonly score: Decimal12;
}

/**
 * Days that are not like those before them. The rule: a day is flagged if its distance from the median of the 28 days
 * before it, times 0.6745, is more than 3.5 times their median absolute deviation (the modified z-score of Iglewicz and
 * Hoaglin). The deviation counts as no less than a twentieth of the median, so that figures which hardly ever move
 * are not flagged for a trifle; where both are zero there is no usual day and nothing is flagged. A day with fewer than
 * 14 days before it is never flagged.
 *
 * @param days figures of full days, oldest first
 */
export function unusualDays(days: readonly Decimal12[]): Anomaly[] {
  return days.flatMap((day, index) => {
    const before = days.slice(Math.max(0, index - ANOMALY_DAYS), index);
    if (before.length < ANOMALY_MIN_DAYS) return [];
    // Twice the median and four times the deviation, so that halves stay whole.
    const median2 = twiceMedian(before);
    const deviation4 = twiceMedian(before.map((value) => distance(2n * value, median2)));
    const least4 = distance(2n * median2, 0n) / 20n;
    const spread4 = deviation4 > least4 ? deviation4 : least4;
    const off4 = 2n * distance(2n * day, median2);
    if (spread4 === 0n || off4 * 6745n <= spread4 * 35000n) return [];
    const hundredths = roundRational(rational(off4 * 6745n, spread4 * 100n), 'half_away_from_zero');
    return [
      {
        index,
        kind: 2n * day > median2 ? ('high' as const) : ('low' as const),
        usual: decimal12FromScaled(median2 / 2n),
        score: decimal12FromScaled(hundredths * 10n ** 10n),
      },
    ];
  });
}

function twiceMedian(values: readonly bigint[]): bigint {
  const ordered = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const middle = ordered.length >> 1;
  const upper = ordered[middle] ?? 0n;
  return ordered.length % 2 === 1 ? 2n * upper : upper + (ordered[middle - 1] ?? 0n);
}

function distance(left: bigint, right: bigint): bigint {
  return left < right ? right - left : left - right;
}
