import { DECIMAL12_SCALE, type Decimal12 } from '../kernel/decimal.ts';
import { allocate, spreadRounding } from '../money/allocate.ts';
import { addRational, RATIONAL_ZERO, type Rational, rational } from '../money/rational.ts';
import { type RoundingMode, roundRational } from '../money/round.ts';

/** The seller's choices about discounts where sellers reasonably differ. */
export interface DiscountPolicy {
  /** `percent_then_fixed` takes percentages first, each on what is left, whatever the order given. */
  readonly order: 'given' | 'percent_then_fixed';
  /** Whether a percentage is rounded on every line, or once on their sum and then spread. */
  readonly percent: 'per_line' | 'on_total';
  /** How an amount is split over lines: largest remainders, or rounded down with the rest on the last line. */
  readonly split: 'largest_remainder' | 'remainder_last';
}

export const DEFAULT_DISCOUNT_POLICY: DiscountPolicy = {
  order: 'given',
  percent: 'per_line',
  split: 'largest_remainder',
};

/** One discount and the lines it may lower. */
export interface DiscountTerm {
  readonly value:
    | { readonly kind: 'percent'; readonly percent: Decimal12 }
    | { readonly kind: 'amount'; readonly amountMinor: bigint };
  /** Places of the lines that it may lower, in order. */
  readonly lines: readonly number[];
}

/** What one term takes off one line. A line that a term may lower is named also where nothing is taken off it. */
export interface TakenOff {
  readonly term: number;
  readonly line: number;
  /** 0 or more. */
  readonly amountMinor: bigint;
}

/**
 * What each term takes off each of its lines, in minor units, in the order in which it is taken. Terms are taken one
 * after the other, each on what the ones before left, and no line goes below zero. Lines that are not positive are left
 * alone.
 */
export function discountLines(
  grossMinor: readonly bigint[],
  terms: readonly DiscountTerm[],
  policy: DiscountPolicy,
  rounding: RoundingMode,
): readonly TakenOff[] {
  const left = [...grossMinor];
  const taken: TakenOff[] = [];
  for (const index of orderOf(terms, policy)) {
    const term = terms[index] as DiscountTerm;
    const lines = term.lines.filter((line) => (left[line] as bigint) > 0n);
    if (lines.length === 0) continue;
    const amounts = lines.map((line) => left[line] as bigint);
    const parts = partsOf(term, amounts, policy, rounding);
    for (const [at, line] of lines.entries()) {
      const amountMinor = parts[at] as bigint;
      left[line] = (left[line] as bigint) - amountMinor;
      taken.push({ term: index, line, amountMinor });
    }
  }
  return taken;
}

function orderOf(terms: readonly DiscountTerm[], policy: DiscountPolicy): readonly number[] {
  const order = terms.map((_, index) => index);
  if (policy.order === 'given') return order;
  const isAmount = (index: number) => (terms[index]?.value.kind === 'amount' ? 1 : 0);
  return order.sort((a, b) => isAmount(a) - isAmount(b));
}

function partsOf(
  { value }: DiscountTerm,
  amounts: readonly bigint[],
  policy: DiscountPolicy,
  rounding: RoundingMode,
): readonly bigint[] {
  if (value.kind === 'percent') {
    const exacts = amounts.map((amount) => percentOf(amount, value.percent));
    if (policy.percent === 'per_line') return exacts.map((exact) => roundRational(exact, rounding));
    const total = roundRational(exacts.reduce(addRational, RATIONAL_ZERO), rounding);
    return spreadRounding(total, exacts);
  }
  let sum = 0n;
  for (const amount of amounts) sum += amount;
  const given = value.amountMinor < sum ? value.amountMinor : sum;
  return policy.split === 'largest_remainder' ? allocate(given, amounts) : remainderLast(given, amounts, sum);
}

function remainderLast(given: bigint, amounts: readonly bigint[], sum: bigint): readonly bigint[] {
  let left = given;
  return amounts.map((amount, index) => {
    const part = index === amounts.length - 1 ? left : (given * amount) / sum;
    left -= part;
    return part;
  });
}

function percentOf(amount: bigint, percent: Decimal12): Rational {
  return rational(amount * percent, 100n * DECIMAL12_SCALE);
}
