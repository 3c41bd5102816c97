import { Type } from 'typebox';
import { customerRef, id, key, line, notNegativeDecimal, nullable, obj, timestamp } from '../common.ts';
import { creditPayment, standing, trackedData } from './usage.ts';

const forWhom = {
  /** The member or device, for a feature that is counted for each. */
  subject: Type.Optional(line(200)),
  /** Of the event: what the meter's conditions and groups go by, and the unit where it tells units apart. */
  data: Type.Optional(trackedData),
};
export const consumeRequest = obj({
  customer: customerRef,
  feature: key,
  /** How much is used; 1 if left out. */
  quantity: Type.Optional(notNegativeDecimal),
  event_id: line(200),
  ...forWhom,
});
export const consumeResult = obj({
  object: Type.Literal('consumed_usage'),
  event_id: line(200),
  /** `refused`: nothing was counted or spent, because it would have passed the limit or the balance of credits. */
  status: Type.Enum(['counted', 'duplicate', 'refused']),
  /** The grants that paid for it; null where the feature costs no credits, and where it was refused. */
  credits: nullable(creditPayment),
  /** How the customer stands now. */
  entitlement: standing,
});

export const reservationRequest = obj({
  customer: customerRef,
  feature: key,
  quantity: notNegativeDecimal,
  /** The least that is of use; the whole quantity if left out. */
  minimum: Type.Optional(notNegativeDecimal),
  ...forWhom,
  /** Chosen by the caller: asking again under the same key gives the reservation that was made. */
  key: line(200),
  /** How long the units are held, in seconds; 300 if left out. */
  expires_in_s: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400 })),
  /** What becomes of units that were neither settled nor released in time: given back, or held until the limit resets. */
  on_expiry: Type.Optional(Type.Enum(['release', 'hold'])),
});
export const reservation = obj({
  object: Type.Literal('reservation'),
  /** Null if nothing was reserved. */
  id: nullable(id('rsv')),
  allowed: Type.Boolean(),
  /** How much was reserved. */
  quantity: notNegativeDecimal,
  expires_at: nullable(timestamp),
  created_at: nullable(timestamp),
  entitlement: standing,
});
export const settleRequest = obj({
  /** How much of it was used. */
  quantity: notNegativeDecimal,
  /** Counted once for this id. */
  event_id: line(200),
  /** How much stays held; 0 if left out. */
  keep: Type.Optional(notNegativeDecimal),
  /** Holds what is kept for so many seconds from now on. */
  expires_in_s: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400 })),
});
export const settledReservation = obj({
  object: Type.Literal('settled_reservation'),
  id: id('rsv'),
  /** Counted as usage in all. */
  settled: notNegativeDecimal,
  held: notNegativeDecimal,
  expires_at: timestamp,
  created_at: timestamp,
  entitlement: standing,
});
