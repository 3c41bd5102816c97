import { type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import {
  addRational,
  multiplyRational,
  RATIONAL_ZERO,
  type Rational,
  rational,
  reduceRational,
} from '../money/rational.ts';
import { roundRational } from '../money/round.ts';
import { type FullPeriod, type ShareRule, shareOfPart } from '../proration/share.ts';
import type { ProratedUnits } from '../rating/reading.ts';
import type { Instant } from '../time/instant.ts';
import type { Period } from '../time/period.ts';

/** How a level stood at the start of a stretch, and how it moved inside it, in order of time. */
export interface LevelReadings {
  readonly opening: Decimal12;
  readonly changes: readonly { readonly at: Instant; readonly change: Decimal12 }[];
}

/**
 * Every move of a level with the part of it that a period is charged for: a unit is charged from the moment it came, and
 * given back from the moment it went, up to the end of the service. What stood before is there from the start of the
 * service. Shares are measured against the full period. Parts are rounded at the twelfth place as a running sum, so that
 * what is there the whole time adds up to whole units.
 */
export function proratedUnits(
  { opening, changes }: LevelReadings,
  service: Period,
  whole: FullPeriod,
  rule: ShareRule,
): ProratedUnits[] {
  const moves = opening === 0n ? changes : [{ at: service.start, change: opening }, ...changes];
  let exact: Rational = RATIONAL_ZERO;
  let before = 0n;
  return moves.map(({ at, change }) => {
    const share = shareOfPart({ start: at, end: service.end }, whole, rule);
    exact = reduceRational(addRational(exact, multiplyRational(rational(change, 1n), share)));
    const after = roundRational(exact, 'half_away_from_zero');
    const prorated = decimal12FromScaled(after - before);
    before = after;
    return { full: change, prorated };
  });
}
