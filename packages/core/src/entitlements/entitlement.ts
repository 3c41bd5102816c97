import type { Decimal12 } from '../kernel/decimal.ts';
import type { JsonValue } from '../kernel/json.ts';

/** A right that a plan version grants, by the kind of its feature. */
export type Entitlement = BooleanEntitlement | ConfigurationEntitlement | MeteredEntitlement;

export interface BooleanEntitlement {
  readonly kind: 'boolean';
  readonly featureId: string;
  readonly enabled: boolean;
}

export interface ConfigurationEntitlement {
  readonly kind: 'configuration';
  readonly featureId: string;
  readonly value: JsonValue;
}

export interface MeteredEntitlement {
  readonly kind: 'metered';
  readonly featureId: string;
  /** How much may be used in a window; null for as much as one likes. */
  readonly limit: Decimal12 | null;
  readonly reset: UsageReset;
  readonly overage: OveragePolicy;
  /**
   * Of a feature that is counted for each member or device, `limit` is that of each of them and this one that of all of
   * them together; null or left out for none.
   */
  readonly poolLimit?: Decimal12 | null;
}

/**
 * When usage counts anew: with the billing period, at the start of a month, a week (Monday) or a day of the zone, at every
 * full hour, never, or bit by bit, because only the last so many hours or days (of 24 hours) count.
 */
export type UsageReset = FixedReset | SlidingReset;
export type FixedReset = (typeof FIXED_RESETS)[number];
export type SlidingReset = `last_${number}_hours` | `last_${number}_days`;

export const FIXED_RESETS = ['billing_period', 'calendar_month', 'week', 'day', 'hour', 'never'] as const;
/**
 * What happens above the limit. `block`: a hard limit, what passes it is refused. `soft`: it passes, is told, and is
 * nothing to charge for. `allow`: it passes as overage, which prices charge for.
 */
export type OveragePolicy = 'block' | 'soft' | 'allow';
