import type { MeterAggregation } from '../catalog/meter.ts';
import type { QuantityRounding, WeightUnit } from '../catalog/meter-terms.ts';
import type { Decimal12 } from '../kernel/decimal.ts';
import type { CurrencyCode } from '../money/currency.ts';
import type { Rational } from '../money/rational.ts';
import type { RoundingMode } from '../money/round.ts';
import type { ShareRule } from '../proration/share.ts';
import type { PriceReading } from '../rating/reading.ts';
import type { RatingTrace } from '../rating/trace.ts';
import type { Instant } from '../time/instant.ts';
import type { Period } from '../time/period.ts';

/**
 * `recurring`: a flat or seat price for a period or the rest of one. `usage`: metered quantity of a period.
 * `proration_credit`: takes back what was charged in advance for time after an item ended; its amount is negative.
 * `one_off`: a charge that is made once. `true_up`: what a period lacks of its minimum commitment. `spend_cap`: what a
 * period exceeds its cap by; its amount is negative.
 */
export type LineKind = 'recurring' | 'usage' | 'proration_credit' | 'one_off' | 'true_up' | 'spend_cap';

/** What one discount takes off one line. */
export interface LineDiscount {
  readonly discountId: string;
  readonly couponId: string;
  /** The period of the discount that it is granted from: an amount is granted once in each. */
  readonly periodIndex: number;
  /** Null for an amount of money. */
  readonly percent: Decimal12 | null;
  /** What an amount of money had left in its period before this run; null for a percentage. */
  readonly availableMinor: bigint | null;
  /** 0 or more. */
  readonly amountMinor: bigint;
}

/** A line that should exist. `key` names the fact it bills: the same fact has the same key in every run. */
export interface ProposedLine {
  readonly key: string;
  readonly kind: LineKind;
  readonly subscriptionId: string;
  readonly itemId: string;
  readonly planVersionId: string;
  readonly priceId: string;
  readonly meterId: string | null;
  readonly description: string;
  readonly taxCode: string;
  readonly currency: CurrencyCode;
  /** First of the four times: what the line is for. */
  readonly servicePeriod: Period;
  /** Second: from when on it may be billed. */
  readonly billableAt: Instant;
  /** Third: quantity is what was known of the service up to here. */
  readonly quantityCutoffAt: Instant;
  /** Fourth: when it may be collected. */
  readonly collectAt: Instant;
  readonly quantity: Decimal12;
  /** Before discounts, in minor units. */
  readonly grossMinor: bigint;
  readonly discounts: readonly LineDiscount[];
  /** Gross less discounts, in minor units; before tax, or with it where the seller's prices include tax. */
  readonly amountMinor: bigint;
  readonly explanation: LineExplanation;
}

/** Everything a person needs to compute the amount by hand. */
export interface LineExplanation {
  readonly rule: LineRule;
  readonly priceId: string;
  readonly priceKey: string;
  readonly planId: string;
  readonly planVersionId: string;
  /** The whole period of the price's grid that the service lies in, and its number from the anchor. */
  readonly billingPeriod: Period;
  readonly periodIndex: number;
  readonly timeZone: string;
  readonly zoneRulesVersion: string;
  readonly quantity: Decimal12;
  readonly readings: ReadingsBasis | null;
  /** How the price of a whole period came about; null where the line rests on other lines. */
  readonly trace: RatingTrace | null;
  /** What a line rests on that is worked out from other lines; null where it rests on a price. */
  readonly basis: LineBasis | null;
  /** Share of the billing period that is charged or credited, 1/1 for a whole one. */
  readonly fraction: Rational;
  /** How the share was counted; null where the line is for all of its service whatever its length. */
  readonly proration: ShareRule | null;
  /** The exact amount before rounding, in minor units. */
  readonly exactMinor: Rational;
  readonly rounding: RoundingMode;
  /**
   * Names the entry that the line is a part of: its lines are rounded together, and a document may show them as one.
   * Left out where the line is an entry of its own.
   */
  readonly entry?: string;
}

export type LineRule =
  | 'flat_fee'
  | 'seats'
  | 'metered_usage'
  | 'one_off'
  | 'unused_time'
  | 'minimum_commitment'
  | 'spend_cap';

/**
 * `charge`: the line that is taken back, what was charged by it after discounts, what credit notes took back of that,
 * and for which share of the period it was charged. `spend`: what the period's lines add up to, and the bounds for a
 * whole period.
 */
export type LineBasis =
  | {
      readonly kind: 'charge';
      readonly chargedKey: string;
      readonly chargedMinor: bigint;
      readonly creditedMinor: bigint;
      readonly chargedFraction: Rational;
    }
  | {
      readonly kind: 'spend';
      readonly spentMinor: bigint;
      readonly minimumMinor: bigint | null;
      readonly maximumMinor: bigint | null;
    };

/** What the quantity of a usage line rests on; the digest lets an archive prove it later. */
export interface ReadingsBasis {
  readonly meterId: string;
  readonly period: Period;
  readonly eventCount: bigint;
  readonly digest: string | null;
  /** How many of them happened earlier and count here because their own period had been billed; left out for none. */
  readonly lateCount?: bigint;
  /** How the meter came to the quantity, where it does more than add up or count. */
  readonly measure?: MeasureBasis;
}

/** How a meter came to the quantity of a period. */
export interface MeasureBasis {
  readonly aggregation: MeterAggregation;
  readonly percentile: Decimal12 | null;
  readonly weightedBy: WeightUnit | null;
  /** The quantity before it was rounded to the meter's step. */
  readonly measured: Decimal12;
  readonly rounding: QuantityRounding | null;
}

/** What is remembered of a line that stands on an invoice: enough to keep the difference. */
export interface BilledLine {
  readonly key: string;
  readonly subscriptionId: string;
  readonly itemId: string;
  readonly kind: LineKind;
  readonly servicePeriod: Period;
  readonly billingPeriod: Period;
  readonly quantity: Decimal12;
  readonly grossMinor: bigint;
  readonly discounts: readonly Pick<LineDiscount, 'discountId' | 'periodIndex' | 'amountMinor'>[];
  readonly amountMinor: bigint;
  /** What credit notes took back of the amount; 0 or more. */
  readonly creditedMinor: bigint;
  readonly billableAt: Instant;
  /** Its invoice was voided and the seller does not bill the period again. */
  readonly isWaived?: boolean;
}

/** The measured quantity of one meter for one item over one stretch of service. */
export interface UsageQuantity {
  readonly itemId: string;
  readonly meterId: string;
  readonly period: Period;
  readonly quantity: Decimal12;
  /** What a model needs beside the quantity: single amounts, values of dimensions, peaks. */
  readonly reading?: Omit<PriceReading, 'quantity' | 'line'>;
  readonly eventCount: bigint;
  readonly digest: string | null;
  readonly measure?: MeasureBasis;
  /** Parts of the period do not add up to it, so it cannot be billed in parts. */
  readonly isWholeOnly?: boolean;
}

/**
 * The name of a fact that is billed at most once.
 *
 * @param part the number of a line of a period that is billed in several, 0 for the first or only one
 */
export function lineKey(itemId: string, kind: LineKind, billingPeriodStart: Instant, part = 0): string {
  return `${itemId}/${kind}/${billingPeriodStart}${part === 0 ? '' : `/${part}`}`;
}
