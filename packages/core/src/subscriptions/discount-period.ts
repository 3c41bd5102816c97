import type { AppliedDiscount } from '../catalog/coupon.ts';
import { type Grid, layGrid } from '../time/grid.ts';
import type { Instant } from '../time/instant.ts';
import { boundary, periodIndexAt } from '../time/schedule.ts';
import { zoneNamed } from '../time/zone.ts';

/** Whether a discount lowers lines of periods that begin at a moment no longer. */
export function isDiscountOver(discount: AppliedDiscount, periodStart: Instant): boolean {
  return discount.until !== null && periodStart >= discount.until;
}

/** The number of the discount's own period that a moment lies in; 0 where the plan had no periods. */
export function discountPeriodAt(discount: Pick<AppliedDiscount, 'periods'>, moment: Instant): number {
  const grid = gridOf(discount);
  return grid === null ? 0 : periodIndexAt(grid, moment);
}

/** The end of the `count`th period from the one that a moment lies in; null where there are no periods. */
export function endOfDiscount(
  discount: Pick<AppliedDiscount, 'periods'>,
  from: Instant,
  count: number,
): Instant | null {
  const grid = gridOf(discount);
  return grid === null ? null : boundary(grid, periodIndexAt(grid, from) + count);
}

function gridOf({ periods }: Pick<AppliedDiscount, 'periods'>): Grid | null {
  return periods === null ? null : layGrid({ ...periods, zone: zoneNamed(periods.timeZone) });
}
