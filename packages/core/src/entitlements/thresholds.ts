import type { Decimal12 } from '../kernel/decimal.ts';

/** Percent of a limit at which a customer is told. */
export const DEFAULT_THRESHOLDS_PERCENT: readonly number[] = [80, 95, 100];

/**
 * The thresholds that usage reached between two readings of one window. A threshold counts as crossed when usage is at
 * or above it; one that was crossed before is not named again. A limit of zero has no thresholds.
 */
export function crossedThresholds(
  usedBefore: Decimal12,
  usedAfter: Decimal12,
  limit: Decimal12,
  thresholdsPercent: readonly number[] = DEFAULT_THRESHOLDS_PERCENT,
): readonly number[] {
  if (limit <= 0n) return [];
  return thresholdsPercent.filter((percent) => {
    const mark = limit * BigInt(percent);
    return usedBefore * 100n < mark && usedAfter * 100n >= mark;
  });
}
