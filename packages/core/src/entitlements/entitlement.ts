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
  /** What happens above the limit: `block` refuses, `allow` lets it pass and marks it as overage. */
  readonly overage: OveragePolicy;
}

export type UsageReset = 'billing_period' | 'calendar_month' | 'day' | 'never';
export type OveragePolicy = 'block' | 'allow';
