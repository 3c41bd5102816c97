import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import { formatRational } from '@billhook/core/money/rational';
import type { AmountStep, QuantityStep, RatingTrace, TierSlice } from '@billhook/core/rating/trace';
import { formatUnits } from '@billhook/core/rating/trace-json';

/** What happened to quantity and amount, and what each part of the quantity costs, as explanations show them. */
export function presentRating(trace: Pick<RatingTrace, 'quantitySteps' | 'slices' | 'amountSteps'>) {
  return {
    quantity_steps: trace.quantitySteps.map((step) => ({
      step: step.step,
      by: quantityBy(step),
      from: formatUnits(step.from),
      to: formatUnits(step.to),
    })),
    tiers: trace.slices.map(presentSlice),
    amount_steps: trace.amountSteps.map((step) => ({
      step: step.step,
      by: amountBy(step),
      from: formatRational(step.from),
      to: formatRational(step.to),
    })),
  };
}

function presentSlice(slice: TierSlice) {
  return {
    label: slice.label,
    unit: slice.unit,
    from: formatDecimal12(slice.from),
    up_to: slice.upTo === null ? null : formatDecimal12(slice.upTo),
    quantity: formatUnits(slice.quantity),
    unit_amount: formatDecimal12(slice.unitPrice),
    per: `${slice.per}`,
    flat_amount: `${slice.flatMinor}`,
    max_exact: slice.capMinor === null ? null : formatRational(slice.capMinor),
    exact: formatRational(slice.exactMinor),
  };
}

function quantityBy(step: QuantityStep): string {
  switch (step.step) {
    case 'conversion':
      return formatDecimal12(step.conversion.factor);
    case 'packages':
      return formatDecimal12(step.size);
    default:
      return formatUnits(step.units);
  }
}

function amountBy(step: AmountStep): string | null {
  switch (step.step) {
    case 'flat_fee':
      return `${step.amountMinor}`;
    case 'not_yet_due':
      return null;
    case 'discount':
      return formatDecimal12(step.percent);
    default:
      return `${step.boundMinor}`;
  }
}
