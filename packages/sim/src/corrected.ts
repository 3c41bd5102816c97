import type { UsageCorrection } from '@billhook/core/invoicing/usage-correction';
import type { Instant } from '@billhook/core/time/instant';

/** A moment of a meter whose usage came late: what was billed for it is looked at again. */
export interface TouchedMoment {
  readonly meterId: string;
  readonly at: Instant;
}

/** What a deduction took of a line: before discounts, and of its invoice with tax. */
export interface DeductedLine {
  readonly invoiceId: string;
  readonly position: number;
  readonly grossMinor: bigint;
  readonly totalMinor: bigint;
}

/** A charge below zero, before discounts and after them, and the lines that it is for. */
export interface PeriodDeduction {
  readonly chargeId: string;
  readonly grossMinor: bigint;
  readonly amountMinor: bigint;
  readonly parts: readonly DeductedLine[];
}

/** What becomes of the difference that late usage makes to a billed period. */
export type CorrectionWay =
  | { readonly kind: 'none' }
  | { readonly kind: 'charged'; readonly chargeId: string }
  | {
      readonly kind: 'debited';
      readonly chargeId: string;
      readonly invoiceId: string;
      readonly position: number;
    }
  | {
      readonly kind: 'credited';
      /** Before discounts, by the line. */
      readonly parts: readonly {
        readonly invoiceId: string;
        readonly position: number;
        readonly amountMinor: bigint;
      }[];
      /** What notes cannot give back and another invoice does, before discounts and after them; null for nothing. */
      readonly deduction: PeriodDeduction | null;
    };

export interface CorrectedPeriod {
  readonly subscriptionId: string;
  readonly itemId: string;
  readonly billingStart: Instant;
  /** Before discounts and tax; with what earlier corrections changed. */
  readonly grossDeltaMinor: bigint;
  readonly way: CorrectionWay;
}

/** A look at what was billed for usage that came late; told before it is carried out. */
export interface Corrected {
  readonly at: Instant;
  readonly touched: readonly TouchedMoment[];
  readonly periods: readonly CorrectedPeriod[];
}

/** What a correction changed of a period, the charge that it made, and what that took of which lines. */
export interface Adjustment extends UsageCorrection {
  readonly subscriptionId: string;
  readonly deducted: readonly DeductedLine[];
}
