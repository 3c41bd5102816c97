import type { Metadata } from './records.ts';

/** What one phase of a schedule sells. */
export interface PhaseItem {
  readonly price: string;
  readonly quantity: number | null;
  readonly metadata: Metadata;
  readonly taxRates: readonly string[];
}

/** A stretch of a subscription's life that was laid out before, in seconds. */
export interface SchedulePhase {
  readonly start: number;
  readonly end: number;
  readonly items: readonly PhaseItem[];
  readonly proration: 'create_prorations' | 'always_invoice' | 'none';
  readonly metadata: Metadata;
}

export interface SubscriptionScheduleRecord {
  readonly id: string;
  readonly created: number;
  readonly customer: string;
  readonly currency: string;
  /** The one that it leads; null before it begins and after it was released. */
  readonly subscription: string | null;
  readonly releasedSubscription: string | null;
  readonly status: 'not_started' | 'active' | 'completed' | 'canceled' | 'released';
  readonly endBehavior: 'release' | 'cancel';
  readonly phases: readonly SchedulePhase[];
  /** The phase that stands, counted from 0. */
  readonly applied: number;
  readonly completedAt: number | null;
  readonly canceledAt: number | null;
  readonly releasedAt: number | null;
  readonly metadata: Metadata;
}
