import type { Rational } from '../money/rational.ts';
import type { Grid } from '../time/grid.ts';
import type { Instant } from '../time/instant.ts';
import { cutPeriod, periodAt, periodNumber } from '../time/schedule.ts';
import { type ShareRule, shareOfPart } from './share.ts';

/**
 * The shares of periods that are billed in advance up to and including a moment, in order: a leading piece, whole
 * periods, a trailing piece where service ends. A period is billed once its service has begun.
 */
export function sharesBilledThrough(input: {
  readonly grid: Grid;
  readonly from: Instant;
  readonly until: Instant | null;
  readonly billedThrough: Instant;
  readonly rule: ShareRule;
}): Rational[] {
  const { grid, billedThrough, rule } = input;
  const life = { startAt: input.from, endAt: input.until };
  const shares: Rational[] = [];
  let { index, period } = periodAt(grid, input.from);
  while (period.start <= billedThrough) {
    const piece = cutPeriod(grid, period, life);
    if (piece === null || piece.start > billedThrough) break;
    shares.push(shareOfPart(piece, { period, zone: grid.zone, cadence: grid.cadence }, rule));
    index += 1;
    period = periodNumber(grid, index);
  }
  return shares;
}
