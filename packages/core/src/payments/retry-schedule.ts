import { layGrid } from '../time/grid.ts';
import type { Instant } from '../time/instant.ts';
import { boundary } from '../time/schedule.ts';
import { zoneNamed } from '../time/zone.ts';

/** Whole days after the first, second, third … failure at which collecting is tried again. */
export type RetryDelaysDays = readonly number[];

export const DEFAULT_RETRY_DELAYS_DAYS: RetryDelaysDays = [3, 5, 7];

/**
 * When to try again after a failure, at the same local time of day. Null after the last one: nothing more is tried and
 * the subscription ends.
 *
 * @param failureCount failures so far, this one included, from 1 on
 */
export function nextRetryAt(
  failedAt: Instant,
  failureCount: number,
  delaysDays: RetryDelaysDays,
  timeZone: string,
): Instant | null {
  const delayDays = delaysDays[failureCount - 1];
  if (delayDays === undefined) return null;
  const cadence = { interval: 'day', count: delayDays } as const;
  return boundary(layGrid({ anchorAt: failedAt, zone: zoneNamed(timeZone), cadence }), 1);
}
