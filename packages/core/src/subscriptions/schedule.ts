import type { Price } from '../catalog/price.ts';
import type { Instant } from '../time/instant.ts';
import type { PauseMode, Subscription } from './subscription.ts';

/** Something that will happen to a subscription at its own moment, whenever billing looks. */
export type ScheduledStep =
  | ChangeStep
  | SeatsStep
  | CancelStep
  | PauseStep
  | ResumeStep
  | AddOnQuantityStep
  | AddOnEndStep;

interface Step {
  readonly id: string;
  readonly at: Instant;
}

/** Another plan or version: a scheduled change, a phase, or a migration at renewal. */
export interface ChangeStep extends Step {
  readonly kind: 'change';
  readonly planId: string;
  readonly planVersionId: string;
  readonly seats: bigint;
  readonly prices: readonly Price[];
  /** Ids for the items that the change will start, one a price. */
  readonly itemIds: readonly string[];
  /** The number of the phase that begins, from 1 on; null for a change that is no phase. */
  readonly phase: number | null;
  readonly isProrated: boolean;
}

export interface SeatsStep extends Step {
  readonly kind: 'seats';
  readonly seats: bigint;
  readonly itemIds: readonly string[];
  readonly isProrated: boolean;
}

export interface CancelStep extends Step {
  readonly kind: 'cancel';
  readonly creditUnused: boolean;
  /** `renewal_off` and `periods_completed` are ours; others are the caller's words. */
  readonly reason: string;
}

export interface PauseStep extends Step {
  readonly kind: 'pause';
  readonly mode: PauseMode;
}

export interface ResumeStep extends Step {
  readonly kind: 'resume';
  /** Ids for the items that resume. */
  readonly itemIds: readonly string[];
}

export interface AddOnQuantityStep extends Step {
  readonly kind: 'add_on_quantity';
  readonly addOnId: string;
  readonly quantity: bigint;
  readonly itemIds: readonly string[];
  readonly isProrated: boolean;
}

export interface AddOnEndStep extends Step {
  readonly kind: 'add_on_end';
  readonly addOnId: string;
  readonly creditUnused: boolean;
}

/** At one moment an end comes before all else, and a change of plan before what is done to its parts. */
const ORDER: Readonly<Record<ScheduledStep['kind'], number>> = {
  cancel: 0,
  resume: 1,
  change: 2,
  seats: 3,
  add_on_quantity: 4,
  add_on_end: 5,
  pause: 6,
};

/** The schedule with one step more, in order of time. */
export function withStep(schedule: readonly ScheduledStep[], step: ScheduledStep): readonly ScheduledStep[] {
  return inOrder([...schedule, step]);
}

export function inOrder(schedule: readonly ScheduledStep[]): readonly ScheduledStep[] {
  return [...schedule].sort((a, b) => a.at - b.at || ORDER[a.kind] - ORDER[b.kind]);
}

export function withoutStep(schedule: readonly ScheduledStep[], id: string): readonly ScheduledStep[] {
  return schedule.filter((step) => step.id !== id);
}

/** The end that lies ahead; null for none. */
export function cancelAhead(subscription: Pick<Subscription, 'schedule'>): CancelStep | null {
  return subscription.schedule.find((step): step is CancelStep => step.kind === 'cancel') ?? null;
}

/** The next change of plan that lies ahead; null for none. */
export function changeAhead(subscription: Pick<Subscription, 'schedule'>): ChangeStep | null {
  return subscription.schedule.find((step): step is ChangeStep => step.kind === 'change') ?? null;
}
