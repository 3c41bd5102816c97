import { boundaryOf, periodAt, type Rhythm } from './calendar.ts';

/**
 * When a number of periods is over after a pause that stopped the running one: every period that had not been served
 * whole when it began is served after it.
 */
export function termEnd(before: Rhythm, endsAt: number, pausedAt: number, resumedAt: number): number {
  let left = 0;
  let n = periodAt(before, Math.max(pausedAt, before.anchorMs));
  while (boundaryOf(before, n) < endsAt) {
    left += 1;
    n += 1;
  }
  const after = { ...before, anchorMs: resumedAt };
  return boundaryOf(after, periodAt(after, resumedAt) + Math.max(1, left));
}
