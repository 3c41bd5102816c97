import type { Decimal12 } from '../kernel/decimal.ts';
import type { CurrencyCode } from '../money/currency.ts';
import type { Rational } from '../money/rational.ts';
import type { RoundingMode } from '../money/round.ts';
import type { PriceReading } from '../rating/reading.ts';
import type { RatingTrace } from '../rating/trace.ts';
import type { Instant } from '../time/instant.ts';
import type { Period } from '../time/period.ts';

/**
 * `recurring`: a flat or seat price for a period or the rest of one. `usage`: metered quantity of a period.
 * `proration_credit`: takes back what was charged in advance for time after an item ended; its amount is negative.
 */
export type LineKind = 'recurring' | 'usage' | 'proration_credit';

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
  /** In minor units; before tax, or with it where the seller's prices include tax. */
  readonly amountMinor: bigint;
  readonly explanation: LineExplanation;
}

/** Everything a person needs to compute the amount by hand. */
export interface LineExplanation {
  readonly rule: 'flat_fee' | 'seats' | 'metered_usage' | 'unused_time';
  readonly priceId: string;
  readonly priceKey: string;
  readonly planVersionId: string;
  /** The whole period of the price's grid that the service lies in, and its number from the anchor. */
  readonly billingPeriod: Period;
  readonly periodIndex: number;
  readonly timeZone: string;
  readonly zoneRulesVersion: string;
  readonly quantity: Decimal12;
  readonly readings: ReadingsBasis | null;
  /** How the amount for the whole period came about; `verifyTrace` computes it again. */
  readonly rating: RatingTrace;
  /** Share of the billing period that is charged or credited, 1/1 for a whole one. */
  readonly fraction: Rational;
  /** The exact amount before rounding, in minor units. */
  readonly exactMinor: Rational;
  readonly rounding: RoundingMode;
}

/** What the quantity of a usage line rests on; the digest lets an archive prove it later. */
export interface ReadingsBasis {
  readonly meterId: string;
  readonly period: Period;
  readonly eventCount: bigint;
  readonly digest: string | null;
}

/** What is remembered of a line that stands on an invoice: enough to keep the difference. */
export interface BilledLine {
  readonly key: string;
  readonly subscriptionId: string;
  readonly itemId: string;
  readonly kind: LineKind;
  readonly servicePeriod: Period;
  readonly amountMinor: bigint;
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
  readonly eventCount: bigint;
  readonly digest: string | null;
  /** What prices over single events, values or peaks need beside the quantity. */
  readonly detail?: Omit<PriceReading, 'quantity' | 'line'>;
}

/** The name of a fact that is billed at most once. */
export function lineKey(itemId: string, kind: LineKind, billingPeriodStart: Instant): string {
  return `${itemId}/${kind}/${billingPeriodStart}`;
}
