import { Type } from 'typebox';
import {
  amount,
  count,
  currency,
  decimal,
  email,
  id,
  key,
  line,
  notNegativeAmount,
  notNegativeDecimal,
  nullable,
  obj,
  period,
  rationalText,
  taxRateText,
  timestamp,
  timeZone,
  unitAmount,
  unitsText,
  wholeText,
} from '../common.ts';

/** Everything that is needed to compute the amount by hand. */
export const explanation = obj({
  rule: Type.Enum([
    'flat_fee',
    'seats',
    'metered_usage',
    'one_off',
    'unused_time',
    'minimum_commitment',
    'spend_cap',
  ]),
  price: nullable(obj({ id: id('price'), key, plan_key: key, plan_version: Type.Integer({ minimum: 1 }) })),
  /** The whole billing period that the service lies in, counted from the anchor. */
  period: obj({ start: timestamp, end: timestamp, index: Type.Integer() }),
  time_zone: timeZone,
  zone_rules: line(50, 0),
  quantity: decimal,
  readings: nullable(
    obj({
      meter: id('meter'),
      meter_key: key,
      start: timestamp,
      end: timestamp,
      event_count: count,
      digest: nullable(line(200)),
    }),
  ),
  tiers: Type.Array(
    obj({
      /** What the part is about, where tiers do not say it: a value of a dimension, a unit, a kind of fee. */
      label: nullable(line(1500)),
      /** What the quantity counts; money is priced in percent or by a factor. */
      unit: Type.Enum(['units', 'packages', 'blocks', 'events', 'money']),
      /** Exclusive lower bound. */
      from: notNegativeDecimal,
      up_to: nullable(notNegativeDecimal),
      quantity: unitsText,
      unit_amount: unitAmount,
      per: wholeText,
      flat_amount: amount,
      /** What the part costs at most, exact, in minor units; null for no bound. */
      max_exact: nullable(rationalText),
      /** Exact, in minor units. */
      exact: rationalText,
    }),
  ),
  /** The share of the period that is charged or given back; null for a whole one. */
  proration: nullable(obj({ numerator: wholeText, denominator: wholeText })),
  rounding: obj({ exact: rationalText, mode: line(50), amount }),
});

export const lineKind = Type.Enum(['recurring', 'usage', 'proration', 'one_off', 'true_up', 'spend_cap']);

const lineFields = {
  kind: lineKind,
  description: line(500),
  quantity: decimal,
  unit: line(50),
  amount,
  currency,
  tax_rate: taxRateText,
  tax: amount,
  period,
  explanation,
};
/** A line that would be billed. */
export const lineDraft = obj(lineFields);

export const invoiceLine = obj({
  id: id('il'),
  object: Type.Literal('invoice_line'),
  invoice: id('inv'),
  position: Type.Integer({ minimum: 1 }),
  subscription: nullable(id('sub')),
  ...lineFields,
  created_at: timestamp,
});

export const invoiceStatus = Type.Enum(['open', 'paid', 'void', 'uncollectible']);
export const taxSubtotal = obj({ name: line(100), rate: taxRateText, net: amount, tax: amount });

const summaryFields = {
  id: id('inv'),
  object: Type.Literal('invoice'),
  number: line(60),
  status: invoiceStatus,
  customer: id('cus'),
  customer_name: line(200),
  customer_external_id: nullable(line(200)),
  subscription: nullable(id('sub')),
  currency,
  subtotal: amount,
  tax: amount,
  total: amount,
  credit_applied: notNegativeAmount,
  paid: notNegativeAmount,
  refunded: notNegativeAmount,
  due: notNegativeAmount,
  issued_at: timestamp,
  due_at: timestamp,
  paid_at: nullable(timestamp),
  voided_at: nullable(timestamp),
  created_at: timestamp,
};
export const invoiceSummary = obj(summaryFields);

export const refund = obj({
  id: id('re'),
  object: Type.Literal('refund'),
  payment: id('pay'),
  status: Type.Enum(['pending', 'unknown', 'succeeded', 'failed']),
  currency,
  amount: notNegativeAmount,
  reason: line(500),
  created_at: timestamp,
  finished_at: nullable(timestamp),
});

/** One try at collecting. What failed says why in words for people. */
export const payment = obj({
  id: id('pay'),
  object: Type.Literal('payment'),
  status: Type.Enum([
    'created',
    'sending',
    'requires_action',
    'processing',
    'unknown',
    'succeeded',
    'failed',
    'canceled',
  ]),
  customer: id('cus'),
  customer_name: line(200),
  invoice: nullable(id('inv')),
  invoice_number: nullable(line(60)),
  currency,
  amount: notNegativeAmount,
  fee: notNegativeAmount,
  refunded: notNegativeAmount,
  attempt_number: Type.Integer({ minimum: 1 }),
  provider: line(50),
  provider_reference: nullable(line(200)),
  payment_method: nullable(
    obj({ id: id('pm'), brand: line(50), last4: Type.String({ pattern: '^[0-9]{4}$' }) }),
  ),
  failure: nullable(obj({ code: line(100), message: line(500), next_attempt_at: nullable(timestamp) })),
  refunds: Type.Array(refund),
  created_at: timestamp,
  finished_at: nullable(timestamp),
});

export const invoice = obj({
  ...summaryFields,
  lines: Type.Array(invoiceLine),
  taxes: Type.Array(taxSubtotal),
  seller: obj({
    legal_name: line(200, 0),
    address: Type.Array(line(200, 0)),
    tax_id: nullable(line(50)),
    email: nullable(email),
  }),
  buyer: obj({
    name: line(200),
    address: Type.Array(line(200, 0)),
    country: nullable(Type.String({ pattern: '^[A-Z]{2}$' })),
    tax_id: nullable(line(50)),
    email: nullable(email),
  }),
  payments: Type.Array(payment),
  /** SHA-256 of the frozen document, in hexadecimal. */
  content_sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});

/** Sums of lines that are not issued. */
export const draftTotals = {
  currency,
  lines: Type.Array(lineDraft),
  taxes: Type.Array(taxSubtotal),
  subtotal: amount,
  tax: amount,
  total: amount,
  credit_applied: notNegativeAmount,
  due: notNegativeAmount,
};

export const upcomingInvoice = obj({
  object: Type.Literal('upcoming_invoice'),
  customer: id('cus'),
  subscription: id('sub'),
  bills_at: timestamp,
  ...draftTotals,
});

export const paymentMethod = obj({
  id: id('pm'),
  object: Type.Literal('payment_method'),
  customer: id('cus'),
  kind: Type.Literal('card'),
  brand: line(50),
  last4: Type.String({ pattern: '^[0-9]{4}$' }),
  exp_month: Type.Integer({ minimum: 1, maximum: 12 }),
  exp_year: Type.Integer({ minimum: 2000, maximum: 2200 }),
  is_default: Type.Boolean(),
  created_at: timestamp,
});
