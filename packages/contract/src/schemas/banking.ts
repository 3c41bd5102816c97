import { Type } from 'typebox';
import {
  amount,
  count,
  currency,
  id,
  line,
  notNegativeAmount,
  nullable,
  obj,
  positiveAmount,
  text,
  timestamp,
} from '../common.ts';
import { iban } from './iban.ts';
import { payment } from './invoices.ts';
import { refund } from './refunds.ts';

const day = Type.String({
  format: 'date',
  pattern: '^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$',
  description: 'A calendar day.',
  examples: ['2026-03-05'],
});
const bic = Type.String({ pattern: '^[A-Za-z0-9]{8}(?:[A-Za-z0-9]{3})?$', examples: ['COBADEFFXXX'] });
const column = line(100);

/** Where each figure stands in the CSV files of the bank. Columns are named as in the row of headings. */
export const csvMapping = obj({
  delimiter: Type.Enum([',', ';', '\t']),
  decimal_mark: Type.Enum(['.', ',']),
  date_format: Type.Enum(['YYYY-MM-DD', 'DD.MM.YYYY', 'DD/MM/YYYY', 'MM/DD/YYYY', 'DD.MM.YY']),
  booked_on: column,
  value_on: Type.Optional(column),
  amount: Type.Optional(column),
  money_in: Type.Optional(column),
  money_out: Type.Optional(column),
  currency: Type.Optional(column),
  name: Type.Optional(column),
  iban: Type.Optional(column),
  reference: Type.Optional(column),
  text: Type.Array(column, { maxItems: 10 }),
  end_to_end_id: Type.Optional(column),
  bank_reference: Type.Optional(column),
});

export const createBankAccount = obj({
  holder: line(70),
  iban,
  bic: Type.Optional(bic),
  bank_name: Type.Optional(line(100)),
  currency,
  csv_mapping: Type.Optional(csvMapping),
});

export const updateBankAccount = obj({
  csv_mapping: Type.Optional(nullable(csvMapping)),
  archived: Type.Optional(Type.Boolean()),
});

export const bankAccount = obj({
  id: id('ba'),
  object: Type.Literal('bank_account'),
  holder: line(70),
  iban: line(42),
  bic: nullable(line(11)),
  bank_name: nullable(line(100)),
  currency,
  csv_mapping: nullable(csvMapping),
  archived: Type.Boolean(),
  created_at: timestamp,
});

/** How an invoice is paid by transfer. `scan` is the text of a code that banking apps read, for euro alone. */
export const transferDetails = obj({
  object: Type.Literal('transfer_details'),
  holder: line(70),
  iban: line(42),
  bic: nullable(line(11)),
  bank_name: nullable(line(100)),
  currency,
  amount: positiveAmount,
  /** What the transfer has to carry: a structured reference, or the number of the invoice where that is too long. */
  reference: line(60),
  scan: nullable(text(331)),
});

export const allocation = obj({
  invoice: nullable(id('inv', 'Null: this part is for what is open, oldest first, and then credit.')),
  amount: positiveAmount,
});

const placed = obj({
  invoice: nullable(id('inv')),
  invoice_number: nullable(line(60)),
  amount: positiveAmount,
});

export const bankLineState = Type.Enum(['unmatched', 'proposed', 'matched', 'ignored']);

export const bankLine = obj({
  id: id('bl'),
  object: Type.Literal('bank_line'),
  account: id('ba'),
  statement: id('bs'),
  state: bankLineState,
  booked_on: day,
  value_on: nullable(day),
  /** More than 0 for money that came in. */
  amount,
  currency,
  is_reversal: Type.Boolean(),
  /** Days for which it has waited for a place in the books; null once it was decided, and where it needs none. */
  age_days: nullable(count),
  name: nullable(line(200)),
  iban: nullable(line(42)),
  reference: nullable(line(140)),
  text: text(2000),
  charges: notNegativeAmount,
  customer: nullable(id('cus')),
  customer_name: nullable(line(200)),
  created_at: timestamp,
  /** What it seems to pay, and why; null once it is decided or where nothing points to anybody. */
  proposal: nullable(
    obj({
      kind: Type.Enum(['exact', 'proposed', 'return']),
      score: Type.Integer({ minimum: 0, maximum: 100 }),
      reasons: Type.Array(line(500)),
      customer: id('cus'),
      customer_name: line(200),
      allocations: Type.Array(placed),
      /** For money that the bank took back: the line that brought it. */
      returns: nullable(id('bl')),
    }),
  ),
  /** What was booked from it. */
  payments: Type.Array(
    obj({
      payment: id('pay'),
      invoice: nullable(id('inv')),
      invoice_number: nullable(line(60)),
      amount: positiveAmount,
      credited: notNegativeAmount,
    }),
  ),
  note: nullable(line(500)),
  decided_by: nullable(line(200)),
  decided_at: nullable(timestamp),
});

export const bankStatement = obj({
  id: id('bs'),
  object: Type.Literal('bank_statement'),
  account: id('ba'),
  file_name: line(200),
  format: line(30),
  /** Movements in the file, and those that were not known before. */
  lines: count,
  new_lines: count,
  /** Announced and not booked: they come again. */
  pending_lines: count,
  /** New lines that named an invoice and were booked at once. */
  matched_lines: count,
  /** The same file was taken before; nothing was added. */
  is_repeat: Type.Boolean(),
  created_at: timestamp,
});

/** What booking a line would do. Nothing is written. */
export const matchPreview = obj({
  object: Type.Literal('match_preview'),
  customer: id('cus'),
  customer_name: line(200),
  currency,
  placed: Type.Array(
    obj({
      invoice: id('inv'),
      invoice_number: line(60),
      amount: positiveAmount,
      remaining_before: notNegativeAmount,
      remaining_after: notNegativeAmount,
    }),
  ),
  credit: notNegativeAmount,
  /** The part of the credit that is held for invoices which are being collected in another way right now. */
  held: notNegativeAmount,
});

export const matchInput = obj({
  customer: id('cus'),
  allocations: Type.Array(allocation, { minItems: 1, maxItems: 50 }),
  note: Type.Optional(line(500)),
  /** For a line that is booked already: why it is booked anew. */
  instead: Type.Optional(line(500)),
});

export const recordPayment = obj({
  customer: id('cus'),
  kind: Type.Enum(['cash', 'cheque', 'other']),
  amount: positiveAmount,
  currency,
  allocations: Type.Array(allocation, { minItems: 1, maxItems: 50 }),
  received_on: day,
  reason: line(500),
});

export const receivedPayments = obj({
  object: Type.Literal('received_payments'),
  payments: Type.Array(payment),
});

/** A refund that a person has to transfer. */
export const outgoingTransfer = obj({
  id: id('re'),
  object: Type.Literal('outgoing_transfer'),
  refund,
  customer: id('cus'),
  customer_name: line(200),
  /** Whose account it goes to: the one that was given for it, or the one that the money came from; null where none is known. */
  name: nullable(line(200)),
  /** Null also for whoever may not move money. */
  iban: nullable(line(42)),
  /** The same with its middle left out. */
  iban_masked: nullable(line(42)),
  account_from: nullable(Type.Enum(['given', 'payment'])),
  invoice_number: nullable(line(60)),
  created_at: timestamp,
});
