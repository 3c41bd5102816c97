/** What a plan may grant. A metered feature counts one meter; the others carry no figures. */
export interface Feature {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly kind: FeatureKind;
  /** Set for metered features only: the meter whose usage counts against the limit. */
  readonly meterId: string | null;
}

export type FeatureKind = 'boolean' | 'configuration' | 'metered';
