import type { Price } from '../catalog/price.ts';
import type { PriceModel } from '../catalog/price-model.ts';
import { DECIMAL12_SCALE, DECIMAL12_ZERO } from '../kernel/decimal.ts';
import { ok, type Result } from '../kernel/result.ts';
import type { CurrencyCode } from '../money/currency.ts';
import {
  addRational,
  largerRational,
  multiplyRational,
  RATIONAL_ZERO,
  type Rational,
  rational,
  smallerRational,
} from '../money/rational.ts';
import { roundRational } from '../money/round.ts';
import { type BillableUnits, billableUnits } from './billable-units.ts';
import { modelSlices } from './model-slices.ts';
import { DEFAULT_RATING_POLICY, type RatingPolicy } from './policy.ts';
import { type LinePlace, type PriceReading, SINGLE_LINE } from './reading.ts';
import type { AmountStep, Rating, TierSlice } from './trace.ts';

/**
 * What a reading costs under a price: quantity steps, slices, amount steps and one rounding, all in the trace. The
 * amount is exact until that rounding. Nothing is prorated here: shares of a period belong to the line.
 *
 * Refusals: `rating.quantity_negative`, `rating.beyond_last_tier`, `rating.amounts_missing`, `rating.values_missing`,
 * `rating.value_without_price`, `rating.peaks_missing`, `rating.prorated_missing`.
 */
export function rateReading(
  price: Pick<Price, 'model' | 'terms'>,
  reading: PriceReading,
  currency: CurrencyCode,
  policy: RatingPolicy = DEFAULT_RATING_POLICY,
): Result<Rating> {
  const { model, terms } = price;
  const place = reading.line ?? SINGLE_LINE;
  const units = billableUnits(reading, terms, policy);
  if (!units.ok) return units;
  const isDueAtEnd = isKnownAtEnd(model);
  const scope = { reading, units: isDueAtEnd ? wholePeriod(units.value) : units.value, currency, policy };
  const priced = modelSlices(model, scope);
  if (!priced.ok) return priced;
  const { slices, steps } = priced.value;
  const amount = new AmountWalk(slices);
  if (model.kind === 'flat') amount.flatFee(model.amountMinor);
  if (isDueAtEnd && place.position === 'mid') amount.notYetDue();
  amount.applyTerms(terms, place, policy);
  const exactMinor = amount.exactMinor;
  const amountMinor = roundRational(exactMinor, policy.rounding);
  return ok({
    exactMinor,
    amountMinor,
    trace: {
      model: model.kind,
      currency,
      quantity: units.value.quantity,
      quantitySteps: [...scope.units.steps, ...steps],
      slices,
      amountSteps: amount.steps,
      exactMinor,
      rounding: policy.rounding,
      amountMinor,
    },
  });
}

/** Models whose amount is known only when the period is over, so that its last line bills it all. */
function isKnownAtEnd(model: PriceModel): boolean {
  switch (model.kind) {
    case 'flat':
    case 'volume':
    case 'stair_step':
    case 'block_tiers':
    case 'capacity_tiers':
    case 'prorated_graduated':
      return true;
    case 'percentage':
      return model.freeEvents !== null || model.freeAmount !== null;
    default:
      return false;
  }
}

/** Nothing was billed before, so the line covers all units of its period. */
function wholePeriod(units: BillableUnits): BillableUnits {
  const { from, to, isFirst } = units.stretch;
  const last = units.steps.at(-1)?.to ?? rational(units.quantity, DECIMAL12_SCALE);
  return {
    quantity: units.quantity,
    stretch: { from: RATIONAL_ZERO, to, isFirst: true },
    steps: isFirst ? units.steps : [...units.steps, { step: 'earlier_units', units: from, from: last, to }],
  };
}

/** An amount on its way from the slices to the line, with every step. */
class AmountWalk {
  exactMinor: Rational;
  readonly steps: AmountStep[] = [];

  constructor(slices: readonly TierSlice[]) {
    this.exactMinor = RATIONAL_ZERO;
    for (const slice of slices) this.exactMinor = addRational(this.exactMinor, slice.exactMinor);
  }

  take(step: AmountStep): void {
    this.steps.push(step);
    this.exactMinor = step.to;
  }

  flatFee(amountMinor: bigint): void {
    const from = this.exactMinor;
    this.take({ step: 'flat_fee', amountMinor, from, to: addRational(from, rational(amountMinor, 1n)) });
  }

  notYetDue(): void {
    this.take({ step: 'not_yet_due', from: this.exactMinor, to: RATIONAL_ZERO });
  }

  applyTerms(terms: Price['terms'], place: LinePlace, policy: RatingPolicy): void {
    const isDiscountFirst = policy.discountOrder === 'before_bounds';
    if (isDiscountFirst) this.discount(terms);
    this.bounds(terms, place, policy);
    if (!isDiscountFirst) this.discount(terms);
  }

  discount({ discountPercent: percent }: Price['terms']): void {
    if (percent === DECIMAL12_ZERO) return;
    const from = this.exactMinor;
    const whole = 100n * DECIMAL12_SCALE;
    this.take({
      step: 'discount',
      percent,
      from,
      to: multiplyRational(from, rational(whole - percent, whole)),
    });
  }

  bounds({ minimumMinor, maximumMinor }: Price['terms'], place: LinePlace, policy: RatingPolicy): void {
    const billedBeforeMinor = place.before?.billedMinor ?? 0n;
    if (maximumMinor !== null) {
      const from = this.exactMinor;
      const left = maximumMinor > billedBeforeMinor ? maximumMinor - billedBeforeMinor : 0n;
      const to = smallerRational(from, rational(left, 1n));
      this.take({ step: 'maximum', boundMinor: maximumMinor, billedBeforeMinor, from, to });
    }
    const isToppedUp = place.position !== 'mid' || policy.minimumSpend === 'every_line';
    if (minimumMinor !== null && isToppedUp) {
      const from = this.exactMinor;
      const to = largerRational(from, rational(minimumMinor - billedBeforeMinor, 1n));
      this.take({ step: 'minimum', boundMinor: minimumMinor, billedBeforeMinor, from, to });
    }
  }
}
