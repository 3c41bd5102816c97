import { Type } from 'typebox';
import { count, id, nullable, obj, timestamp } from '../common.ts';

/** A run of billing in which more customers were due than one transaction takes. */
export const billRun = obj({
  id: id('brun'),
  object: Type.Literal('bill_run'),
  status: Type.Enum(['running', 'done']),
  /** The moment of the seller's clock up to which is billed. */
  billed_up_to: timestamp,
  started_at: timestamp,
  ended_at: nullable(timestamp),
  /** Who was due when it began. */
  due_customers: count,
  billed_customers: count,
  invoices: count,
  /** Who could not be billed and waits for staff. */
  parked_customers: count,
  /** Who is still due; 0 once it is done. */
  remaining_customers: count,
  /** By its speed so far; null before anything can be said, and when it is done. */
  remaining_seconds: nullable(count),
});
