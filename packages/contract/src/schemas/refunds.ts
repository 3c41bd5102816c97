import { Type } from 'typebox';
import { currency, id, line, notNegativeAmount, nullable, obj, timestamp } from '../common.ts';

/**
 * Money that goes back, to the method it came from. `returned`: it had been sent and came back, so that it is owed again
 * and may go another way.
 */
export const refund = obj({
  id: id('re'),
  object: Type.Literal('refund'),
  payment: id('pay'),
  status: Type.Enum(['pending', 'unknown', 'succeeded', 'failed', 'returned']),
  currency,
  amount: notNegativeAmount,
  reason: line(500),
  created_at: timestamp,
  finished_at: nullable(timestamp),
  /** When it came back; null unless it did. */
  returned_at: nullable(timestamp),
});
