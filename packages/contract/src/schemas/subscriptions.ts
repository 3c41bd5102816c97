import { Type } from 'typebox';
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
  seats,
  timestamp,
  timeZone,
} from '../common.ts';
import { draftTotals } from './invoices.ts';

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

export const subscription = obj({
  id: id('sub'),
  object: Type.Literal('subscription'),
  customer: id('cus'),
  customer_name: line(200),
  status: subscriptionStatus,
  collection: Type.Enum(['automatic', 'manual']),
  billing_authority: Type.Enum(['billhook', 'stripe']),
  currency,
  time_zone: timeZone,
  plan: planFace,
  quantity: seats,
  items: Type.Array(
    obj({
      id: id('si'),
      object: Type.Literal('subscription_item'),
      plan: planFace,
      quantity: seats,
      starts_at: timestamp,
      ends_at: nullable(timestamp),
    }),
  ),
  mrr: amount,
  started_at: timestamp,
  anchor_at: timestamp,
  trial_end_at: nullable(timestamp),
  current_period_start: timestamp,
  current_period_end: timestamp,
  next_bill_at: nullable(timestamp),
  cancel_at: nullable(timestamp),
  canceled_at: nullable(timestamp),
  ended_at: nullable(timestamp),
  scheduled_change: nullable(obj({ at: timestamp, plan: planFace, quantity: seats })),
  metadata,
  created_at: timestamp,
  updated_at: timestamp,
});

export const createSubscription = obj({
  customer: customerRef,
  plan: planRef,
  quantity: Type.Optional(seats),
  start_at: Type.Optional(timestamp),
  /** Overrides the trial of the plan. */
  trial_days: Type.Optional(Type.Integer({ minimum: 0, maximum: 730 })),
  collection: Type.Optional(Type.Enum(['automatic', 'manual'])),
  payment_method: Type.Optional(id('pm')),
  metadata: Type.Optional(metadata),
});
export const previewSubscription = obj({
  customer: customerRef,
  plan: planRef,
  quantity: Type.Optional(seats),
  start_at: Type.Optional(timestamp),
  trial_days: Type.Optional(Type.Integer({ minimum: 0, maximum: 730 })),
});

const when = Type.Enum(['now', 'period_end']);
const changeFields = {
  plan: Type.Optional(planRef),
  quantity: Type.Optional(seats),
  when: Type.Optional(when),
};
export const previewChange = obj(changeFields);
/** With a token of a preview, the change is refused if anything changed since. */
export const changeSubscription = obj({ ...changeFields, preview_token: Type.Optional(line(500)) });
export const cancelSubscription = obj({ when: Type.Optional(when), reason: Type.Optional(line(500)) });

/** What a start or a change would cost, computed by the engine that will charge it. */
export const subscriptionPreview = obj({
  object: Type.Literal('subscription_preview'),
  token: line(500),
  effective_at: timestamp,
  from_plan: nullable(planFace),
  to_plan: planFace,
  quantity: seats,
  direction: Type.Enum(['start', 'upgrade', 'downgrade', 'sidegrade', 'quantity']),
  trial_end_at: nullable(timestamp),
  ...draftTotals,
  /** Customer credit that this would make. */
  credit_granted: notNegativeAmount,
  next_charge: nullable(obj({ at: timestamp, total: amount })),
  /** Names of features that are lost and gained. */
  features_lost: Type.Array(line(200)),
  features_gained: Type.Array(line(200)),
});
