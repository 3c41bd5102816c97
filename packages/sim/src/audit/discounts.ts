import type { AppliedDiscount } from '@billhook/core/catalog/coupon';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import { periodAt } from './calendar.ts';
import type { Due, DueScope } from './due.ts';
import { E12, type Fraction, over, plus, roundBy, times, whole, wholeParts, ZERO } from './fraction.ts';

/** One discount in one of its periods, and the lines it lowers. */
interface Grant {
  readonly discount: AppliedDiscount;
  readonly periodIndex: number;
  readonly dues: Due[];
}

/** Lowers charges by the discounts of their subscription, one grant after the other, each on what is left. */
export function takeDiscounts(
  scope: DueScope,
  charges: readonly Due[],
  used: ReadonlyMap<string, bigint>,
): void {
  const { subscription, settings } = scope;
  const grants = grantsOf(subscription, charges);
  if (settings.discounts.order === 'percent_then_fixed') {
    const isAmount = ({ discount }: Grant) => (discount.coupon.value.kind === 'amount' ? 1 : 0);
    grants.sort((a, b) => isAmount(a) - isAmount(b));
  }
  // What was left of an amount is looked up before this moment's lines take of it.
  const before = new Map(used);
  for (const grant of grants) {
    const dues = grant.dues.filter((due) => due.amountMinor > 0n);
    if (dues.length === 0) continue;
    for (const [index, part] of partsOf(scope, grant, dues, before).entries()) {
      const due = dues[index] as Due;
      if (part === 0n) continue;
      due.amountMinor -= part;
      due.discounts.push({
        discountId: grant.discount.id,
        periodIndex: grant.periodIndex,
        amountMinor: part,
      });
    }
  }
}

function grantsOf({ discounts }: Subscription, charges: readonly Due[]): Grant[] {
  const inOrder = [...discounts].sort((a, b) => a.coupon.stackOrder - b.coupon.stackOrder);
  return inOrder.flatMap((discount) => {
    const byPeriod = new Map<number, Due[]>();
    for (const due of charges) {
      if (!isFor(discount, due)) continue;
      const { periods } = discount;
      const n =
        periods === null
          ? 0
          : periodAt({ ...periods, zone: periods.timeZone, anchorMs: periods.anchorAt }, due.billingStart);
      byPeriod.set(n, [...(byPeriod.get(n) ?? []), due]);
    }
    return [...byPeriod]
      .sort(([a], [b]) => a - b)
      .map(([periodIndex, dues]): Grant => ({ discount, periodIndex, dues }));
  });
}

function isFor({ coupon, from, until }: AppliedDiscount, due: Due): boolean {
  if (due.billingStart < from || (until !== null && due.billingStart >= until)) return false;
  const { planIds, priceKeys } = coupon.scope;
  return (
    (priceKeys.length === 0 || priceKeys.includes(due.price.key)) &&
    (planIds.length === 0 || planIds.includes(due.planId))
  );
}

function partsOf(
  { subscription, settings }: DueScope,
  grant: Grant,
  dues: readonly Due[],
  taken: ReadonlyMap<string, bigint>,
): bigint[] {
  const { value } = grant.discount.coupon;
  const { discounts: policy, rounding } = settings;
  let sum = 0n;
  for (const due of dues) sum += due.amountMinor;
  if (value.kind === 'percent') {
    const exacts = dues.map(
      (due): Fraction => over(times(whole(due.amountMinor), { n: value.percent, d: E12 }), whole(100n)),
    );
    if (policy.percent === 'per_line') return exacts.map((exact) => roundBy(exact, rounding));
    return wholeParts(roundBy(exacts.reduce(plus, ZERO), rounding), exacts);
  }
  const used = taken.get(`${grant.discount.id}/${grant.periodIndex}`) ?? 0n;
  const left = (value.amountsMinor[subscription.currency] ?? 0n) - used;
  const given = left <= 0n ? 0n : left < sum ? left : sum;
  const exacts = dues.map((due): Fraction => ({ n: given * due.amountMinor, d: sum }));
  if (policy.split === 'largest_remainder') return wholeParts(given, exacts);
  let rest = given;
  return exacts.map(({ n, d }, index) => {
    const part = index === exacts.length - 1 ? rest : n / d;
    rest -= part;
    return part;
  });
}
