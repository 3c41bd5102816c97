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
  nullable,
  obj,
  positiveAmount,
  taxRateText,
  timestamp,
  timeZone,
} from '../common.ts';

const creditNoteFields = {
  id: id('cn'),
  object: Type.Literal('credit_note'),
  /** Who issued it. One of Stripe has Stripe's number, and may be taken back there while its invoice is open. */
  authority: Type.Enum(['billhook', 'stripe']),
  status: Type.Enum(['issued', 'void']),
  number: line(60),
  invoice: id('inv'),
  invoice_number: line(60),
  customer: id('cus'),
  customer_name: line(200),
  currency,
  subtotal: notNegativeAmount,
  tax: notNegativeAmount,
  total: notNegativeAmount,
  /** What it took off what was still to pay. */
  reduced_due: notNegativeAmount,
  /** What became credit of the customer. */
  credited_balance: notNegativeAmount,
  /** What of that goes back to the payment method. */
  refunded: notNegativeAmount,
  reason: line(500),
  issued_at: timestamp,
  voided_at: nullable(timestamp),
  created_at: timestamp,
};
export const creditNoteSummary = obj(creditNoteFields);

export const creditNoteLine = obj({
  line: nullable(id('il')),
  position: Type.Integer({ minimum: 1 }),
  description: line(500),
  /** Before discounts, of the sign of the line. */
  gross: amount,
  /** The share of the discounts of the line. */
  discount: amount,
  amount,
  net: amount,
  tax: amount,
});
export const creditNote = obj({
  ...creditNoteFields,
  lines: Type.Array(creditNoteLine),
  taxes: Type.Array(obj({ name: line(100), rate: taxRateText, tax: amount })),
  /** SHA-256 of the frozen document, in hexadecimal. */
  content_sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});

export const createCreditNote = obj({
  /** Whatever is left of every line, if left out. */
  lines: Type.Optional(
    Type.Array(
      obj({
        line: id('il'),
        /** Before tax and before discounts, of the sign of the line; what is left of the line, if left out. */
        amount: Type.Optional(amount),
      }),
      { minItems: 1, maxItems: 500 },
    ),
  ),
  reason: line(500),
  settle: Type.Optional(
    Type.Enum(['credit_balance', 'refund', 'reduce_open'], {
      description:
        'What is still to pay is lowered first. The rest becomes credit of the customer, goes back to the payment ' +
        'method, or is refused. `credit_balance` if left out.',
    }),
  ),
});

export const createDebitNote = obj({
  /** What is claimed beside what the lines of the invoice claimed. */
  lines: Type.Array(
    obj({
      /** The line that it raises: tax, subscription and time of service are those of it. */
      line: id('il'),
      /** As on the line: before tax, or with it where prices include it. */
      amount: positiveAmount,
      /** The words of the line, if left out. */
      description: Type.Optional(line(500)),
    }),
    { minItems: 1, maxItems: 100 },
  ),
  reason: line(500),
});

/** Why a total changed: parts that add up to `change`. */
export const invoiceDiff = obj({
  object: Type.Literal('invoice_diff'),
  invoice: id('inv'),
  number: line(60),
  /** Null where there is no earlier invoice: then everything is new. */
  against: nullable(id('inv')),
  against_number: nullable(line(60)),
  against_issued_at: nullable(timestamp),
  currency,
  before: amount,
  after: amount,
  change: amount,
  parts: obj({
    /** The same prices cost more or less: other tiers, other discounts, another share of the period. */
    price: amount,
    /** More or less of what is on both, at the old average price. */
    volume: amount,
    /** What is sold moved between dearer and cheaper things. */
    mix: amount,
    /** Prices that are on one of them only, and credits for unused time. */
    plan: amount,
    tax: amount,
    one_off: amount,
  }),
});

const comparedSide = obj({
  /** More than one where it was billed in parts. */
  lines: Type.Array(id('il')),
  description: line(500),
  quantity: decimal,
  unit: line(100, 0),
  start: timestamp,
  end: timestamp,
  time_zone: timeZone,
  /** With tax. */
  amount,
  /** Where it rests on usage: its days are told of each line. */
  meter: nullable(obj({ key, name: line(200) })),
});

/** Two invoices of a customer beside each other: what changes add up to `change`, with `other`. */
export const invoiceComparison = obj({
  object: Type.Literal('invoice_comparison'),
  customer: id('cus'),
  invoice: id('inv'),
  number: line(60),
  issued_at: timestamp,
  against: id('inv'),
  against_number: line(60),
  against_issued_at: timestamp,
  currency,
  before: amount,
  after: amount,
  change: amount,
  lines: Type.Array(
    obj({
      /** Null where it is new. */
      before: nullable(comparedSide),
      /** Null where it is gone. */
      after: nullable(comparedSide),
      change: amount,
      causes: obj({
        /** More or less of it, at the old average price. */
        quantity: amount,
        /** Another share of the period, or another number of periods. */
        share: amount,
        /** Another average price: a changed price, or other tiers. */
        price: amount,
        discount: amount,
        tax: amount,
      }),
    }),
  ),
  /** Of allowances and charges on the document as a whole. */
  other: amount,
});

/** Usage that a line rests on, by day in its time zone. */
export const lineUsage = obj({
  object: Type.Literal('line_usage'),
  line: id('il'),
  customer: id('cus'),
  meter: key,
  meter_name: line(200),
  event_type: line(200),
  unit: line(100, 0),
  time_zone: timeZone,
  start: timestamp,
  end: timestamp,
  /** Days without any event are left out. */
  days: Type.Array(obj({ start: timestamp, end: timestamp, quantity: decimal, event_count: count })),
  /** More came in since the invoice was issued; it is in the days and not on the invoice. */
  has_later: Type.Boolean(),
});
