import type { AppliedDiscount } from '../catalog/coupon.ts';
import { discountPeriodAt, isDiscountOver } from '../subscriptions/discount-period.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import type { Instant } from '../time/instant.ts';
import { type DiscountTerm, discountLines } from './discount-lines.ts';
import type { LineDiscount, ProposedLine } from './line.ts';
import type { BillingSettings } from './settings.ts';
import type { UsedAmounts } from './used-amounts.ts';

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
 *
 * @param used what lines before these took of amounts
 */
export function applyDiscounts(
  subscription: Subscription,
  lines: readonly ProposedLine[],
  used: UsedAmounts,
  settings: BillingSettings,
): readonly ProposedLine[] {
  const grants = grantsOf(subscription, lines, used);
  const taken = discountLines(
    lines.map((line) => line.grossMinor),
    grants.map(({ term }) => term),
    settings.discounts,
    settings.rounding,
  );
  const byLine = new Map<number, LineDiscount[]>();
  for (const { term, line, amountMinor } of taken) {
    const discount = lineDiscount(grants[term] as Grant, amountMinor);
    const list = byLine.get(line);
    if (list === undefined) byLine.set(line, [discount]);
    else list.push(discount);
  }
  return lines.map((line, index) => {
    const discounts = byLine.get(index);
    if (discounts === undefined) return line;
    let amountMinor = line.grossMinor;
    for (const discount of discounts) amountMinor -= discount.amountMinor;
    return { ...line, discounts, amountMinor };
  });
}

function lineDiscount({ discount, periodIndex, term }: Grant, amountMinor: bigint): LineDiscount {
  const { value } = term;
  return {
    discountId: discount.id,
    couponId: discount.coupon.id,
    periodIndex,
    percent: value.kind === 'percent' ? value.percent : null,
    availableMinor: value.kind === 'percent' ? null : value.amountMinor,
    amountMinor,
  };
}

/** One grant for each discount and each of its periods that lines fall in, in stacking order. */
function grantsOf(
  subscription: Subscription,
  lines: readonly ProposedLine[],
  used: UsedAmounts,
): readonly Grant[] {
  const discounts = [...subscription.discounts].sort((a, b) => a.coupon.stackOrder - b.coupon.stackOrder);
  return discounts.flatMap((discount) => {
    const byPeriod = new Map<number, number[]>();
    const periodAt = knownPeriods(discount);
    for (const [index, line] of lines.entries()) {
      const periodIndex = periodOf(discount, line, periodAt);
      if (periodIndex === null) continue;
      const members = byPeriod.get(periodIndex);
      if (members === undefined) byPeriod.set(periodIndex, [index]);
      else members.push(index);
    }
    return [...byPeriod].flatMap(([periodIndex, members]): Grant[] => {
      const usedMinor = used.of(discount.id, periodIndex);
      const value = valueLeft(subscription, discount, usedMinor);
      return value === null ? [] : [{ discount, periodIndex, term: { value, lines: members } }];
    });
  });
}

/** The discount's period that a line falls in; null if the discount does not lower it. */
function periodOf(
  discount: AppliedDiscount,
  line: ProposedLine,
  periodAt: (start: Instant) => number,
): number | null {
  const { start } = line.explanation.billingPeriod;
  const { planIds, priceKeys } = discount.coupon.scope;
  if (start < discount.from || isDiscountOver(discount, start)) return null;
  if (planIds.length > 0 && !planIds.includes(line.explanation.planId)) return null;
  if (priceKeys.length > 0 && !priceKeys.includes(line.explanation.priceKey)) return null;
  return periodAt(start);
}

/** Lines of one moment share the beginnings of their periods, so each is looked up once. */
function knownPeriods(discount: AppliedDiscount): (start: Instant) => number {
  const known = new Map<Instant, number>();
  return (start) => {
    const index = known.get(start) ?? discountPeriodAt(discount, start);
    known.set(start, index);
    return index;
  };
}

function valueLeft(
  { currency }: Subscription,
  { coupon }: AppliedDiscount,
  usedMinor: bigint,
): DiscountTerm['value'] | null {
  const { value } = coupon;
  if (value.kind === 'percent') return value;
  const amountMinor = (value.amountsMinor[currency] ?? 0n) - usedMinor;
  return amountMinor > 0n ? { kind: 'amount', amountMinor } : null;
}
