import type { Feature } from '@billhook/core/catalog/feature';
import type { Meter } from '@billhook/core/catalog/meter';
import type { Plan, PlanVersion } from '@billhook/core/catalog/plan';
import type { Instant } from '@billhook/core/time/instant';

export type StoredMeter = Meter & { unit: string; archivedAt: Instant | null; createdAt: Instant };

export type StoredFeature = Feature & { description: string; archivedAt: Instant | null; createdAt: Instant };

export type StoredPlan = Plan & {
  description: string;
  public: boolean;
  highlights: readonly string[];
  /** Number of the newest version; customers who subscribe now get it. */
  latestVersion: number;
  archivedAt: Instant | null;
  createdAt: Instant;
  updatedAt: Instant;
};

export type StoredPlanVersion = PlanVersion & {
  /** Percentages of a metered limit at which a warning goes out, by feature id. */
  warnAtPercent: Readonly<Record<string, readonly number[]>>;
  createdAt: Instant;
};
