import { type TProperties, Type } from 'typebox';
import {
  amount,
  currency,
  customerRef,
  id,
  key,
  line,
  metadata,
  notNegativeAmount,
  nullable,
  obj,
  planRef,
  positiveAmount,
  seats,
  timestamp,
} from '../common.ts';
import { priceTerms, pricing } from './catalog.ts';
import { addOnRef, couponRef } from './coupons.ts';
import { draftTotals } from './invoices.ts';
import {
  billingThreshold,
  pauseMode,
  planFace,
  scheduledStep,
  subscriptionStatus,
  trialEndBehavior,
} from './subscriptions.ts';

const stepTime = Type.Optional(timestamp);
const proration = Type.Optional(
  Type.Enum(['price', 'none'], {
    description: '`price`, the default, settles as each price says; `none` charges from the next period on.',
  }),
);
const version = Type.Integer({ minimum: 1, maximum: 1_000_000 });

/** The figures of one price as agreed for one subscription; what is left out stays as it is sold. */
const priceFigures = { pricing: Type.Optional(pricing), terms: Type.Optional(priceTerms) };

const startFields = {
  customer: customerRef,
  plan: planRef,
  quantity: Type.Optional(seats),
  /** The customer's currency if left out. One customer may be billed in several, on an invoice for each. */
  currency: Type.Optional(currency),
  /** May lie in the past as far as the setting `max_backdate_days` goes. */
  start_at: Type.Optional(timestamp),
  /** Overrides the trial of the plan. */
  trial_days: Type.Optional(Type.Integer({ minimum: 0, maximum: 730 })),
  trial_end_behavior: Type.Optional(trialEndBehavior),
  /** A day of the month on which periods begin; the first one is then a part of a period. */
  billing_day: Type.Optional(Type.Integer({ minimum: 1, maximum: 31 })),
  /** Plans that follow at moments of their own. */
  phases: Type.Optional(
    Type.Array(obj({ at: timestamp, plan: planRef, quantity: Type.Optional(seats) }), { maxItems: 50 }),
  ),
  /** Ends by itself after so many periods. */
  end_after_periods: Type.Optional(Type.Integer({ minimum: 1, maximum: 1200 })),
  /** By key or id; each is redeemed with the start. */
  coupons: Type.Optional(Type.Array(couponRef, { maxItems: 10 })),
  price_overrides: Type.Optional(Type.Array(obj({ price: key, ...priceFigures }), { maxItems: 50 })),
  billing_threshold: Type.Optional(billingThreshold),
  collection: Type.Optional(Type.Enum(['automatic', 'manual'])),
  payment_method: Type.Optional(id('pm')),
  metadata: Type.Optional(metadata),
};

const changeFields = {
  plan: Type.Optional(planRef),
  quantity: Type.Optional(seats),
  /** `by_direction`: up at once, down at the end of the period. Left out with `at`. */
  when: Type.Optional(Type.Enum(['now', 'period_end', 'by_direction'])),
  at: stepTime,
  /** Your word on it; the order of the plans decides if it is left out. */
  direction: Type.Optional(Type.Enum(['upgrade', 'downgrade', 'sidegrade'])),
  proration,
};
const when = Type.Optional(Type.Enum(['now', 'period_end']));
const seatsFields = { quantity: seats, when, at: stepTime, proration };
const cancelFields = {
  when,
  at: stepTime,
  /** Whether what was paid for the time after the end is credited; at the end of a period nothing is left. */
  credit: Type.Optional(Type.Boolean()),
  reason: Type.Optional(line(500, 0)),
};
const renewalFields = { renews: Type.Boolean() };
const pauseFields = {
  mode: Type.Optional(pauseMode),
  /** At once if left out. */
  from: stepTime,
  /** Until somebody resumes it if left out. */
  until: stepTime,
};
const resumeFields = { at: stepTime };
const overrideFields = { price: key, ...priceFigures, proration };
/** Ends the trial at once if left out. */
const trialFields = { end_at: stepTime };
const discountFields = { coupon: couponRef };
const addOnFields = { add_on: addOnRef, quantity: Type.Optional(seats) };
const addOnQuantityFields = { quantity: seats, when, at: stepTime, proration };
const endAddOnFields = { when, at: stepTime, credit: Type.Optional(Type.Boolean()) };
/** Minor units for one; tax as for any price. */
const chargeFields = { description: line(200), amount: positiveAmount, quantity: Type.Optional(seats) };
const migrateFields = { version, when: Type.Optional(Type.Enum(['now', 'at_renewal', 'never'])), proration };

