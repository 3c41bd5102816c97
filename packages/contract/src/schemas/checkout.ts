import { Type } from 'typebox';
import {
  amount,
  currency,
  id,
  key,
  line,
  notNegativeAmount,
  notNegativeDecimal,
  nullable,
  obj,
  planRef,
  seats,
  text,
  timestamp,
  webAddress,
} from '../common.ts';
import { planKind, planRight, price } from './catalog.ts';
import { couponCode } from './coupons.ts';
import { lineDraft, methodKind } from './invoices.ts';
import { seller } from './portal-people.ts';

/** The name of a kind of provider, such as `stripe` or `paypal`. */
export const providerName = Type.String({ pattern: '^[a-z][a-z0-9_]{1,39}$' });

export const checkout = obj({
  id: id('chk'),
  object: Type.Literal('checkout'),
  purpose: Type.Enum(['subscription', 'invoice', 'card', 'request']),
  status: Type.Enum(['creating', 'open', 'completed', 'expired']),
  customer: id('cus'),
  plan: nullable(key),
  plan_name: nullable(line(200)),
  quantity: seats,
  /** The key of the coupon that the price rests on. */
  coupon: nullable(key),
  /** At whose page it is paid. */
  provider: providerName,
  currency,
  amount: notNegativeAmount,
  /** Where to pay; null until the provider gave the address, and after the end. */
  url: nullable(webAddress),
  invoice: nullable(id('inv')),
  subscription: nullable(id('sub')),
  /** With what it was completed; null until then. */
  method_kind: nullable(methodKind),
  /** Completed, and its money takes days to arrive, as that of a debit. */
  is_under_way: Type.Boolean(),
  expires_at: timestamp,
  completed_at: nullable(timestamp),
  created_at: timestamp,
});
const returns = {
  success_url: webAddress,
  cancel_url: webAddress,
  /** At whose page to pay; the seller's first choice unless named. */
  provider: Type.Optional(providerName),
};

/** A way to pay that the seller offers. */
export const paymentOption = obj({
  object: Type.Literal('payment_option'),
  provider: providerName,
  /** What people call the provider. */
  title: line(100),
  kinds: Type.Array(Type.Enum(['card', 'sepa_debit', 'paypal'])),
  is_default: Type.Boolean(),
});
export const startCheckout = obj({
  plan: planRef,
  quantity: Type.Optional(seats),
  coupon: Type.Optional(couponCode),
  ...returns,
});
export const startCardCheckout = obj(returns);
export const payInvoice = obj(returns);

/** A plan as the pricing page shows it. */
export const publicPlan = obj({
  id: id('plan'),
  object: Type.Literal('public_plan'),
  kind: planKind,
  key,
  name: line(200),
  description: text(2000),
  family: key,
  rank: Type.Integer({ minimum: 0 }),
  highlights: Type.Array(line(200)),
  /** Keys of the plans that an add-on is offered with; empty means all. */
  offered_with: Type.Array(key),
  version_id: id('plv'),
  currency,
  /** Every currency that it is sold in. */
  currencies: Type.Array(currency),
  trial_days: Type.Integer({ minimum: 0, maximum: 730 }),
  prices: Type.Array(price),
  entitlements: Type.Array(planRight),
  /** Units of the meters that prices name, by key of the meter. */
  units: Type.Record(Type.String(), line(50)),
  created_at: timestamp,
});
export const publicCatalogue = obj({
  object: Type.Literal('public_catalogue'),
  seller,
  /** The currency that was asked for, or that of the seller. */
  currency,
  plans: Type.Array(publicPlan),
  add_ons: Type.Array(publicPlan),
  /** Shown instead of the plans, where the seller chose Stripe's own. */
  stripe_pricing_table: nullable(obj({ id: line(120), publishable_key: line(220) })),
});

export const publicPricePreview = obj({
  plan: planRef,
  quantity: Type.Optional(seats),
  currency: Type.Optional(currency),
  coupon: Type.Optional(couponCode),
  /** Expected usage of a period by key of the meter. */
  usage: Type.Optional(
    Type.Record(Type.String({ pattern: '^[a-z0-9_-]{1,64}$' }), notNegativeDecimal, {
      additionalProperties: false,
      maxProperties: 50,
    }),
  ),
});
export const publicPriceAnswer = obj({
  object: Type.Literal('public_price'),
  plan: key,
  currency,
  lines: Type.Array(lineDraft),
  total: amount,
  /** The period after that at the same use: a coupon may have ended by then. */
  next_total: amount,
  /** A year at the same use, from now on; null where it cannot be told ahead. */
  year_total: nullable(amount),
});
