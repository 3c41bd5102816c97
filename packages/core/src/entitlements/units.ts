import { DECIMAL12_ZERO, type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import type { MeteredEntitlement } from './entitlement.ts';

/** What is taken of a limit in one window: counted usage, and units that are held for somebody who may still use them. */
export interface UnitAccount {
  readonly used: Decimal12;
  readonly held: Decimal12;
}

/** How many units are left to give out; null for as many as one likes, never negative. */
export function unitsLeft(right: MeteredEntitlement, { used, held }: UnitAccount): Decimal12 | null {
  if (right.limit === null) return null;
  const left = right.limit - used - held;
  return left > 0n ? decimal12FromScaled(left) : DECIMAL12_ZERO;
}

/**
 * How many of the requested units are given out: all of them where they are left or may be passed as overage, else as
 * many as are left if that is at least `minimum`, else none. The sum of what is given out never passes a limit that
 * blocks.
 *
 * @param minimum the least that is of any use to the caller; zero gives what there is, so that none can be given
 */
export function grantUnits(
  right: MeteredEntitlement,
  account: UnitAccount,
  requested: Decimal12,
  minimum: Decimal12 = requested,
): Decimal12 {
  const left = unitsLeft(right, account);
  if (left === null || requested <= left || right.overage === 'allow') return requested;
  return left >= minimum ? left : DECIMAL12_ZERO;
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
