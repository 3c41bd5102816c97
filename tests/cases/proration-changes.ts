import type { Coupon } from '@billhook/core/catalog/coupon';
import type { Price } from '@billhook/core/catalog/price';
import {
  DEFAULT_DISCOUNT_POLICY,
  type DiscountTerm,
  discountLines,
} from '@billhook/core/invoicing/discount-lines';
import type { InvoiceLine } from '@billhook/core/invoicing/invoice';
import { NO_TAX } from '@billhook/core/invoicing/tax';
import { DEFAULT_TAX_POLICY } from '@billhook/core/invoicing/tax-policy';
import { DECIMAL12_ZERO, decimal12FromInteger } from '@billhook/core/kernel/decimal';
import { EUR } from '@billhook/core/testing/factories';
import { sum } from './members.ts';
import { CaseBill, frameOf, otherCadence, priceOf, seatsOf } from './proration-bill.ts';
import type {
  AmountsCase,
  CancelCase,
  CaseDiscount,
  CaseItem,
  ChangeCase,
  StartCase,
} from './proration-case.ts';
import { type Policies, policyOf } from './proration-policy.ts';
import { decimalOf, instantOf } from './read.ts';

/** The lines that a bill has for what happens in the case. */
export function linesOf(one: AmountsCase, policies: Policies): readonly InvoiceLine[] {
  const bill = billOf(one, policies);
  switch (one.kind) {
    case 'start':
      return linesOfStart(bill, one, policies);
    case 'cancel':
      return linesOfCancel(bill, one, policies);
    case 'change':
      return one.old.length === 0 ? linesOfJoining(bill, one) : linesOfChange(bill, one);
  }
}

function billOf(one: AmountsCase, policies: Policies): CaseBill {
  const frame = frameOf(one, policyOf(one, policies));
  if (one.tax_percent === undefined) return new CaseBill(frame);
  const percent = decimalOf(one.tax_percent);
  const standardRate = { id: 'rate', name: 'Tax', percent, category: 'S', country: null } as const;
  return new CaseBill(frame, {
    settings: { tax: { ...DEFAULT_TAX_POLICY, rounding: 'per_line' } },
    taxChoice: { ...NO_TAX, standardRate },
  });
}

/**
 * Service from a moment inside the period joins its grid. Up to an end or a change inside it is charged in arrears, so
 * that the line is for the part alone.
 */
function linesOfStart(bill: CaseBill, one: StartCase, policies: Policies): readonly InvoiceLine[] {
  const { period } = bill.frame;
  const from = instantOf(one.from);
  const terms = one.until === undefined ? {} : ({ timing: 'in_arrears' } as const);
  const prices = one.items.map((item, at) => priceOf(`p${at}`, item, bill.frame, terms));
  if (one.until === undefined) {
    bill.start(period.start, []);
    bill.join(from, prices);
    return bill.billDayOf(from);
  }
  if (from !== period.start) throw new Error('A part that neither begins nor ends with its period.');
  const until = instantOf(one.until);
  bill.start(from, prices);
  // Service that names a rule for its last day ends; other service goes on at another price.
  if (policies['termination_day'] === undefined) bill.move(until, [], 1n);
  else bill.cancel(until);
  return bill.billDayOf(until);
}

/** A cancellation that names a rule for the day of a change is the credit side of a change. */
function linesOfCancel(bill: CaseBill, one: CancelCase, policies: Policies): readonly InvoiceLine[] {
  const at = instantOf(one.at);
  bill.start(bill.frame.period.start, prices(bill, 'p', one.items), seatsOf(one.items));
  bill.bill(bill.frame.period.start);
  if (policies['change_day'] === undefined) bill.cancel(at);
  else bill.move(at, [], 1n);
  return bill.billDayOf(at);
}

/** Where nothing was before, prices join; one with a period of its own runs until the end of the case's period. */
function linesOfJoining(bill: CaseBill, one: ChangeCase): readonly InvoiceLine[] {
  const { period } = bill.frame;
  const at = instantOf(one.at);
  const joining = one.new.map((item, index) =>
    item.period_days === undefined
      ? priceOf(`p${index}`, item, bill.frame)
      : priceOf(`p${index}`, item, bill.frame, {
          timing: 'in_arrears',
          cadence: { interval: 'day', count: item.period_days },
        }),
  );
  bill.start(period.start, []);
  bill.join(at, joining);
  if (one.new.every((item) => item.period_days === undefined)) return bill.billDayOf(at);
  bill.cancel(at, period.end);
  return bill.bill(period.end).filter(({ servicePeriod }) => servicePeriod.start < period.end);
}