/** What may be done to a subscription, as a preview takes it: the body of the command and its name. */
export const subscriptionAction = Type.Union([
  obj({ action: Type.Literal('change'), ...changeFields }),
  obj({ action: Type.Literal('seats'), ...seatsFields }),
  obj({ action: Type.Literal('cancel'), ...cancelFields }),
  obj({ action: Type.Literal('renewal'), ...renewalFields }),
  obj({ action: Type.Literal('pause'), ...pauseFields }),
  obj({ action: Type.Literal('resume'), ...resumeFields }),
  obj({ action: Type.Literal('undo'), step: id('step') }),
  obj({ action: Type.Literal('price'), ...overrideFields }),
  obj({ action: Type.Literal('trial'), ...trialFields }),
  obj({ action: Type.Literal('migrate'), ...migrateFields }),
  obj({ action: Type.Literal('discount'), ...discountFields }),
  obj({ action: Type.Literal('end_discount'), discount: id('disc') }),
  obj({ action: Type.Literal('add_on'), ...addOnFields }),
  obj({ action: Type.Literal('add_on_quantity'), add_on: addOnRef, ...addOnQuantityFields }),
  obj({ action: Type.Literal('end_add_on'), add_on: addOnRef, ...endAddOnFields }),
  obj({ action: Type.Literal('charge'), ...chargeFields }),
]);

/** The same by the customer's own people. */
export const mySubscriptionAction = Type.Union([
  obj({ action: Type.Literal('change'), plan: changeFields.plan, quantity: changeFields.quantity, when }),
  obj({ action: Type.Literal('cancel'), when }),
  obj({ action: Type.Literal('pause'), until: stepTime }),
  obj({ action: Type.Literal('resume') }),
  obj({ action: Type.Literal('undo'), step: id('step') }),
  obj({ action: Type.Literal('add_on'), ...addOnFields }),
  obj({ action: Type.Literal('add_on_quantity'), add_on: addOnRef, quantity: seats, when }),
  obj({ action: Type.Literal('end_add_on'), add_on: addOnRef, when }),
]);

/** With a token of a preview, the command is refused if anything that the preview rests on has changed. */
const confirmed = <P extends TProperties>(fields: P) =>
  obj({ ...fields, preview_token: Type.Optional(line(500)) });

export const createSubscription = confirmed(startFields);
export const previewSubscription = obj(startFields);
export const previewChange = obj(changeFields);
export const changeSubscription = confirmed(changeFields);
export const changeSeats = confirmed(seatsFields);
export const cancelSubscription = confirmed(cancelFields);
export const setRenewal = confirmed(renewalFields);
export const pauseSubscription = confirmed(pauseFields);
export const resumeSubscription = confirmed(resumeFields);
export const undoStep = confirmed({});
export const overridePrice = confirmed(overrideFields);
export const moveTrial = confirmed(trialFields);
export const migrateSubscription = confirmed(migrateFields);

export const addDiscount = confirmed(discountFields);
export const endDiscount = confirmed({});
export const takeAddOn = confirmed(addOnFields);
export const changeAddOn = confirmed(addOnQuantityFields);
export const endAddOn = confirmed(endAddOnFields);
export const chargeOnce = confirmed(chargeFields);

