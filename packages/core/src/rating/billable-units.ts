import type { PriceTerms } from '../catalog/price.ts';
import { DECIMAL12_ZERO, type Decimal12 } from '../kernel/decimal.ts';
import { ok, type Result, refuse } from '../kernel/result.ts';
import {
  addRational,
  largerRational,
  RATIONAL_ZERO,
  type Rational,
  smallerRational,
  subtractRational,
} from '../money/rational.ts';
import { beyondFree, convertUnits } from './convert-units.ts';
import type { RatingPolicy } from './policy.ts';
import { type LinePlace, type PriceReading, SINGLE_LINE } from './reading.ts';
import { rationalOf } from './slice.ts';
import type { QuantityStep } from './trace.ts';

/** The billable units that a line covers: above `from` up to `to`, counted over its period. */
export interface Stretch {
  readonly from: Rational;
  readonly to: Rational;
  /** True if no earlier line of the period has been rated. */
  readonly isFirst: boolean;
}

export interface BillableUnits {
  /** The measured quantity that counts. */
  readonly quantity: Decimal12;
  readonly stretch: Stretch;
  readonly steps: readonly QuantityStep[];
}

/** A sum of readings that may be below zero, as policy has it. Refusal: `rating.quantity_negative`. */
export function notNegative(quantity: Decimal12, policy: RatingPolicy): Result<Decimal12> {
  if (quantity >= 0n) return ok(quantity);
  return policy.negativeQuantity === 'clamp_to_zero'
    ? ok(DECIMAL12_ZERO)
    : refuse('rating.quantity_negative', 'A quantity below zero is not billed here.');
}

/**
 * Measured units as billable units: converted, rounded, less what is included, in the order of the policy; on a later
 * line of a period beyond what the earlier lines have used.
 */
export function billableUnits(
  reading: PriceReading,
  terms: PriceTerms,
  policy: RatingPolicy,
): Result<BillableUnits> {
  const place: LinePlace = reading.line ?? SINGLE_LINE;
  const quantity = notNegative(reading.quantity, policy);
  if (!quantity.ok) return quantity;
  if (place.before === null && terms.conversion === null && terms.includedUnits === DECIMAL12_ZERO) {
    const stretch = { from: RATIONAL_ZERO, to: rationalOf(quantity.value), isFirst: true };
    return ok({ quantity: quantity.value, stretch, steps: [] });
  }
  const before = place.before === null ? DECIMAL12_ZERO : place.before.quantity;
  const earlier = rationalOf(before < 0n ? DECIMAL12_ZERO : before);
  const walk = new QuantityWalk(rationalOf(quantity.value));
  const isFirst = place.before === null;
  const from =
    policy.unitDiscountOrder === 'convert_round_then_discount'
      ? convertThenInclude(walk, earlier, terms, policy, isFirst)
      : includeThenConvert(walk, earlier, terms, policy, isFirst);
  const stretch = { from, to: addRational(from, walk.quantity), isFirst };
  return ok({ quantity: quantity.value, stretch, steps: walk.steps });
}

function convertThenInclude(
  walk: QuantityWalk,
  earlier: Rational,
  terms: PriceTerms,
  policy: RatingPolicy,
  isFirst: boolean,
): Rational {
  const included = rationalOf(terms.includedUnits);
  const { conversion } = terms;
  const earlierConverted = conversion === null ? earlier : convertUnits(earlier, conversion);
  walk.convert(terms, earlier, earlierConverted, policy.splitUnitRounding === 'cumulative' && !isFirst);
  walk.include(terms, subtractRational(included, smallerRational(included, earlierConverted)));
  return beyondFree(earlierConverted, included);
}

function includeThenConvert(
  walk: QuantityWalk,
  earlier: Rational,
  terms: PriceTerms,
  policy: RatingPolicy,
  isFirst: boolean,
): Rational {
  const included = rationalOf(terms.includedUnits);
  const { conversion } = terms;
  walk.include(terms, subtractRational(included, smallerRational(included, earlier)));
  const earlierCharged = beyondFree(earlier, included);
  const earlierConverted = conversion === null ? earlierCharged : convertUnits(earlierCharged, conversion);
  walk.convert(
    terms,
    earlierCharged,
    earlierConverted,
    policy.splitUnitRounding === 'cumulative' && !isFirst,
  );
  return earlierConverted;
}

/** A quantity on its way from what was measured to what is billed, with every step. */
export class QuantityWalk {
  quantity: Rational;
  readonly steps: QuantityStep[] = [];

  constructor(quantity: Rational) {
    this.quantity = quantity;
  }

  take(step: QuantityStep): void {
    this.steps.push(step);
    this.quantity = step.to;
  }

  /** `isOverSum`: the sum with earlier lines is converted, and what they made of it is taken off again. */
  convert(terms: PriceTerms, earlier: Rational, earlierConverted: Rational, isOverSum: boolean): void {
    const { conversion } = terms;
    if (conversion === null) return;
    if (isOverSum) {
      const to = addRational(this.quantity, earlier);
      this.take({ step: 'earlier_units', units: earlier, from: this.quantity, to });
    }
    const from = this.quantity;
    this.take({ step: 'conversion', conversion, from, to: convertUnits(from, conversion) });
    if (isOverSum) this.takeOff(earlierConverted);
  }

  include(terms: PriceTerms, left: Rational): void {
    if (terms.includedUnits === DECIMAL12_ZERO) return;
    const from = this.quantity;
    this.take({ step: 'included_units', units: left, from, to: beyondFree(from, left) });
  }

  takeOff(units: Rational): void {
    const from = this.quantity;
    const to = largerRational(subtractRational(from, units), RATIONAL_ZERO);
    this.take({ step: 'billed_before', units, from, to });
  }
}
