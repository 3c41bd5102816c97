import { Type } from 'typebox';
import {
  amount,
  currency,
  decimal,
  id,
  key,
  line,
  metadata,
  notNegativeAmount,
  nullable,
  obj,
  positiveAmount,
  seats,
  timestamp,
  timeZone,
} from '../common.ts';
import { pricing } from './catalog.ts';
import { discount } from './coupons.ts';

export const subscriptionStatus = Type.Enum([
  'scheduled',
  'trialing',
  'active',
  'past_due',
  'paused',
  'canceled',
]);

/** Which plan, in which version. */
export const planFace = obj({
  id: id('plan'),
  key,
  name: line(200),
  version: Type.Integer({ minimum: 1 }),
  version_id: id('plv'),
});

export const pauseMode = Type.Enum(['keep_period', 'stop_period']);
export const trialEndBehavior = Type.Enum(['convert', 'cancel', 'cancel_without_payment_method']);

const stepFields = { id: id('step'), object: Type.Literal('scheduled_step'), at: timestamp };
/** Which add-on. */
const addOnFace = obj({ id: id('plan'), key, name: line(200) });

/** Something that will happen by itself, and can be undone by its id until then. */
export const scheduledStep = Type.Union([
  obj({
    ...stepFields,
    kind: Type.Literal('change'),
    plan: planFace,
    quantity: seats,
    /** The number of the phase that begins; null for a change that is no phase. */
    phase: nullable(Type.Integer({ minimum: 1 })),
    prorated: Type.Boolean(),
  }),
  obj({ ...stepFields, kind: Type.Literal('seats'), quantity: seats, prorated: Type.Boolean() }),
  obj({ ...stepFields, kind: Type.Literal('cancel'), credit: Type.Boolean(), reason: line(500, 0) }),
  obj({ ...stepFields, kind: Type.Literal('pause'), mode: pauseMode }),
  obj({ ...stepFields, kind: Type.Literal('resume') }),
  obj({
    ...stepFields,
    kind: Type.Literal('add_on_quantity'),
    add_on: addOnFace,
    quantity: seats,
    prorated: Type.Boolean(),
  }),
  obj({ ...stepFields, kind: Type.Literal('add_on_end'), add_on: addOnFace, credit: Type.Boolean() }),
]);

/**
 * What unbilled usage must reach to be billed inside its period: by the setting of the seller, or an amount of this
 * subscription's own in minor units of its currency, where null is never.
 */
export const billingThreshold = Type.Union([
  obj({ source: Type.Literal('seller') }),
  obj({ source: Type.Literal('subscription'), amount: nullable(positiveAmount) }),
]);

const [, ...ratedPricing] = pricing.anyOf;
/** How something was charged once; a flat amount is less than nothing where a correction of usage gave back. */
const chargedOnce = Type.Union([obj({ model: Type.Literal('flat'), amount }), ...ratedPricing]);

export const subscription = obj({
  id: id('sub'),
  object: Type.Literal('subscription'),
  customer: id('cus'),
  customer_name: line(200),
  status: subscriptionStatus,
  collection: Type.Enum(['automatic', 'manual']),
  /** Who computes it; never changes. One of Stripe is changed by asking Stripe. */
  billing_authority: Type.Enum(['billhook', 'stripe']),
  /** Stripe's id of one that Stripe computes. */
  stripe_id: nullable(line(255)),
  /** What Stripe says of one that it computes, beyond its plan; null for one of ours. */
  at_stripe: nullable(
    obj({
      discounts: Type.Array(
        obj({
          name: line(200),
          /** The code that the customer gave. */
          code: nullable(line(255)),
          percent: nullable(decimal),
          amount: nullable(notNegativeAmount),
          starts_at: timestamp,
          ends_at: nullable(timestamp),
        }),
      ),
      /** While collecting is paused there. */
      collection_paused: nullable(
        obj({
          /** What becomes of invoices meanwhile. */
          invoices: Type.Enum(['keep_as_draft', 'mark_uncollectible', 'void']),
          /** Whether access rests as well: it does where invoices are voided. */
          service_rests: Type.Boolean(),
          /** Null until somebody resumes it. */
          resumes_at: nullable(timestamp),
        }),
      ),
    }),
  ),
  currency,
  time_zone: timeZone,
  plan: planFace,
  quantity: seats,
  items: Type.Array(
    obj({
      id: id('si'),
      object: Type.Literal('subscription_item'),
      plan: planFace,
      /** What brought it beside the plan; null for the plan itself. */
      add_on: nullable(addOnFace),
      price_key: key,
      price_name: line(200),
      charged_for: Type.Enum(['fixed', 'seats', 'meter']),
      /** Model or terms were agreed for this subscription alone. */
      overridden: Type.Boolean(),
      quantity: seats,
      starts_at: timestamp,
      ends_at: nullable(timestamp),
    }),
  ),
  /** Add-ons that run, with what they are called. */
  add_ons: Type.Array(
    obj({
      add_on: addOnFace,
      quantity: seats,
      starts_at: timestamp,
      /** The end on the schedule. */
      ends_at: nullable(timestamp),
    }),
  ),
  /** Coupons that were given, in the order they were. */
  discounts: Type.Array(discount),
  /** What was charged once. */
  charges: Type.Array(
    obj({
      id: id('chg'),
      object: Type.Literal('charge'),
      description: line(500),
      quantity: seats,
      pricing: chargedOnce,
      add_on: nullable(addOnFace),
      charged_at: timestamp,
    }),
  ),
  mrr: amount,
  started_at: timestamp,
  anchor_at: timestamp,
  trial_end_at: nullable(timestamp),
  trial_end_behavior: trialEndBehavior,
  /** A day of the month on which periods begin, chosen apart from the anchor. */
  billing_day: nullable(Type.Integer({ minimum: 1, maximum: 31 })),
  billing_threshold: billingThreshold,
  current_period_start: timestamp,
  current_period_end: timestamp,
  next_bill_at: nullable(timestamp),
  /** Everything that lies ahead, in order of time. */
  schedule: Type.Array(scheduledStep),
  /** The last one has no end while the subscription is paused. */
  pauses: Type.Array(obj({ from: timestamp, to: nullable(timestamp), mode: pauseMode })),
  /** The end on the schedule. */
  cancel_at: nullable(timestamp),
  canceled_at: nullable(timestamp),
  ended_at: nullable(timestamp),
  /** The next change of plan on the schedule. */
  scheduled_change: nullable(obj({ at: timestamp, plan: planFace, quantity: seats })),
  metadata,
  created_at: timestamp,
  updated_at: timestamp,
});
