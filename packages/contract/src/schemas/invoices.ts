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
  percentText,
  period,
  rationalText,
  taxRateText,
  text,
  timestamp,
  timeZone,
  unitAmount,
  unitsText,
  wholeText,
} from '../common.ts';
import { lineDiscount } from './coupons.ts';
import { disputeOnPayment } from './disputes.ts';
import { creditNoteSummary } from './documents.ts';
import { LINE_RULES, lineKind } from './line-kinds.ts';
import { aggregation, quantityRounding, weightedBy } from './meters.ts';
import { refund } from './refunds.ts';
import { jurisdiction, taxBasis } from './tax.ts';
import { usedCertificate } from './tax-certificates.ts';

/** One thing that happened to a quantity. `units` and the others are given where the step has them. */
export const quantityStep = obj({
  step: Type.Enum(['conversion', 'included_units', 'packages', 'earlier_units', 'billed_before']),
  from: unitsText,
  to: unitsText,
  /** Included units, units of earlier lines, or the size of a package. */
  units: nullable(unitsText),
  conversion: nullable(
    obj({
      operation: Type.Enum(['multiply', 'divide']),
      factor: decimal,
      rounding: line(50),
      places: Type.Integer({ minimum: 0 }),
    }),
  ),
});

/** One thing that happened to an amount. */
export const amountStep = obj({
  step: Type.Enum(['flat_fee', 'not_yet_due', 'discount', 'maximum', 'minimum']),
  from: rationalText,
  to: rationalText,
  /** The fee or the bound. */
  amount: nullable(amount),
  percent: nullable(decimal),
  /** What earlier lines of the period billed, which counts towards a bound. */
  billed_before: nullable(amount),
});

/** The charge that a credit takes back a share of, or the spending of a period that a bound is measured by. */
export const lineBasis = Type.Union([
  obj({
    kind: Type.Literal('charge'),
    /** Null where that line does not stand any more. */
    line: nullable(id('il')),
    invoice: nullable(id('inv')),
    invoice_number: nullable(line(60)),
    charged: amount,
    /** What credit notes took back of it before. */
    credited: amount,
    charged_share: rationalText,
  }),
  obj({
    kind: Type.Literal('spend'),
    spent: amount,
    minimum: nullable(amount),
    maximum: nullable(amount),
  }),
]);

/** What one coupon takes off a line: a percentage of what the ones before left, or its part of an amount. */
export const explainedDiscount = obj({
  coupon: line(200, 0),
  percent: nullable(decimal),
  /** What an amount of money had left in its period. */
  available: nullable(amount),
  amount: notNegativeAmount,
});

/** Everything that is needed to compute the amount by hand. */
export const explanation = obj({
  rule: Type.Enum([...LINE_RULES]),
  price: nullable(
    obj({
      id: id('price'),
      key,
      name: line(200),
      plan_key: key,
      plan_name: line(200),
      plan_version: Type.Integer({ minimum: 1 }),
    }),
  ),
  /** The whole billing period that the service lies in, counted from the anchor. */
  period: obj({ start: timestamp, end: timestamp, index: Type.Integer() }),
  time_zone: timeZone,
  zone_rules: line(50, 0),
  quantity: decimal,
  readings: nullable(
    obj({
      meter: id('meter'),
      meter_key: key,
      meter_name: line(200),
      start: timestamp,
      end: timestamp,
      event_count: count,
      /** Those that happened earlier and count here because their own period had been billed. */
      late_count: count,
      digest: nullable(line(200)),
      /** How the meter came to the quantity; null where it only counts, adds up or takes the highest. */
      measure: nullable(
        obj({
          aggregation,
          percentile: nullable(percentText),
          weighted_by: nullable(weightedBy),
          /** Before it was rounded. */
          measured: decimal,
          rounding: nullable(quantityRounding),
        }),
      ),
    }),
  ),
  /** How the price is rated; null where the line rests on other lines. */
  model: nullable(line(50)),
  /** What happened to the quantity before it was priced, in order. */
  quantity_steps: Type.Array(quantityStep),
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
  /** What happened to the sum of the tiers, in order. Figures are exact, in minor units. */
  amount_steps: Type.Array(amountStep),
  /** What the line rests on instead of a price; null where it rests on one. */
  basis: nullable(lineBasis),
  /** The share of the period that is charged or given back, and how it is counted; null for a whole one. */
  proration: nullable(
    obj({
      numerator: wholeText,
      denominator: wholeText,
      basis: Type.Enum(['second', 'day', 'none']),
      days: Type.Enum(['actual', 'fixed_30']),
    }),
  ),
  /** The one rounding; `amount` is what comes of it, before discounts. */
  rounding: obj({ exact: rationalText, mode: line(50), amount }),
  /** What is taken off, in order. */
  discounts: Type.Array(explainedDiscount),
  /** What the line comes to, after discounts. */
  amount,
});

const lineFields = {
  kind: lineKind,
  description: line(500),
  quantity: decimal,
  unit: line(50),
  /** Before discounts. */
  gross: amount,
  /** What coupons took off, in the order they did. */
  discounts: Type.Array(lineDiscount),
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
  /** What credit notes took back of the amount. */
  credited: amount,
  created_at: timestamp,
});

