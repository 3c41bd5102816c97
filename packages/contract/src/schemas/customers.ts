import { Type } from 'typebox';
import {
  amount,
  count,
  country,
  currency,
  email,
  id,
  line,
  locale,
  metadata,
  notNegativeAmount,
  nullable,
  obj,
  text,
  timestamp,
  timeZone,
} from '../common.ts';
import { invoiceConsolidation } from './consolidation.ts';
import { customerEInvoice } from './e-invoices.ts';
import { subscriptionStatus } from './subscriptions.ts';

/** E.164: a plus, the country and the number. */
const phoneNumber = Type.String({ pattern: '^\\+[1-9][0-9]{6,14}$' });

export const address = obj({
  line1: Type.Optional(line(200, 0)),
  line2: Type.Optional(line(200, 0)),
  postal_code: Type.Optional(line(20, 0)),
  city: Type.Optional(line(100, 0)),
  region: Type.Optional(line(100, 0)),
});

/** Days from an invoice to its due date; null follows the setting of the seller. */
/** Null follows the settings. */
const ownConsolidation = nullable(invoiceConsolidation);
const paymentTermsDays = nullable(Type.Integer({ minimum: 0, maximum: 365 }));

export const currencyAmount = obj({ currency, amount: notNegativeAmount });

/** What a customer pays, owes, has paid and has as credit in one currency. */
export const currencyAccount = obj({
  currency,
  mrr: amount,
  open_amount: notNegativeAmount,
  open_invoices: count,
  lifetime_paid: notNegativeAmount,
  credit_balance: notNegativeAmount,
});

const customerFields = {
  id: id('cus'),
  object: Type.Literal('customer'),
  external_id: nullable(line(200)),
  name: line(200),
  email: nullable(email),
  currency,
  time_zone: timeZone,
  country: nullable(country),
  address,
  tax_id: nullable(line(50)),
  tax_exempt: Type.Boolean(),
  e_invoice: customerEInvoice,
  payment_terms_days: paymentTermsDays,
  invoice_consolidation: ownConsolidation,
  /** Nothing is charged by itself: invoices say how they are transferred, whatever methods there are. */
  pays_by_transfer: Type.Boolean(),
  locale,
  metadata,
  /** What the seller owes the customer, in the customer's currency. */
  credit_balance: notNegativeAmount,
  /** The same in every currency that there is credit in; it pays invoices of that currency alone. */
  credit_balances: Type.Array(currencyAmount),
  /** Set while billing of this customer is on hold. */
  parked_at: nullable(timestamp),
  created_at: timestamp,
  updated_at: timestamp,
};

export const customer = obj(customerFields);

/** A customer as a list shows it, with what it pays. */
export const customerRow = obj({
  ...customerFields,
  plan_name: nullable(line(200)),
  subscription_status: nullable(subscriptionStatus),
  mrr: amount,
  open_amount: notNegativeAmount,
  other_currencies: Type.Array(currencyAccount),
});

export const createCustomer = obj({
  name: line(200),
  external_id: Type.Optional(nullable(line(200))),
  email: Type.Optional(nullable(email)),
  currency: Type.Optional(currency),
  time_zone: Type.Optional(timeZone),
  country: Type.Optional(nullable(country)),
  address: Type.Optional(address),
  tax_id: Type.Optional(nullable(line(50))),
  tax_exempt: Type.Optional(Type.Boolean()),
  /** Replaces all of it. */
  e_invoice: Type.Optional(customerEInvoice),
  payment_terms_days: Type.Optional(paymentTermsDays),
  invoice_consolidation: Type.Optional(ownConsolidation),
  /** From the next invoice on. */
  pays_by_transfer: Type.Optional(Type.Boolean()),
  locale: Type.Optional(locale),
  metadata: Type.Optional(metadata),
});

export const updateCustomer = obj({
  name: Type.Optional(line(200)),
  external_id: Type.Optional(nullable(line(200))),
  email: Type.Optional(nullable(email)),
  currency: Type.Optional(currency),
  time_zone: Type.Optional(timeZone),
  country: Type.Optional(nullable(country)),
  address: Type.Optional(address),
  tax_id: Type.Optional(nullable(line(50))),
  tax_exempt: Type.Optional(Type.Boolean()),
  /** Replaces all of it. */
  e_invoice: Type.Optional(customerEInvoice),
  payment_terms_days: Type.Optional(paymentTermsDays),
  invoice_consolidation: Type.Optional(ownConsolidation),
  /** From the next invoice on. */
  pays_by_transfer: Type.Optional(Type.Boolean()),
  locale: Type.Optional(locale),
  metadata: Type.Optional(metadata),
});

/** A business fact as the feed shows it. */
export const feedEvent = obj({
  id: id('evt'),
  object: Type.Literal('event'),
  type: line(100),
  object_id: line(100),
  customer: nullable(id('cus')),
  customer_name: nullable(line(200)),
  data: Type.Record(Type.String(), Type.Unknown()),
  occurred_at: timestamp,
  created_at: timestamp,
});

export const supportCase = obj({
  id: id('case'),
  object: Type.Literal('case'),
  kind: line(100),
  customer: nullable(id('cus')),
  customer_name: nullable(line(200)),
  subject_id: nullable(line(100)),
  detail: text(2000),
  facts: Type.Record(Type.String(), Type.Unknown()),
  opened_at: timestamp,
  closed_at: nullable(timestamp),
  created_at: timestamp,
});

/** Where a customer may be texted, as far as its owner agreed. */
export const customerPhone = obj({
  object: Type.Literal('customer_phone'),
  customer: id('cus'),
  /** E.164; null where there is none. */
  number: nullable(phoneNumber),
  /** When its owner agreed to be texted; null, and nobody is. */
  consent_at: nullable(timestamp),
  /** When the owner of the number answered STOP, to whatever customer it belonged. */
  opted_out_at: nullable(timestamp),
  /** Why the network will never deliver to it, such as a landline. */
  fault: nullable(line(200)),
});

/** `consent`: its owner agreed to be texted. A stop of the number holds all the same. */
export const putCustomerPhone = obj({ number: phoneNumber, consent: Type.Boolean() });
/** Why the stop of a number ends on the word of staff, such as a letter of its owner. */
export const liftTextStop = obj({ reason: line(500) });
