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
  const [from, to] = [formatUnits(step.from), formatUnits(step.to)];
  switch (step.step) {
    case 'conversion': {
      const { operation, factor, rounding, places } = step.conversion;
      const conversion = { factor: formatDecimal12(factor), operation, places, rounding };
      return { conversion, from, step: step.step, to };
    }
    case 'packages':
      return { from, size: formatDecimal12(step.size), step: step.step, to };
    default:
      return { from, step: step.step, to, units: formatUnits(step.units) };
  }
}

function amountStepJson(step: AmountStep): JsonObject {
  const [from, to] = [formatRational(step.from), formatRational(step.to)];
  switch (step.step) {
    case 'flat_fee':
      return { amount_minor: `${step.amountMinor}`, from, step: step.step, to };
    case 'not_yet_due':
      return { from, step: step.step, to };
    case 'discount':
      return { from, percent: formatDecimal12(step.percent), step: step.step, to };
    default: {
      const { boundMinor, billedBeforeMinor } = step;
      return {
        billed_before_minor: `${billedBeforeMinor}`,
        bound_minor: `${boundMinor}`,
        from,
        step: step.step,
        to,
      };
    }
  }
}
