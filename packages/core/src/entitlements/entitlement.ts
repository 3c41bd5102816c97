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

export type UsageReset = 'billing_period' | 'calendar_month' | 'day' | 'never';
/**
 * What happens above the limit. `block`: a hard limit, what passes it is refused. `soft`: it passes, is told, and is
 * nothing to charge for. `allow`: it passes as overage, which prices charge for.
 */
export type OveragePolicy = 'block' | 'soft' | 'allow';
