import { Type } from 'typebox';
import {
  count,
  id,
  key,
  line,
  nullable,
  obj,
  percentText,
  planRef,
  positiveAmount,
  timestamp,
} from '../common.ts';

/** Customers type it in capitals or not; it is kept in small letters. */
export const couponCode = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[A-Za-z0-9_-]+$',
  description: 'The key of a coupon. Capitals make no difference.',
  examples: ['welcome-20'],
});

/** A percentage of every line, or an amount a period in each currency that it is offered in. */
export const couponValue = Type.Union([
  obj({ kind: Type.Literal('percent'), percent: percentText }),
  obj({
    kind: Type.Literal('amount'),
    amounts: Type.Record(Type.String({ pattern: '^[A-Z]{3}$' }), positiveAmount, {
      additionalProperties: false,
      minProperties: 1,
      maxProperties: 50,
    }),
  }),
]);

/** `once` is the period it is redeemed in; `periods` that one and those that follow. */
export const couponDuration = Type.Union([
  obj({ kind: Type.Literal('once') }),
  obj({ kind: Type.Literal('periods'), count: Type.Integer({ minimum: 1, maximum: 1200 }) }),
  obj({ kind: Type.Literal('forever') }),
]);

const limit = nullable(Type.Integer({ minimum: 1, maximum: 1_000_000_000 }));
const stackOrder = Type.Integer({ minimum: -1_000_000_000, maximum: 1_000_000_000 });
const couponFields = {
  key,
  name: line(200),
  value: couponValue,
  duration: couponDuration,
  /** Keys of the plans that it is for; empty means all. */
  plans: Type.Array(key, { maxItems: 200 }),
  /** Keys of the prices that it lowers; empty means all. */
  prices: Type.Array(key, { maxItems: 200 }),
  /** How often it may be redeemed in all; null for no limit. */
  max_redemptions: limit,
  max_per_customer: limit,
  /** The moment from which on it is not taken any more. */
  redeem_by: nullable(timestamp),
  /** Lower ones are taken off first. */
  stack_order: stackOrder,
  /** Whether it may stand beside other coupons. */
  stackable: Type.Boolean(),
};

export const coupon = obj({
  id: id('coup'),
  object: Type.Literal('coupon'),
  ...couponFields,
  redemptions: count,
  archived_at: nullable(timestamp),
  created_at: timestamp,
  updated_at: timestamp,
});
export const createCoupon = obj({
  key,
  name: line(200),
  value: couponValue,
  /** `forever` if left out. */
  duration: Type.Optional(couponDuration),
  plans: Type.Optional(Type.Array(key, { maxItems: 200 })),
  prices: Type.Optional(Type.Array(key, { maxItems: 200 })),
  max_redemptions: Type.Optional(limit),
  max_per_customer: Type.Optional(limit),
  redeem_by: Type.Optional(nullable(timestamp)),
  stack_order: Type.Optional(stackOrder),
  stackable: Type.Optional(Type.Boolean()),
});
export const updateCoupon = obj({
  name: Type.Optional(line(200)),
  redeem_by: Type.Optional(nullable(timestamp)),
  /** Not below what was redeemed already. */
  max_redemptions: Type.Optional(limit),
  archived: Type.Optional(Type.Boolean()),
});

/** A coupon on a subscription, as it was when it was given. */
export const discount = obj({
  id: id('disc'),
  object: Type.Literal('discount'),
  coupon: obj({ id: id('coup'), key, name: line(200) }),
  value: couponValue,
  duration: couponDuration,
  /** It lowers lines whose period begins from here on. */
  starts_at: timestamp,
  /** … and before this; null while it has no end. */
  ends_at: nullable(timestamp),
  running: Type.Boolean(),
  redeemed_at: timestamp,
});

/** What a coupon took off a line. */
export const lineDiscount = obj({
  coupon: line(200),
  /** Null for a discount that Stripe gave. */
  coupon_id: nullable(id('coup')),
  amount: Type.String({ pattern: '^-?(?:0|[1-9][0-9]{0,14})$' }),
});

export const couponRef = Type.Union([couponCode, id('coup')]);
export const addOnRef = planRef;
