import type { Entitlement } from '../entitlements/entitlement.ts';
import type { CurrencyCode } from '../money/currency.ts';
import type { Price } from './price.ts';

/** Something to subscribe to. What it costs and grants is in its versions. */
export interface Plan {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  /** Groups the variants of one offer (monthly, yearly) and the plans that a customer may move between. */
  readonly family: string;
  /** The seller's order: a move to a higher rank is an upgrade. */
  readonly rank: number;
}

/** A published state of a plan. It never changes; a new state is a new version. */
export interface PlanVersion {
  readonly id: string;
  readonly planId: string;
  /** 1, 2, 3 … within the plan. */
  readonly number: number;
  readonly currency: CurrencyCode;
  readonly prices: readonly Price[];
  readonly entitlements: readonly Entitlement[];
  /** Whole days before the first period; 0 for none. */
  readonly trialDays: number;
}