export const invoiceStatus = Type.Enum(['open', 'paid', 'void', 'uncollectible']);
export const taxSubtotal = obj({
  name: line(100),
  rate: taxRateText,
  /** Of EN 16931; null where it was not told, as on invoices of Stripe. */
  category: nullable(Type.Enum(['S', 'Z', 'E', 'AE', 'K', 'G', 'O'])),
  net: amount,
  tax: amount,
  /** The words that the law wants where nothing is charged. */
  exemption: nullable(text(500)),
  jurisdiction,
});

const summaryFields = {
  id: id('inv'),
  object: Type.Literal('invoice'),
  /** A debit note raises what an issued invoice claimed, and is paid like one. */
  kind: Type.Enum(['invoice', 'debit_note']),
  /** The invoice that a debit note raises. */
  raises: nullable(id('inv')),
  number: line(60),
  status: invoiceStatus,
  /** Who computed it. One of Stripe has Stripe's number, tax and lines, and is collected there. */
  authority: Type.Enum(['billhook', 'stripe']),
  /** Where the customer sees and pays an invoice of Stripe. */
  hosted_url: nullable(line(2000)),
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
  /** What credit notes took back of the total. */
  credited: notNegativeAmount,
  due: notNegativeAmount,
  issued_at: timestamp,
  due_at: timestamp,
  paid_at: nullable(timestamp),
  voided_at: nullable(timestamp),
  created_at: timestamp,
};
export const invoiceSummary = obj(summaryFields);

/** One try at collecting. What failed says why in words for people. */
/** A wallet is a card with `wallet`. */
export const methodKind = Type.Enum(['card', 'sepa_debit', 'paypal']);

const lastDigits = Type.String({ pattern: '^[0-9]{4}$' });

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
    'reversed',
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
    obj({ id: id('pm'), kind: methodKind, brand: nullable(line(50)), last4: nullable(lastDigits) }),
  ),
  failure: nullable(obj({ code: line(100), message: line(500), next_attempt_at: nullable(timestamp) })),
  /** What the provider said of its risk, for staff: customers read null, as does what the provider said nothing of. */
  risk: nullable(
    obj({ level: nullable(Type.Enum(['normal', 'elevated', 'highest'])), outcome: nullable(line(100)) }),
  ),
  refunds: Type.Array(refund),
  /** The customer's bank asked it back; the last dispute where there were several. */
  dispute: nullable(disputeOnPayment),
  created_at: timestamp,
  /** When it is to be made; null once it was. */
  planned_for: nullable(timestamp),
  finished_at: nullable(timestamp),
});

export const invoice = obj({
  ...summaryFields,
  /** The voided invoice that this one takes the place of. */
  replaces: nullable(id('inv')),
  /** The invoice that took the place of this one. */
  replaced_by: nullable(id('inv')),
  raises_number: nullable(line(60)),
  /** Why a debit note was issued. */
  raise_reason: nullable(line(500)),
  /** Debit notes that raise it and are not void, oldest first. */
  debit_notes: Type.Array(obj({ id: id('inv'), number: line(60) })),
  lines: Type.Array(invoiceLine),
  /** What the lines of each subscription add up to, where it bills several; empty where it bills one. */
  groups: Type.Array(obj({ subscription: id('sub'), name: line(200, 0), subtotal: amount })),
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
  /** What its tax rests on; null where the seller had set no rules of tax. */
  tax_basis: nullable(taxBasis),
  /** By which it charges no tax; null where none decided. */
  tax_certificate: nullable(usedCertificate),
  payments: Type.Array(payment),
  credit_notes: Type.Array(creditNoteSummary),
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

/** What would be issued to a customer if it were billed now, in each currency. Nothing is written. */
export const draftInvoice = obj({
  object: Type.Literal('draft_invoice'),
  customer: id('cus'),
  bills_at: timestamp,
  ...draftTotals,
});

/** A debit note that is not issued: nothing is written. */
export const draftDebitNote = obj({
  object: Type.Literal('draft_debit_note'),
  customer: id('cus'),
  raises: id('inv'),
  due_at: timestamp,
  ...draftTotals,
});

export const paymentMethod = obj({
  id: id('pm'),
  object: Type.Literal('payment_method'),
  customer: id('cus'),
  kind: methodKind,
  provider: line(50),
  brand: nullable(line(50)),
  last4: nullable(lastDigits),
  exp_month: nullable(Type.Integer({ minimum: 1, maximum: 12 })),
  exp_year: nullable(Type.Integer({ minimum: 2000, maximum: 2200 })),
  wallet: nullable(line(50)),
  /** What it is known by where there is no brand: a bank, or the address of an account. */
  label: nullable(line(320)),
  mandate: nullable(obj({ reference: line(255), url: nullable(Type.String({ maxLength: 2000 })) })),
  is_default: Type.Boolean(),
  /** Tried when the default fails. */
  is_backup: Type.Boolean(),
  created_at: timestamp,
});
