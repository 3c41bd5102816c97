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
      return billedForChange(frame, one);
  }
}

function billedBy({ period }: Frame, lines: readonly InvoiceLine[], isNewPeriod = false): Billed {
  // At the very end of the period the next one is billed too, which is no part of the case.
  const own = lines.filter(
    ({ kind, servicePeriod }) => isNewPeriod || kind === 'one_off' || servicePeriod.start < period.end,
  );
  const amountOf = (some: readonly InvoiceLine[]) => sum(some.map(({ amountMinor }) => amountMinor));
  const credits = own.filter(({ kind }) => kind === 'proration_credit');
  const charges = own.filter(({ kind }) => kind !== 'proration_credit');
  return {
    creditMinor: -amountOf(credits),
    chargeMinor: amountOf(charges),
    entriesMinor: entriesOf(own).map((entry) => amountOf(entry.lines)),
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
  bill.join(from, pricesOf(frame, 'p', recurring(one.items), terms));
  chargeOnce(bill, from, one.items);
  if (one.until === undefined) return bill.billDayOf(from);
  const until = instantOf(one.until);
  // Service that names a rule for its last day ends; other service goes on in another number.
  bill.leave(until, policies['termination_day'] === undefined ? 'change' : 'end');
  return bill.billDayOf(until);
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

function billedForChange(frame: Frame, one: ChangeCase): Billed {
  const at = instantOf(one.at);
  const joined = billedBy(frame, linesOfOwnPeriods(frame, at, one.new));
  // What is taken back of a price with a period of its own is what it would be charged for the same time.
  const taken = billedBy(frame, linesOfOwnPeriods(frame, at, one.old));
  const rest = { ...one, old: ownless(one.old), new: ownless(one.new) };
  const changed =
    rest.old.length === 0 ? billedForJoining(frame, at, rest.new) : billedForMove(frame, at, rest);
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

function ownless(items: readonly CaseItem[]): readonly CaseItem[] {
  return items.filter((item) => item.period_days === undefined);
}

/** Where nothing was before, prices join the period or begin one of their own. */
function billedForJoining(frame: Frame, at: Instant, items: readonly CaseItem[]): Billed {
  const bill = new CaseBill(frame);
  const isNewPeriod = items.some(({ full }) => full === true);
  if (isNewPeriod) bill.start(at, pricesOf(frame, 'new', recurring(items)));
  else {
    bill.start(frame.period.start, []);
    bill.join(at, pricesOf(frame, 'new', recurring(items)));
  }
  chargeOnce(bill, at, items);
  return billedBy(frame, isNewPeriod ? bill.bill(at) : bill.billDayOf(at), isNewPeriod);
}

function billedForMove(frame: Frame, at: Instant, given: ChangeCase): Billed {
  const bill = new CaseBill(frame);
  const one = { ...given, ...seated(recurring(given.old), recurring(given.new)) };
  const isNewPeriod = one.new.some(({ full }) => full === true);
  const more = isNewPeriod ? { cadence: otherCadence(frame) } : {};
  const [before, after] = pricesOfSides(frame, one, more);
  bill.start(frame.period.start, before, seatsOf(one.old));
  if (isOneCoupon(one)) layDiscount(bill, one.discount?.old);
  bill.bill(frame.period.start);
  if (isSeatChange(one)) bill.seats(at, seatsOf(one.new));
  else bill.move(at, after, seatsOf(one.new));
  chargeOnce(bill, at, given.new);
  return billedBy(frame, bill.billDayOf(at), isNewPeriod);
}

function recurring(items: readonly CaseItem[]): readonly CaseItem[] {
  return items.filter((item) => item.prorate !== false && item.period_days === undefined);
}

/** One-time fees are charged once and never taken back. */
function chargeOnce(bill: CaseBill, at: Instant, items: readonly CaseItem[]): void {
  for (const item of items) if (item.prorate === false) bill.charge(at, item);
}

/** A change of the number of one price is one of seats; so is the only price of a side with several units. */
function seated(old: readonly CaseItem[], next: readonly CaseItem[]) {
  const isSeats = isSeatChange({ old, new: next });
  const side = (items: readonly CaseItem[]) => {
    const several = items.filter(({ quantity }) => quantity !== 1);
    return items.map((item) => ({
      ...item,
      seats: isSeats || (several.length === 1 && several[0] === item),
    }));
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

function pricesOfSides(
  frame: Frame,
  one: ChangeCase,
  more: Partial<Price>,
): readonly [readonly Price[], readonly Price[]] {
  if (isOneCoupon(one)) return [pricesOf(frame, 'old', one.old), pricesOf(frame, 'new', one.new, more)];
  const before = netAmounts(one.old, one.discount?.old);
  const after = netAmounts(one.new, one.discount?.new);
  if (isSeatChange(one)) return [[seatPriceAt(frame, one, before[0] ?? 0n, after[0] ?? 0n)], []];
  const flat = (amounts: readonly bigint[]) =>
    amounts.map((amountMinor) => ({ unit_amount: Number(amountMinor), quantity: 1 }));
  return [pricesOf(frame, 'old', flat(before)), pricesOf(frame, 'new', flat(after), more)];
}

/** Whether one coupon lowers both sides alike, and neither to nothing. */
function isOneCoupon({ discount, old, new: next }: ChangeCase): boolean {
  const [before, after] = [discount?.old ?? null, discount?.new ?? null];
  if (JSON.stringify(before) !== JSON.stringify(after)) return false;
  if (before?.type !== 'fixed') return true;
  return [old, next].every((items) => sum(grossAmounts(items)) >= BigInt(before.value));
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

/** What the prices of a full period come to after a discount: where each side has another one, they are sold so. */
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

/** One price by seats that comes to these amounts for the old and for the new number. */
function seatPriceAt(frame: Frame, one: ChangeCase, before: bigint, after: bigint): Price {
  const sides = [
    { seats: seatsOf(one.old), flatMinor: before },
    { seats: seatsOf(one.new), flatMinor: after },
  ].sort((a, b) => Number(a.seats - b.seats));
  const tiers = sides.map(({ seats, flatMinor }, at) => ({
    upTo: at === 0 ? decimal12FromInteger(seats) : null,
    unitPrice: DECIMAL12_ZERO,
    flatMinor,
  }));
  return priceOf('old0', one.old[0] as CaseItem, frame, { model: { kind: 'volume', tiers, per: 1n } });
}
