import type { Coupon } from '@billhook/core/catalog/coupon';
import type { Price } from '@billhook/core/catalog/price';
import {
  DEFAULT_DISCOUNT_POLICY,
  type DiscountTerm,
  discountLines,
} from '@billhook/core/invoicing/discount-lines';
import { entriesOf } from '@billhook/core/invoicing/entries';
import type { InvoiceLine } from '@billhook/core/invoicing/invoice';
import { DECIMAL12_ZERO, decimal12FromInteger } from '@billhook/core/kernel/decimal';
import { EUR } from '@billhook/core/testing/factories';
import type { Instant } from '@billhook/core/time/instant';
import { sum } from './members.ts';
import { CaseBill, type Frame, frameOf, otherCadence, priceOf, seatsOf } from './proration-bill.ts';
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

/** What a bill takes back and charges for what happens in a case, and the amounts of its entries in order. */
export interface Billed {
  readonly creditMinor: bigint;
  readonly chargeMinor: bigint;
  readonly entriesMinor: readonly bigint[];
}

export function billedFor(one: AmountsCase, policies: Policies): Billed {
  const frame = frameOf(one, policyOf(one, policies));
  switch (one.kind) {
    case 'start':
      return billedBy(frame, linesOfStart(frame, one, policies));
    case 'cancel':
      return billedBy(frame, linesOfCancel(frame, one, policies));
    case 'change':
      return billedForChange(frame, one, policies);
  }
}

function billedBy({ period }: Frame, lines: readonly InvoiceLine[], isNewPeriod = false): Billed {
  // At the very end of the period the next one is billed too, which is no part of the case.
  const own = lines.filter(({ servicePeriod }) => isNewPeriod || servicePeriod.start < period.end);
  const amountOf = (some: readonly InvoiceLine[]) => sum(some.map(({ amountMinor }) => amountMinor));
  const credits = own.filter(({ kind }) => kind === 'proration_credit');
  const charges = own.filter(({ kind }) => kind !== 'proration_credit');
  return {
    creditMinor: -amountOf(credits),
    chargeMinor: amountOf(charges),
    entriesMinor: entriesOf(own).flatMap(({ lines: joined }) => amountOf(joined) || []),
  };
}

/**
 * Service from a moment inside the period joins its grid. Up to an end or a change inside it is charged in arrears, so
 * that the line is for the part alone.
 */
function linesOfStart(frame: Frame, one: StartCase, policies: Policies): readonly InvoiceLine[] {
  const bill = new CaseBill(frame);
  const from = instantOf(one.from);
  const terms = one.until === undefined ? {} : ({ timing: 'in_arrears' } as const);
  bill.start(frame.period.start, []);
  bill.join(from, pricesOf(frame, 'p', one.items, terms));
  if (one.until === undefined) return bill.billDayOf(from);
  const until = instantOf(one.until);
  const joined = new Set(bill.account.subscription.items.map(({ id }) => id));
  // Service that names a rule for its last day ends; other service goes on in another number.
  bill.leave(until, policies['termination_day'] === undefined ? 'change' : 'end');
  return bill.bill(frame.period.end).filter(({ itemId }) => joined.has(itemId));
}

/** A cancellation that names a rule for the day of a change is the credit side of a change. */
function linesOfCancel(frame: Frame, one: CancelCase, policies: Policies): readonly InvoiceLine[] {
  const bill = new CaseBill(frame);
  const at = instantOf(one.at);
  bill.start(frame.period.start, pricesOf(frame, 'p', recurring(one.items)));
  bill.bill(frame.period.start);
  if (policies['change_day'] === undefined) bill.cancel(at);
  else bill.move(at, [], 1n);
  return bill.billDayOf(at);
}

