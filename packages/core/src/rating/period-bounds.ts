import { ok, type Result, refuse } from '../kernel/result.ts';
import { allocate } from '../money/allocate.ts';
import {
  addRational,
  largerRational,
  multiplyRational,
  RATIONAL_ONE,
  RATIONAL_ZERO,
  type Rational,
  rational,
  subtractRational,
} from '../money/rational.ts';
import { roundRational } from '../money/round.ts';
import type { RatingPolicy } from './policy.ts';

/** One amount of a period that counts towards a commitment or a cap. */
export interface PeriodAmount {
  readonly amountMinor: bigint;
  /** True for the full fee of a plan, of which the period takes the same share as of the commitment. */
  readonly isProrated: boolean;
}

export interface CommitmentInput {
  readonly commitmentMinor: bigint;
  /** The share of a whole period that is committed to; 1 for a whole one. */
  readonly share?: Rational;
  readonly amounts: readonly PeriodAmount[];
}

/** How a true-up came about: the commitment of the period less what was charged in it. */
export interface TrueUp {
  readonly committedMinor: Rational;
  readonly chargedMinor: Rational;
  readonly amountMinor: bigint;
}

/** What is still to be charged so that a period reaches its commitment; 0 if it does. */
export function trueUp(
  { commitmentMinor, share = RATIONAL_ONE, amounts }: CommitmentInput,
  policy: Pick<RatingPolicy, 'commitmentRounding' | 'rounding'>,
): TrueUp {
  const isRoundedFirst = policy.commitmentRounding === 'round_each_then_subtract';
  const part = (amountMinor: bigint, factor: Rational): Rational => {
    const exact = multiplyRational(rational(amountMinor, 1n), factor);
    return isRoundedFirst ? rational(roundRational(exact, policy.rounding), 1n) : exact;
  };
  const committedMinor = part(commitmentMinor, share);
  let chargedMinor = RATIONAL_ZERO;
  for (const { amountMinor, isProrated } of amounts) {
    chargedMinor = addRational(chargedMinor, part(amountMinor, isProrated ? share : RATIONAL_ONE));
  }
  const missing = largerRational(subtractRational(committedMinor, chargedMinor), RATIONAL_ZERO);
  return { committedMinor, chargedMinor, amountMinor: roundRational(missing, policy.rounding) };
}

/** Who gives way to a cap: all lines in proportion, or the last lines first. */
export type CapSplit = 'proportional' | 'last_first';

/**
 * What is left of each amount of a period that may cost no more than the cap. The parts add up to the smaller of cap and
 * sum. Refusals: `cap.negative`, `cap.negative_amount`.
 */
export function capSpend(
  amountsMinor: readonly bigint[],
  capMinor: bigint,
  split: CapSplit,
): Result<readonly bigint[]> {
  if (capMinor < 0n) return refuse('cap.negative', 'A spend cap is zero or more.');
  if (amountsMinor.some((amount) => amount < 0n)) {
    return refuse('cap.negative_amount', 'A cap applies to charges, not to credits.');
  }
  let sum = 0n;
  for (const amount of amountsMinor) sum += amount;
  if (sum <= capMinor) return ok([...amountsMinor]);
  if (split === 'proportional') return ok(allocate(capMinor, amountsMinor));
  let left = capMinor;
  return ok(
    amountsMinor.map((amount) => {
      const isWhole = amount <= left;
      const kept = isWhole ? amount : left;
      left -= kept;
      return kept;
    }),
  );
}
