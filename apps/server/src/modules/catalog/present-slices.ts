import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import { formatRational } from '@billhook/core/money/rational';
import type { TierSlice } from '@billhook/core/rating/trace';
import { formatUnits } from '@billhook/core/rating/trace-json';

/** The parts of a quantity and what each costs, as explanations show them. */
export function presentSlices(slices: readonly TierSlice[]) {
  return slices.map((slice) => ({
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
  }));
}
