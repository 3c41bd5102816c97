import { isCurrencyCode } from '../money/currency.ts';
import { isAmountInRange } from '../money/money.ts';
import type { Instant } from '../time/instant.ts';
import type { AddFault } from './check-figures.ts';
import { checkNames } from './check-figures.ts';
import { checkKey, checkReferences } from './check-key.ts';
import type { Coupon } from './coupon.ts';
import type { Fault } from './fault.ts';

/** What a coupon may refer to, and when it is made. */
export interface CouponContext {
  readonly now: Instant;
  readonly planIds: readonly string[];
  readonly priceKeys: readonly string[];
}

/** The part of a coupon that a seller writes. */
export type CouponDraft = Omit<Coupon, 'id'>;

export const MAX_COUPON_PERIODS = 1200;
const MAX_LIMIT = 1_000_000_000;
const PERCENT_100 = 100n * 10n ** 12n;

/** Finds everything that is wrong with a coupon at once. An empty list means that it may be offered. */
export function checkCoupon(draft: CouponDraft, context: CouponContext): readonly Fault[] {
  const faults: Fault[] = [];
  const add: AddFault = (pointer, code, detail) => faults.push({ pointer, code, detail });
  checkKey(draft.key, '/key', add);
  checkNames([draft.name], () => '/name', add);
  checkValue(draft, add);
  const { duration, scope, redeemBy } = draft;
  if (duration.kind === 'periods' && !isWhole(duration.count, 1, MAX_COUPON_PERIODS))
    add('/duration/count', 'coupon.periods', `A coupon lasts 1 to ${MAX_COUPON_PERIODS} periods.`);
  if (!['once', 'periods', 'forever'].includes(duration.kind))
    add('/duration/kind', 'coupon.duration', 'A coupon lasts once, for a number of periods or forever.');
  if (draft.maxRedemptions !== null && !isWhole(draft.maxRedemptions, 1, MAX_LIMIT))
    add('/max_redemptions', 'coupon.limit', 'A limit is a whole number, 1 or more.');
  if (draft.maxPerCustomer !== null && !isWhole(draft.maxPerCustomer, 1, MAX_LIMIT))
    add('/max_per_customer', 'coupon.limit', 'A limit is a whole number, 1 or more.');
  if (redeemBy !== null && !(redeemBy > context.now))
    add('/redeem_by', 'coupon.redeem_by_past', 'The last moment to redeem a coupon lies ahead.');
  if (!isWhole(draft.stackOrder, -MAX_LIMIT, MAX_LIMIT))
    add('/stack_order', 'coupon.stack_order', 'The place in the order is a whole number.');
  checkReferences(scope.planIds, context.planIds, (index) => `/scope/plan_ids/${index}`, add);
  checkReferences(scope.priceKeys, context.priceKeys, (index) => `/scope/price_keys/${index}`, add);
  return faults;
}

function checkValue({ value }: CouponDraft, add: AddFault): void {
  if (value.kind === 'percent') {
    if (value.percent <= 0n || value.percent > PERCENT_100)
      add('/value/percent', 'coupon.percent', 'A percentage is above 0 and at most 100.');
    return;
  }
  if (value.kind !== 'amount') {
    add('/value/kind', 'coupon.value', 'A coupon takes off a percentage or an amount.');
    return;
  }
  const amounts = Object.entries(value.amountsMinor);
  if (amounts.length === 0)
    add('/value/amounts_minor', 'coupon.no_amount', 'An amount is given in one currency at least.');
  for (const [currency, amountMinor] of amounts) {
    const at = `/value/amounts_minor/${currency.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!isCurrencyCode(currency))
      add(at, 'currency.unknown', 'The currency is not an active ISO 4217 code.');
    if (amountMinor === undefined || amountMinor <= 0n || !isAmountInRange(amountMinor))
      add(at, 'amount.out_of_range', 'An amount off is above zero and below 9e14 minor units.');
  }
}

function isWhole(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}