function linesOfChange(bill: CaseBill, one: ChangeCase): readonly InvoiceLine[] {
  const { period } = bill.frame;
  const at = instantOf(one.at);
  const [before, after] = pricesOf(bill, one);
  bill.start(period.start, before, seatsOf(one.old));
  layDiscount(bill, one);
  bill.bill(period.start);
  if (isSeatChange(one)) bill.seats(at, seatsOf(one.new));
  else bill.move(at, after, seatsOf(one.new));
  return bill.billDayOf(at);
}

/** The same single price on both sides in another number. */
function isSeatChange({ old, new: next }: ChangeCase): boolean {
  return (
    old.length === 1 &&
    next.length === 1 &&
    old[0]?.unit_amount === next[0]?.unit_amount &&
    old[0]?.quantity !== next[0]?.quantity
  );
}

function pricesOf(bill: CaseBill, one: ChangeCase): readonly [readonly Price[], readonly Price[]] {
  const { old, new: next, discount } = one;
  const more = next.some(({ full }) => full === true) ? { cadence: otherCadence(bill.frame) } : {};
  if (isOneCoupon(one)) return [prices(bill, 'old', old), prices(bill, 'new', next, more)];
  const before = netAmounts(old, discount?.old);
  const after = netAmounts(next, discount?.new);
  if (isSeatChange(one)) return [[seatPriceAt(bill, one, before[0] ?? 0n, after[0] ?? 0n)], []];
  const flat = (side: string, amounts: readonly bigint[], terms: Partial<Price>) =>
    amounts.map((amountMinor, at) =>
      priceOf(`${side}${at}`, { unit_amount: Number(amountMinor), quantity: 1 }, bill.frame, terms),
    );
  return [flat('old', before, {}), flat('new', after, more)];
}

function prices(
  bill: CaseBill,
  side: string,
  items: readonly CaseItem[],
  more: Partial<Price> = {},
): Price[] {
  return items.map((item, at) => priceOf(`${side}${at}`, item, bill.frame, more));
}

/** Whether one coupon lowers both sides alike, or none does. */
function isOneCoupon({ discount }: ChangeCase): boolean {
  return JSON.stringify(discount?.old ?? null) === JSON.stringify(discount?.new ?? null);
}

const COUPON: Omit<Coupon, 'value'> = {
  id: 'coupon',
  key: 'coupon',
  name: 'Coupon',
  duration: { kind: 'forever' },
  scope: { planIds: [], priceKeys: [] },
  maxRedemptions: null,
  maxPerCustomer: null,
  redeemBy: null,
  stackOrder: 0,
  isStackable: true,
};

function layDiscount(bill: CaseBill, one: ChangeCase): void {
  const given = one.discount?.old;
  if (given == null || !isOneCoupon(one)) return;
  const value =
    given.type === 'percent'
      ? ({ kind: 'percent', percent: decimalOf(`${given.value}`) } as const)
      : ({ kind: 'amount', amountsMinor: { [EUR]: BigInt(given.value) } } as const);
  const { start } = bill.frame.period;
  const discount = {
    id: 'discount',
    coupon: { ...COUPON, value },
    redeemedAt: start,
    from: start,
    until: null,
    periods: null,
  };
  bill.account.apply({
    changes: [{ type: 'subscription_discount.create', subscriptionId: 'sub_1', discount }],
    events: [],
  });
}

/** What the prices of a full period come to after a discount: where each side has another one, they are sold so. */
function netAmounts(
  items: readonly CaseItem[],
  discount: CaseDiscount | null | undefined,
): readonly bigint[] {
  const gross = items.map((item) => BigInt(item.unit_amount) * BigInt(item.quantity));
  if (discount == null) return gross;
  const lines = items.map((_, at) => at);
  const value: DiscountTerm['value'] =
    discount.type === 'percent'
      ? { kind: 'percent', percent: decimalOf(`${discount.value}`) }
      : { kind: 'amount', amountMinor: BigInt(discount.value) };
  const taken = discountLines(gross, [{ value, lines }], DEFAULT_DISCOUNT_POLICY, 'half_away_from_zero');
  return gross.map((amount, at) =>
    sum([amount, ...taken.flatMap(({ line, amountMinor }) => (line === at ? [-amountMinor] : []))]),
  );
}

/** One price by seats that comes to these amounts for the old and for the new number. */
function seatPriceAt(bill: CaseBill, one: ChangeCase, before: bigint, after: bigint): Price {
  const sides = [
    { seats: seatsOf(one.old), flatMinor: before },
    { seats: seatsOf(one.new), flatMinor: after },
  ].sort((a, b) => Number(a.seats - b.seats));
  const tiers = sides.map(({ seats, flatMinor }, at) => ({
    upTo: at === 0 ? decimal12FromInteger(seats) : null,
    unitPrice: DECIMAL12_ZERO,
    flatMinor,
  }));
  return priceOf('old0', one.old[0] as CaseItem, bill.frame, { model: { kind: 'volume', tiers, per: 1n } });
}
