import type { ServiceRules } from '../entitlements/service.ts';

/** What a plan may grant. A metered feature counts one meter; the others carry no figures. */
export interface Feature {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly kind: FeatureKind;
  /** Set for metered features only: the meter whose usage counts against the limit. */
  readonly meterId: string | null;
  /** What values a configuration feature takes; left out or null for any. */
  readonly valueType?: ConfigurationType | null;
  /**
   * The member of an event's data that names the member or device that used it. Limits of the feature are then those of
   * each of them. Left out or null where usage counts for the whole customer.
   */
  readonly subjectProperty?: string | null;
  /** What is left of it while a subscription is not in full service; left out, as `DEFAULT_SERVICE_RULES`. */
  readonly service?: ServiceRules;
}

export type ConfigurationType = 'number' | 'text' | 'list';

export type FeatureKind = 'boolean' | 'configuration' | 'metered';