function billedForChange(frame: Frame, one: ChangeCase, policies: Policies): Billed {
  const at = instantOf(one.at);
  const joined = billedBy(frame, linesOfOwnPeriods(frame, at, one.new));
  // What is taken back of a price with a period of its own is what it would be charged for the same time.
  const taken = billedBy(frame, linesOfOwnPeriods(frame, at, one.old));
  const rest = withoutOwn(one, policies);
  const changed = rest.old.length === 0 ? billedForJoining(frame, at, rest) : billedForMove(frame, at, rest);
  return {
    creditMinor: changed.creditMinor + taken.chargeMinor,
    chargeMinor: changed.chargeMinor + joined.chargeMinor,
    entriesMinor: [
      ...taken.entriesMinor.map((amountMinor) => -amountMinor),
      ...changed.entriesMinor,
      ...joined.entriesMinor,
    ],
  };
}

/** Prices with a period of their own run from the change to the end of the case's period. */
function linesOfOwnPeriods(frame: Frame, at: Instant, items: readonly CaseItem[]): readonly InvoiceLine[] {
  const prices = items.flatMap((item, index) =>
    item.period_days === undefined
      ? []
      : priceOf(`own${index}`, item, frame, {
          timing: 'in_arrears',
          cadence: { interval: 'day', count: item.period_days },
        }),
  );
  if (prices.length === 0) return [];
  const bill = new CaseBill(frame);
  bill.start(frame.period.start, []);
  bill.join(at, prices);
  bill.cancel(at, frame.period.end);
  return bill.bill(frame.period.end);
}

/** The change without prices that have a period of their own, and without fees of before, which stand. */
function withoutOwn(one: ChangeCase, policies: Policies): ChangeCase {
  const sides = isOneCoupon(one, policies) ? one : soldNet(one);
  const ownless = (items: readonly CaseItem[]) => items.filter((item) => item.period_days === undefined);
  return { ...sides, old: recurring(ownless(sides.old)), new: ownless(sides.new) };
}

/** Where nothing was before, prices join the period or begin one of their own. */
function billedForJoining(frame: Frame, at: Instant, one: ChangeCase): Billed {
  const bill = new CaseBill(frame);
  const isNewPeriod = one.new.some(({ full }) => full === true);
  const prices = pricesOf(frame, 'new', one.new);
  if (isNewPeriod) bill.start(at, prices);
  else {
    bill.start(frame.period.start, []);
    bill.join(at, prices);
  }
  return billedBy(frame, isNewPeriod ? bill.bill(at) : bill.billDayOf(at), isNewPeriod);
}

function billedForMove(frame: Frame, at: Instant, given: ChangeCase): Billed {
  const bill = new CaseBill(frame);
  const one = { ...given, ...seated(given.old, given.new) };
  const isNewPeriod = one.new.some(({ full }) => full === true);
  const more = isNewPeriod ? { cadence: otherCadence(frame) } : {};
  const before = isSeatChange(one) ? [seatPrice(frame, one)] : pricesOf(frame, 'old', one.old);
  bill.start(frame.period.start, before, seatsOf(one.old));
  layDiscount(bill, one.discount?.old);
  bill.bill(frame.period.start);
  if (isSeatChange(one)) bill.seats(at, seatsOf(one.new));
  else bill.move(at, pricesOf(frame, 'new', one.new, more), seatsOf(one.new));
  return billedBy(frame, bill.billDayOf(at), isNewPeriod);
}

function recurring(items: readonly CaseItem[]): readonly CaseItem[] {
  return items.filter((item) => item.prorate !== false);
}

/** A change of the number of one price is one of seats; so is the only price of a side with several units. */
function seated(old: readonly CaseItem[], next: readonly CaseItem[]) {
  const isSeats = isSeatChange({ old, new: next });
  const side = (items: readonly CaseItem[]) => {
    const several = items.filter(({ quantity }) => quantity !== 1);
    const isOnly = (item: CaseItem) => item.net === undefined && several.length === 1 && several[0] === item;
    return items.map((item) => ({ ...item, seats: isSeats || isOnly(item) }));
  };
  return { old: side(old), new: side(next) };
}

