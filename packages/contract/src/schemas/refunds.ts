import { Type } from 'typebox';
import { currency, id, line, notNegativeAmount, nullable, obj, timestamp } from '../common.ts';

/** Money that goes back, to the method it came from. */
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
