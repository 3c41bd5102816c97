import { Type } from 'typebox';
import {
  amount,
  count,
  currency,
  decimal,
  id,
  key,
  line,
  notNegativeAmount,
  notNegativeDecimal,
  nullable,
  obj,
  period,
  timestamp,
} from '../common.ts';
import { overage } from './catalog.ts';
import { currencyAccount, currencyAmount, customer, feedEvent } from './customers.ts';
import { invoiceSummary, payment, paymentMethod } from './invoices.ts';
import { member } from './portal-people.ts';
import { subscription } from './subscriptions.ts';
import { entitlement, usageProjection } from './usage.ts';

/** One metered feature of a customer in its running window. */
export const meterStanding = obj({
  feature: key,
  feature_name: line(200),
  meter: key,
  meter_name: line(200),
  unit: line(50),
  period,
  used: decimal,
  limit: nullable(notNegativeDecimal),
  /** Whole percent of the limit, rounded down; null without a limit. May exceed 100. */
  percent: nullable(Type.Integer({ minimum: 0 })),
  level: Type.Enum(['ok', 'warning', 'critical', 'over']),
  overage,
  resets_at: nullable(timestamp),
  /** Whose right it is: every plan that counts a meter counts all of its use. Null for what no subscription grants. */
  subscription: nullable(id('sub')),
});

/** Everything that staff need on one page about a customer. */
export const customerOverview = obj({
  object: Type.Literal('customer_overview'),
  customer,
  /** The customer's first currency. Figures in others stand apart: amounts are never converted or added up. */
  ...currencyAccount.properties,
  other_currencies: Type.Array(currencyAccount),
  subscriptions: Type.Array(subscription),
  usage: Type.Array(meterStanding),
  entitlements: Type.Array(entitlement),
  payment_methods: Type.Array(paymentMethod),
  members: Type.Array(member),
  recent_invoices: Type.Array(invoiceSummary),
  recent_payments: Type.Array(payment),
  recent_events: Type.Array(feedEvent),
});

const charge = {
  at: timestamp,
  currency,
  total: amount,
  credit_applied: notNegativeAmount,
  due: notNegativeAmount,
  is_estimate: Type.Boolean(),
  subscriptions: Type.Array(id('sub')),
};

/** What a customer sees first. */
export const dashboard = obj({
  object: Type.Literal('dashboard'),
  as_of: timestamp,
  customer: obj({ id: id('cus'), name: line(200), currency, time_zone: line(64) }),
  /** All that are not over, the oldest first; where everything is over, the latest. */
  subscriptions: Type.Array(subscription),
  /**
   * All that is charged on the day of the next charge, in its currency; `invoices` says on how many. Sum of what is known
   * now; usage may still add to it.
   */
  next_charge: nullable(obj({ ...charge, invoices: count })),
  /** The next invoice of each subscription, the earliest first; several subscriptions may share one. */
  charges: Type.Array(obj(charge)),
  meters: Type.Array(meterStanding),
  /** In the currency of the customer. */
  credit_balance: notNegativeAmount,
  /** In every currency that there is credit in; it pays invoices of that currency alone. */
  credit_balances: Type.Array(currencyAmount),
  open_invoices: Type.Array(invoiceSummary),
  /** In which the seller takes bank transfers. */
  transfer_currencies: Type.Array(currency),
  payment_method: nullable(paymentMethod),
  notices: Type.Array(
    obj({
      kind: Type.Enum([
        'trial_ending',
        'past_due',
        'paused',
        'cancel_scheduled',
        'change_scheduled',
        'payment_method_missing',
        'limit_near',
        'limit_reached',
      ]),
      at: nullable(timestamp),
      subject: nullable(line(200)),
      /** What it is about; null where it is about the customer. */
      subscription: nullable(id('sub')),
    }),
  ),
});

/** One meter over the running period, by day. */
export const memberUsage = obj({
  object: Type.Literal('member_usage'),
  meter: key,
  meter_name: line(200),
  unit: line(50),
  period,
  quantity: decimal,
  event_count: count,
  /** The whole period before. */
  previous_quantity: decimal,
  /** What the period will have come to; null with too little to go by, and for meters whose days do not add up. */
  projection: nullable(usageProjection),
  /** Of the subscription that says the period, or else of another right to it. */
  limit: nullable(notNegativeDecimal),
  /** Whose limit that is; null for what no subscription grants. */
  limit_of: nullable(id('sub')),
  /** What each plan includes that counts the meter: all that is used counts against every one of them. */
  limits: Type.Array(
    obj({
      subscription: nullable(id('sub')),
      plan_name: nullable(line(200)),
      limit: nullable(notNegativeDecimal),
    }),
  ),
  points: Type.Array(obj({ start: timestamp, end: timestamp, quantity: decimal })),
});
