import type { AppliedDiscount } from '../catalog/coupon.ts';
import { discountPeriodAt, isDiscountOver } from '../subscriptions/discount-period.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import { type DiscountTerm, discountLines } from './discount-lines.ts';
import type { BilledLine, LineDiscount, ProposedLine } from './line.ts';
import type { BillingSettings } from './settings.ts';

/** One discount in one of its periods, with what earlier lines of that period left of an amount. */
interface Grant {
  readonly discount: AppliedDiscount;
  readonly periodIndex: number;
  readonly term: DiscountTerm;
}

/**
 * Lowers charges by the discounts of their subscription, in stacking order. A discount lowers the lines whose billing
 * period begins while it runs; an amount is granted once in each of its periods, whatever number of invoices the
 * period's lines stand on. Credits are not touched: they take back what was charged.
 */
export function applyDiscounts(
  subscription: Subscription,
  lines: readonly ProposedLine[],
  billed: readonly BilledLine[],
  settings: BillingSettings,
): readonly ProposedLine[] {
  if (subscription.discounts.length === 0 || lines.length === 0) return lines;
  const grants = grantsOf(subscription, lines, billed);
  if (grants.length === 0) return lines;
  const taken = discountLines(
    lines.map((line) => line.grossMinor),
    grants.map(({ term }) => term),
    settings.discounts,
    settings.rounding,
  );
  return lines.map((line, index) => {
    const discounts = grants.flatMap((grant, at): LineDiscount[] => {
      const amountMinor = taken[at]?.[index] ?? 0n;
      if (amountMinor === 0n) return [];
      const { discount, periodIndex } = grant;
      const { value } = discount.coupon;
      const percent = value.kind === 'percent' ? value.percent : null;
      return [{ discountId: discount.id, couponId: discount.coupon.id, periodIndex, percent, amountMinor }];
    });
    let amountMinor = line.grossMinor;
    for (const discount of discounts) amountMinor -= discount.amountMinor;
    return discounts.length === 0 ? line : { ...line, discounts, amountMinor };
  });
}

function grantsOf(
  subscription: Subscription,
  lines: readonly ProposedLine[],
  billed: readonly BilledLine[],
): readonly Grant[] {
  const discounts = [...subscription.discounts].sort((a, b) => a.coupon.stackOrder - b.coupon.stackOrder);
  return discounts.flatMap((discount) => {
    const periods = lines.map((line) => periodOf(discount, line));
    const numbers = [...new Set(periods)].filter((number) => number !== null).sort((a, b) => a - b);
    return numbers.flatMap((periodIndex): Grant[] => {
      const value = valueLeft(subscription, discount, periodIndex, billed);
      if (value === null) return [];
      return [{ discount, periodIndex, term: { value, isFor: (line) => periods[line] === periodIndex } }];
    });
  });
}

/** The number of the discount's period that a line belongs to; null if the discount does not lower it. */
function periodOf(discount: AppliedDiscount, line: ProposedLine): number | null {
  const { start } = line.explanation.billingPeriod;
  const { planIds, priceKeys } = discount.coupon.scope;
  if (start < discount.from || isDiscountOver(discount, start)) return null;
  if (planIds.length > 0 && !planIds.includes(line.explanation.planId)) return null;
  if (priceKeys.length > 0 && !priceKeys.includes(line.explanation.priceKey)) return null;
  return discountPeriodAt(discount, start);
}

function valueLeft(
  subscription: Subscription,
  discount: AppliedDiscount,
  periodIndex: number,
  billed: readonly BilledLine[],
): DiscountTerm['value'] | null {
  const { value } = discount.coupon;
  if (value.kind === 'percent') return value;
  let left = value.amountsMinor[subscription.currency] ?? 0n;
  for (const line of billed) {
    if (line.subscriptionId !== subscription.id) continue;
    for (const used of line.discounts) {
      if (used.discountId === discount.id && used.periodIndex === periodIndex) left -= used.amountMinor;
    }
  }
  return left > 0n ? { kind: 'amount', amountMinor: left } : null;
}
