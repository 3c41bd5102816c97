import type { QuantityRounding } from '../catalog/meter-terms.ts';
import { DECIMAL12_ZERO, type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import { type EntitlementCheck, type EntitlementVerdict, evaluateEntitlement } from './evaluate.ts';

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

/**
 * A request whose limits hold for the rounded figure of a period, as one whose limits hold for the figure before it is
 * rounded: each limit becomes the highest figure that is still rounded to no more than the limit. What is used and held is
 * then added up exactly, and rounded by nobody.
 *
 * @param check `used` not rounded; of a feature that is counted for each member or device, `poolUsed`: theirs never is
 */
export function beforeRounding<Check extends Pick<EntitlementCheck, 'entitlement' | 'feature' | 'poolUsed'>>(
  check: Check,
  rounding: QuantityRounding | null,
): Check {
  const { entitlement, feature, poolUsed } = check;
  if (rounding === null || entitlement?.kind !== 'metered') return check;
  const raise = (limit: Decimal12) => highestRoundedTo(limit, rounding);
  const poolLimit = entitlement.poolLimit == null ? {} : { poolLimit: raise(entitlement.poolLimit) };
  if (poolUsed !== undefined) return { ...check, entitlement: { ...entitlement, ...poolLimit } };
  const limit = entitlement.limit === null ? null : raise(entitlement.limit);
  const { service } = feature;
  const reduced =
    service?.reducedLimit == null
      ? {}
      : { service: { ...service, reducedLimit: raise(service.reducedLimit) } };
  return {
    ...check,
    entitlement: { ...entitlement, limit, ...poolLimit },
    feature: { ...feature, ...reduced },
  };
}

/**
 * Whether a customer may use a feature whose meter rounds the figure of a period: decided by the figure as it will be
 * rounded, told with the figures as they are.
 *
 * @param check what is used, rounded
 * @param measured the customer's usage before it was rounded
 */
export function evaluateRounded(
  check: EntitlementCheck,
  measured: Decimal12,
  rounding: QuantityRounding | null,
): EntitlementVerdict {
  const told = evaluateEntitlement(check);
  if (rounding === null) return told;
  const exact = check.poolUsed === undefined ? { used: measured } : { poolUsed: measured };
  const { allowed, reason, remaining, overage } = evaluateEntitlement(
    beforeRounding({ ...check, ...exact }, rounding),
  );
  return { ...told, allowed, reason, remaining, overage };
}

/** The highest figure that is rounded to at most `limit`, which is not negative. */
export function highestRoundedTo(limit: Decimal12, { step, mode }: QuantityRounding): Decimal12 {
  const steps = limit / step;
  const floor = steps * step;
  switch (mode) {
    case 'up':
      return decimal12FromScaled(floor);
    case 'down':
      return decimal12FromScaled(floor + step - 1n);
    default: {
      // Half a step above, a half itself going away from zero or to the even step.
      const half = (2n * floor + step - 1n) / 2n;
      const isHalfIn = mode === 'half_even' && steps % 2n === 0n && step % 2n === 0n;
      return decimal12FromScaled(isHalfIn ? half + 1n : half);
    }
  }
}