export const changeMyPlan = confirmed({ plan: changeFields.plan, quantity: changeFields.quantity, when });
export const cancelMySubscription = confirmed({ when, reason: cancelFields.reason });
export const pauseMySubscription = confirmed({ until: stepTime });
export const resumeMySubscription = confirmed({});
export const changeMyAddOn = confirmed({ quantity: seats, when });
export const endMyAddOn = confirmed({ when });
/** Everything that a customer may undo is undone by its id, or without one the end or else the next step. */
export const undoMyStep = confirmed({ step: Type.Optional(id('step')) });

/** What an action would do and cost, computed by the engine that will do it. */
export const subscriptionPreview = obj({
  object: Type.Literal('subscription_preview'),
  action: Type.Enum([
    'start',
    'change',
    'seats',
    'cancel',
    'renewal',
    'pause',
    'resume',
    'undo',
    'price',
    'trial',
    'migrate',
    'discount',
    'end_discount',
    'add_on',
    'add_on_quantity',
    'end_add_on',
    'charge',
  ]),
  token: line(500),
  /** The token is taken until then. */
  expires_at: timestamp,
  effective_at: timestamp,
  from_plan: nullable(planFace),
  to_plan: planFace,
  quantity: seats,
  /** Null for what is no change of plan or seats. */
  direction: nullable(Type.Enum(['start', 'upgrade', 'downgrade', 'sidegrade', 'quantity'])),
  /** How the subscription stands right after it is confirmed. */
  status: subscriptionStatus,
  schedule: Type.Array(scheduledStep),
  trial_end_at: nullable(timestamp),
  /** The invoice of the moment of effect. */
  ...draftTotals,
  /** Customer credit that this would make. */
  credit_granted: notNegativeAmount,
  /** What is charged when it is confirmed: nothing, where the effect lies ahead. */
  due_today: notNegativeAmount,
  /** The invoice after that, from what is known now. */
  next_invoice: nullable(obj({ at: timestamp, ...draftTotals })),
  next_charge: nullable(obj({ at: timestamp, total: amount })),
  /** Names of features that are lost and gained. */
  features_lost: Type.Array(line(200)),
  features_gained: Type.Array(line(200)),
});

const migrationFields = {
  when: Type.Optional(Type.Enum(['now', 'at_renewal', 'never'])),
  /** Numbers of the versions to move from; all others if left out. */
  from_versions: Type.Optional(Type.Array(version, { minItems: 1, maxItems: 100, uniqueItems: true })),
  proration,
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 500, description: 'Subscriptions at once, 200 if left out.' }),
  ),
  starting_after: Type.Optional(id('sub')),
};
export const migratePlan = obj(migrationFields);

const migrationPage = {
  has_more: Type.Boolean(),
  /** Goes into `starting_after` of the next request; null at the end. */
  next_cursor: nullable(id('sub')),
};
const migrationFace = { subscription: id('sub'), customer: id('cus'), customer_name: line(200) };
const migrationRefusal = nullable(obj({ code: line(100), detail: line(500) }));

/** Who pays what after a migration. */
export const migrationPreview = obj({
  object: Type.Literal('migration_preview'),
  to_plan: planFace,
  data: Type.Array(
    obj({
      ...migrationFace,
      from_version: version,
      currency: draftTotals.currency,
      /** A month, at the present quantity. */
      mrr_before: amount,
      mrr_after: amount,
      effective_at: nullable(timestamp),
      due_today: notNegativeAmount,
      refusal: migrationRefusal,
    }),
  ),
  ...migrationPage,
});

export const migration = obj({
  object: Type.Literal('migration'),
  to_plan: planFace,
  moved: Type.Integer({ minimum: 0 }),
  scheduled: Type.Integer({ minimum: 0 }),
  unchanged: Type.Integer({ minimum: 0 }),
  refused: Type.Array(obj({ ...migrationFace, code: line(100), detail: line(500) })),
  ...migrationPage,
});
