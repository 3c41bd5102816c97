import { DECIMAL12_SCALE, formatDecimal12, isStorableDecimal12 } from '../kernel/decimal.ts';
import type { JsonObject } from '../kernel/json.ts';
import { formatRational, type Rational, reduceRational } from '../money/rational.ts';
import type { AmountStep, QuantityStep, RatingTrace, TierSlice } from './trace.ts';

/** A trace as plain JSON: the form in which it is stored, sent and read back by `parseTrace`. */
export function traceJson(trace: RatingTrace): JsonObject {
  return {
    amount_minor: `${trace.amountMinor}`,
    amount_steps: trace.amountSteps.map(amountStepJson),
    currency: trace.currency,
    exact_minor: formatRational(trace.exactMinor),
    model: trace.model,
    quantity: formatDecimal12(trace.quantity),
    quantity_steps: trace.quantitySteps.map(quantityStepJson),
    rounding: trace.rounding,
    slices: trace.slices.map(sliceJson),
  };
}

/** One slice as plain JSON. */
function sliceJson(slice: TierSlice): JsonObject {
  return {
    cap_minor: slice.capMinor === null ? null : formatRational(slice.capMinor),
    exact_minor: formatRational(slice.exactMinor),
    flat_minor: `${slice.flatMinor}`,
    from: formatDecimal12(slice.from),
    label: slice.label,
    per: `${slice.per}`,
    quantity: formatUnits(slice.quantity),
    unit: slice.unit,
    unit_price: formatDecimal12(slice.unitPrice),
    up_to: slice.upTo === null ? null : formatDecimal12(slice.upTo),
  };
}

/** An exact number of units: a decimal where twelve places hold it, such as `1.5`, and else a fraction, `1/3`. */
export function formatUnits(value: Rational): string {
  const { numerator, denominator } = reduceRational(value);
  const scaled = numerator * DECIMAL12_SCALE;
  const decimal = scaled / denominator;
  return decimal * denominator === scaled && isStorableDecimal12(decimal)
    ? formatDecimal12(decimal)
    : formatRational(value);
}

function quantityStepJson(step: QuantityStep): JsonObject {
  const ends = { from: formatUnits(step.from), to: formatUnits(step.to) };
  switch (step.step) {
    case 'conversion': {
      const { operation, factor, rounding, places } = step.conversion;
      const conversion = { operation, factor: formatDecimal12(factor), rounding, places };
      return { step: step.step, conversion, ...ends };
    }
    case 'packages':
      return { step: step.step, size: formatDecimal12(step.size), ...ends };
    default:
      return { step: step.step, units: formatUnits(step.units), ...ends };
  }
}

function amountStepJson(step: AmountStep): JsonObject {
  const ends = { from: formatRational(step.from), to: formatRational(step.to) };
  switch (step.step) {
    case 'flat_fee':
      return { step: step.step, amount_minor: `${step.amountMinor}`, ...ends };
    case 'not_yet_due':
      return { step: step.step, ...ends };
    case 'discount':
      return { step: step.step, percent: formatDecimal12(step.percent), ...ends };
    default: {
      const { boundMinor, billedBeforeMinor } = step;
      const bounds = { bound_minor: `${boundMinor}`, billed_before_minor: `${billedBeforeMinor}` };
      return { step: step.step, ...bounds, ...ends };
    }
  }
}
