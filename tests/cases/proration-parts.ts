import { taxLines } from '@billhook/core/invoicing/tax';
import type { PricedPart } from '@billhook/core/proration/change';
import { afterReduction, type Reduction } from '@billhook/core/proration/reduction';
import type { FullPeriod } from '@billhook/core/proration/share';
import { MONTHLY } from '@billhook/core/time/cadence';
import { layGrid } from '@billhook/core/time/grid';
import { periodNumber } from '@billhook/core/time/schedule';
import { zoneNamed } from '@billhook/core/time/zone';
import type { CaseDiscount, CaseItem, FramedCase } from './proration-case.ts';
import { decimalOf, instantOf } from './read.ts';

export function fullPeriodOf(one: FramedCase): FullPeriod {
  return {
    period: { start: instantOf(one.period.start), end: instantOf(one.period.end) },
    zone: zoneNamed(one.timezone),
    cadence: MONTHLY,
  };
}

/** The items of one side of a case, after its discount. */
export function partsOf(
  one: FramedCase,
  items: readonly CaseItem[],
  discount?: CaseDiscount | null,
): PricedPart[] {
  const fulls = afterReduction(
    items.map((item) => BigInt(item.unit_amount) * BigInt(item.quantity)),
    discount === undefined || discount === null ? null : reductionOf(discount),
  );
  return items.map((item, index): PricedPart => {
    const fullMinor = fulls[index] ?? { numerator: 0n, denominator: 1n };
    const kind = item.prorate === false ? 'one_time' : item.full === true ? 'new_period' : 'recurring';
    return item.period_days === undefined
      ? { fullMinor, kind }
      : { fullMinor, kind, full: ownPeriod(one, item.period_days) };
  });
}

/** What an amount is with tax, rounded apart from it. */
export function taxedMinor(amountMinor: bigint, percent: string): bigint {
  const rate = {
    id: 'rate',
    name: 'Tax',
    percent: decimalOf(percent),
    category: 'S',
    country: null,
  } as const;
  const { subtotals } = taxLines([{ amountMinor, taxCode: 'standard' }], {
    mode: 'exclusive',
    standardRate: rate,
    ratesByTaxCode: {},
  });
  return subtotals.reduce((sum, { netMinor, taxMinor }) => sum + netMinor + taxMinor, 0n);
}

function reductionOf(discount: CaseDiscount): Reduction {
  return discount.type === 'percent'
    ? { kind: 'percent', percent: decimalOf(`${discount.value}`) }
    : { kind: 'fixed', amountMinor: BigInt(discount.value) };
}

/** A period of so many days from the beginning of the case's period. */
function ownPeriod(one: FramedCase, days: number): FullPeriod {
  const cadence = { interval: 'day', count: days } as const;
  const grid = layGrid({ anchorAt: instantOf(one.period.start), zone: zoneNamed(one.timezone), cadence });
  return { period: periodNumber(grid, 0), zone: grid.zone, cadence };
}
