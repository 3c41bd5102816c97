import { DECIMAL12_ZERO, type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import { type EntitlementCheck, evaluateEntitlement } from './evaluate.ts';

/**
 * How many of the requested units are given out: all of them if the right lets them pass, else as many as are left if
 * that is at least `minimum`, else none. The sum of what is given out never passes a limit that blocks.
 *
 * @param check the right with what is used and held of it now
 * @param minimum the least that is of any use to the caller
 */
export function grantUnits(
  check: Omit<EntitlementCheck, 'requested'>,
  requested: Decimal12,
  minimum: Decimal12 = requested,
): Decimal12 {
  const { allowed, remaining } = evaluateEntitlement({ ...check, requested });
  if (allowed) return requested;
  return remaining !== null && remaining >= minimum && remaining < requested ? remaining : DECIMAL12_ZERO;
}

/** What becomes of a reservation. */
export interface Settlement {
  /** Counted as usage. */
  readonly counted: Decimal12;
  /** Still held afterwards. */
  readonly kept: Decimal12;
  /** Given back. */
  readonly released: Decimal12;
}

/** Splits what a reservation holds; null if more is to be counted and kept than it holds. */
export function settleUnits(held: Decimal12, counted: Decimal12, kept: Decimal12): Settlement | null {
  const released = held - counted - kept;
  return released < 0n ? null : { counted, kept, released: decimal12FromScaled(released) };
}