/** The same single price on both sides in another number. */
function isSeatChange({ old, new: next }: Pick<ChangeCase, 'old' | 'new'>): boolean {
  return (
    old.length === 1 &&
    next.length === 1 &&
    next[0]?.full !== true &&
    old[0]?.unit_amount === next[0]?.unit_amount &&
    old[0]?.quantity !== next[0]?.quantity
  );
}

function pricesOf(
  frame: Frame,
  side: string,
  items: readonly CaseItem[],
  more: Partial<Price> = {},
): readonly Price[] {
  return items.map((item, at) => priceOf(`${side}${at}`, item, frame, more));
}

/**
 * Whether one coupon lowers both sides as the case has it: a bill grants an amount once a period, on all that it
 * charges, and no price falls below nothing.
 */
function isOneCoupon({ discount, old, new: next }: ChangeCase, policies: Policies): boolean {
  const [before, after] = [discount?.old ?? null, discount?.new ?? null];
  if (before === null && after === null) return true;
  const items = [...old, ...next];
  if (JSON.stringify(before) !== JSON.stringify(after) || old.length === 0) return false;
  if (items.some((item) => item.prorate === false || item.period_days !== undefined)) return false;
  if (before?.type !== 'fixed') return true;
  const givesBack = policies['change_mode'] === undefined && policies['upgrade_credit'] === undefined;
  return givesBack && [old, next].every((side) => sum(grossAmounts(side)) >= BigInt(before.value));
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

function layDiscount(bill: CaseBill, given: CaseDiscount | null | undefined): void {
  if (given == null) return;
  const value: Coupon['value'] =
    given.type === 'percent'
      ? { kind: 'percent', percent: decimalOf(`${given.value}`) }
      : { kind: 'amount', amountsMinor: { [EUR]: BigInt(given.value) } };
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

function grossAmounts(items: readonly CaseItem[]): readonly bigint[] {
  return items.map((item) => BigInt(item.unit_amount) * BigInt(item.quantity));
}

/** Otherwise the prices are sold net of it: what a full period comes to after the discount of its side. */
function soldNet(one: ChangeCase): ChangeCase {
  const side = (items: readonly CaseItem[], discount: CaseDiscount | null | undefined) =>
    items.map((item, at): CaseItem => ({ ...item, net: netAmounts(items, discount)[at] ?? 0n }));
  const { discount, ...rest } = one;
  return { ...rest, old: side(one.old, discount?.old), new: side(one.new, discount?.new) };
}

function netAmounts(
  items: readonly CaseItem[],
  discount: CaseDiscount | null | undefined,
): readonly bigint[] {
  const gross = grossAmounts(items);
  if (discount == null) return gross;
  const value: DiscountTerm['value'] =
    discount.type === 'percent'
      ? { kind: 'percent', percent: decimalOf(`${discount.value}`) }
      : { kind: 'amount', amountMinor: BigInt(discount.value) };
  const term = { value, lines: items.map((_, at) => at) };
  const taken = discountLines(gross, [term], DEFAULT_DISCOUNT_POLICY, 'half_away_from_zero');
  return gross.map((amount, at) =>
    sum([amount, ...taken.flatMap(({ line, amountMinor }) => (line === at ? [-amountMinor] : []))]),
  );
}

/** The price of a change of seats: so much a seat or, sold net, one price that comes to both amounts. */
function seatPrice(frame: Frame, { old, new: next }: ChangeCase): Price {
  const [before, after] = [old[0] as CaseItem, next[0] as CaseItem];
  if (before.net === undefined || after.net === undefined) return priceOf('old0', before, frame);
  const [few, many] = before.quantity < after.quantity ? [before, after] : [after, before];
  const tiers = [
    { upTo: decimal12FromInteger(BigInt(few.quantity)), unitPrice: DECIMAL12_ZERO, flatMinor: few.net ?? 0n },
    { upTo: null, unitPrice: DECIMAL12_ZERO, flatMinor: many.net ?? 0n },
  ];
  return priceOf('old0', before, frame, { model: { kind: 'volume', tiers, per: 1n } });
}
