import { Type } from 'typebox';
import {
  currency,
  id,
  line,
  notNegativeAmount,
  nullable,
  obj,
  positiveAmount,
  timestamp,
  webAddress,
} from '../common.ts';

/** An amount that a customer is asked for beside invoices: money on account, or a deposit that is held. */
export const paymentRequest = obj({
  id: id('preq'),
  object: Type.Literal('payment_request'),
  kind: Type.Enum(['payment', 'deposit']),
  status: Type.Enum(['open', 'paid', 'canceled']),
  customer: id('cus'),
  customer_name: line(200),
  currency,
  amount: positiveAmount,
  description: line(200),
  payment: nullable(id('pay')),
  /** What of a deposit is still held. */
  held: notNegativeAmount,
  created_at: timestamp,
  paid_at: nullable(timestamp),
  /** Where whoever has it pays without signing in; it stays the same for as long as the request is open. */
  pay_url: nullable(webAddress),
});

/** What whoever holds the address of a request is shown: what to pay and for what. */
export const askedPayment = obj({
  object: Type.Literal('asked_payment'),
  kind: Type.Enum(['payment', 'deposit']),
  status: Type.Enum(['open', 'paid', 'canceled']),
  customer_name: line(200),
  currency,
  amount: positiveAmount,
  description: line(200),
  /** A charge or a transfer that was begun and has not arrived. */
  is_under_way: Type.Boolean(),
});

/** A page of the provider on which a request is paid; it ends within a day. */
export const paymentLink = obj({
  object: Type.Literal('payment_link'),
  payment_request: id('preq'),
  url: nullable(webAddress),
  expires_at: timestamp,
});
