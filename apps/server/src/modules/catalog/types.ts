import type { Coupon } from '@billhook/core/catalog/coupon';
import type { Feature } from '@billhook/core/catalog/feature';
import type { Meter } from '@billhook/core/catalog/meter';
import type { Plan, PlanVersion } from '@billhook/core/catalog/plan';
import type { Instant } from '@billhook/core/time/instant';
import type { LateUsage } from '@billhook/core/usage/late-policy';

export type StoredMeter = Meter & {
  unit: string;
  lateUsage: LateUsage | null;
  /** A feature of it costs credits, so its events are paid for as they are counted. */
  burnsCredits: boolean;
  archivedAt: Instant | null;
  createdAt: Instant;
};

export type StoredFeature = Required<Feature> & {
  description: string;
  archivedAt: Instant | null;
  createdAt: Instant;
};

/** What is asked of a feature that is counted for each member or device when usage comes in. */
export type SubjectFeatureRow = Pick<StoredFeature, 'id' | 'meterId' | 'subjectProperty' | 'createdAt'>;

/** A plan runs by itself; add-ons are taken beside one and recur, or are charged once. */
export type PlanKind = 'plan' | 'add_on' | 'one_off';

export type StoredPlan = Plan & {
  kind: PlanKind;
  /** Row ids of the plans that an add-on is offered with; empty means all. */
  offeredWith: readonly string[];
  description: string;
  public: boolean;
  highlights: readonly string[];
  /** Number of the newest version; customers who subscribe now get it. */
  latestVersion: number;
  archivedAt: Instant | null;
  createdAt: Instant;
  updatedAt: Instant;
};

/** A version in one currency. */
export type StoredPlanVersion = PlanVersion & {
  /** 0 is the currency that the plan was made in; the others follow. */
  position: number;
  /** Percentages of a metered limit at which a warning goes out, by feature id. */
  warnAtPercent: Readonly<Record<string, readonly number[]>>;
  createdAt: Instant;
};

/** A coupon as core knows it, with what only the server keeps. */
export type StoredCoupon = Coupon & {
  redemptions: number;
  archivedAt: Instant | null;
  createdAt: Instant;
  updatedAt: Instant;
};
