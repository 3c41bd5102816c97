import type { Plan } from '@billhook/core/catalog/plan';
import type { CancelTiming } from '@billhook/core/subscriptions/decide-cancel';
import type { ChangeDirection, ChangeTiming } from '@billhook/core/subscriptions/decide-change';
import type { MigrationTiming } from '@billhook/core/subscriptions/decide-migration';
import type { PriceOverride } from '@billhook/core/subscriptions/decide-override';
import type { PauseMode } from '@billhook/core/subscriptions/subscription';
import type { Instant } from '@billhook/core/time/instant';
import type { StoredPlanVersion } from '../catalog/api.ts';

/** Something that may be done to a subscription, with everything it names at hand. */
export type Action =
  | {
      kind: 'change';
      currentPlan: Plan;
      newPlan: Plan;
      newVersion: StoredPlanVersion;
      /** Null keeps the seats. */
      seats: bigint | null;
      when: ChangeTiming;
      /** Null takes the order of the plans. */
      direction: ChangeDirection | null;
      isProrated: boolean;
    }
  | { kind: 'seats'; seats: bigint; when: 'now' | 'period_end' | { at: Instant }; isProrated: boolean }
  | { kind: 'cancel'; when: CancelTiming; creditUnused: boolean; reason: string }
  | { kind: 'renewal'; isOn: boolean }
  /** Null begins now, and has no end. */
  | { kind: 'pause'; mode: PauseMode; from: Instant | null; until: Instant | null }
  | { kind: 'resume'; at: Instant | null }
  | { kind: 'undo'; stepId: string }
  | { kind: 'price'; priceKey: string; override: PriceOverride; isProrated: boolean }
  /** Null ends the trial now. */
  | { kind: 'trial'; endAt: Instant | null }
  | {
      kind: 'migrate';
      currentPlan: Plan;
      newVersion: StoredPlanVersion;
      when: MigrationTiming;
      isProrated: boolean;
    };

export type ActionKind = Action['kind'];
