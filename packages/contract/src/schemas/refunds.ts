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
} from '../common.ts';
import { iban } from './iban.ts';

/** Back to the method that it came from, or by a transfer that a person makes. */
export const refundWay = Type.Enum(['provider', 'transfer']);

/**
 * Money that goes back. `returned`: it had been sent and came back, so that it is owed again
 * and may go another way.
 */
export const refund = obj({
  id: id('re'),
  object: Type.Literal('refund'),
  payment: id('pay'),
  status: Type.Enum(['pending', 'unknown', 'succeeded', 'failed', 'returned']),
  way: refundWay,
  currency,
  amount: notNegativeAmount,
  reason: line(500),
  created_at: timestamp,
  finished_at: nullable(timestamp),
  /** When it came back; null unless it did. */
  returned_at: nullable(timestamp),
});

/** Where a person transfers a refund to. */
export const refundAccount = obj({
  holder: line(70),
  iban,
});

export const askedRefund = obj({
  /** All that is left, if left out. */
  amount: Type.Optional(positiveAmount),
  reason: line(500),
  /**
   * `transfer` where it cannot go back to the method it came from: it is listed among the refunds to transfer until a
   * person says that it is done. `provider` if left out.
   */
  way: Type.Optional(refundWay),
  /** Of a refund that a person transfers; it can be said later as well. */
  to: Type.Optional(refundAccount),
});
