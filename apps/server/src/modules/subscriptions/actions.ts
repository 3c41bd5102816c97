import type { AddOn } from '@billhook/core/catalog/add-on';
import type { Coupon } from '@billhook/core/catalog/coupon';
import type { Plan } from '@billhook/core/catalog/plan';
import type { Price } from '@billhook/core/catalog/price';
import type { BilledLine } from '@billhook/core/invoicing/line';
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
    }
  | ({ kind: 'discount'; billed: readonly LineOfCharge[] } & CouponUse)
  | { kind: 'end_discount'; discountId: string }
  | { kind: 'add_on'; addOn: AddOn; quantity: bigint }
  | {
      kind: 'add_on_quantity';
      addOnId: string;
      quantity: bigint;
      when: 'now' | 'period_end' | { at: Instant };
      isProrated: boolean;
    }
  | {
      kind: 'end_add_on';
      addOnId: string;
      when: 'now' | 'period_end' | { at: Instant };
      creditUnused: boolean;
    }
  /** A price that stands in no catalogue; it gets the id of the charge. */
  | { kind: 'charge'; price: Omit<Price, 'id'>; quantity: bigint; alsoAtRest?: boolean };

/** A coupon with what was counted of it, under the lock of the customer. */
export type CouponUse = {
  coupon: Coupon;
  redemptions: number;
  redemptionsByCustomer: number;
};

type LineOfCharge = Pick<BilledLine, 'itemId' | 'kind' | 'billingPeriod'>;

export type ActionKind = Action['kind'];
