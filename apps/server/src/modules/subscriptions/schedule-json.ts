import { invariant, unreachable } from '@billhook/core/kernel/invariant';
import type { JsonObject } from '@billhook/core/kernel/json';
import type { ScheduledStep } from '@billhook/core/subscriptions/schedule';
import type { Pause, PauseMode } from '@billhook/core/subscriptions/subscription';
import { type Instant, parseInstant } from '@billhook/core/time/instant';
import { iso, isoOrNull } from '../../platform/sql.ts';
import type { StoredPlanVersion } from '../catalog/api.ts';

/** A step as it is stored: prices stand in the catalogue and are read from there. */
type StepJson = { id: string; at: string } & (
  | {
      kind: 'change';
      plan_version_id: string;
      seats: string;
      item_ids: string[];
      phase: number | null;
      is_prorated: boolean;
    }
  | { kind: 'seats'; seats: string; item_ids: string[]; is_prorated: boolean }
  | { kind: 'cancel'; credit_unused: boolean; reason: string }
  | { kind: 'pause'; mode: PauseMode }
  | { kind: 'resume'; item_ids: string[] }
  | { kind: 'add_on_quantity'; add_on_id: string; quantity: string; item_ids: string[]; is_prorated: boolean }
  | { kind: 'add_on_end'; add_on_id: string; credit_unused: boolean }
);

export type ScheduleJson = StepJson[];

export type PausesJson = {
  from: string;
  to: string | null;
  mode: PauseMode;
  item_ids: string[];
  /** Missing in pauses that were stored before it was kept. */
  resumes_as?: Pause['resumesAs'];
}[];

export function scheduleToJson(schedule: readonly ScheduledStep[]): JsonObject[] {
  return schedule.map((step): JsonObject => {
    const face = { id: step.id, at: iso(step.at), kind: step.kind };
    switch (step.kind) {
      case 'change':
        return {
          ...face,
          plan_version_id: step.planVersionId,
          seats: `${step.seats}`,
          item_ids: [...step.itemIds],
          phase: step.phase,
          is_prorated: step.isProrated,
        };
      case 'seats':
        return {
          ...face,
          seats: `${step.seats}`,
          item_ids: [...step.itemIds],
          is_prorated: step.isProrated,
        };
      case 'cancel':
        return { ...face, credit_unused: step.creditUnused, reason: step.reason };
      case 'pause':
        return { ...face, mode: step.mode };
      case 'resume':
        return { ...face, item_ids: [...step.itemIds] };
      case 'add_on_quantity':
        return {
          ...face,
          add_on_id: step.addOnId,
          quantity: `${step.quantity}`,
          item_ids: [...step.itemIds],
          is_prorated: step.isProrated,
        };
      case 'add_on_end':
        return { ...face, add_on_id: step.addOnId, credit_unused: step.creditUnused };
      default:
        return unreachable(step);
    }
  });
}

/** The versions that steps of a schedule name. */
export function versionsOfSchedule(schedule: ScheduleJson): string[] {
  return schedule.flatMap((step) => (step.kind === 'change' ? [step.plan_version_id] : []));
}

export function scheduleFromJson(
  schedule: ScheduleJson,
  versions: ReadonlyMap<string, StoredPlanVersion>,
): ScheduledStep[] {
  return schedule.map((step): ScheduledStep => {
    const { id } = step;
    const at = instantOf(step.at);
    switch (step.kind) {
      case 'change': {
        const version = versions.get(step.plan_version_id);
        invariant(version !== undefined, 'A step names a version that exists.');
        return {
          id,
          at,
          kind: 'change',
          planId: version.planId,
          planVersionId: version.id,
          seats: BigInt(step.seats),
          prices: version.prices,
          itemIds: step.item_ids,
          phase: step.phase,
          isProrated: step.is_prorated,
        };
      }
      case 'seats':
        return {
          id,
          at,
          kind: 'seats',
          seats: BigInt(step.seats),
          itemIds: step.item_ids,
          isProrated: step.is_prorated,
        };
      case 'cancel':
        return { id, at, kind: 'cancel', creditUnused: step.credit_unused, reason: step.reason };
      case 'pause':
        return { id, at, kind: 'pause', mode: step.mode };
      case 'resume':
        return { id, at, kind: 'resume', itemIds: step.item_ids };
      case 'add_on_quantity':
        return {
          id,
          at,
          kind: 'add_on_quantity',
          addOnId: step.add_on_id,
          quantity: BigInt(step.quantity),
          itemIds: step.item_ids,
          isProrated: step.is_prorated,
        };
      case 'add_on_end':
        return { id, at, kind: 'add_on_end', addOnId: step.add_on_id, creditUnused: step.credit_unused };
      default:
        return unreachable(step);
    }
  });
}

export function pausesToJson(pauses: readonly Pause[]): JsonObject[] {
  return pauses.map(({ from, to, mode, itemIds, resumesAs }) => ({
    from: iso(from),
    to: isoOrNull(to),
    mode,
    item_ids: [...itemIds],
    resumes_as: resumesAs,
  }));
}

export function pausesFromJson(pauses: PausesJson): Pause[] {
  return pauses.map(({ from, to, mode, item_ids, resumes_as = 'active' }) => ({
    from: instantOf(from),
    to: to === null ? null : instantOf(to),
    mode,
    itemIds: item_ids,
    resumesAs: resumes_as,
  }));
}

export function instantOf(text: string): Instant {
  const moment = parseInstant(text);
  invariant(moment.ok, 'A stored moment is written as we write moments.');
  return moment.value;
}
