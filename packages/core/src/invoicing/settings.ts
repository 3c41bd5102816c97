import type { RoundingMode } from '../money/round.ts';
import { DEFAULT_PRORATION_POLICY, type ProrationPolicy } from '../proration/policy.ts';
import { DEFAULT_RATING_POLICY, type RatingPolicy } from '../rating/policy.ts';
import { DEFAULT_DISCOUNT_POLICY, type DiscountPolicy } from './discount-lines.ts';
import { DEFAULT_TAX_POLICY, type TaxPolicy } from './tax-policy.ts';

/** The seller's choices that billing depends on. */
export interface BillingSettings {
  /** What happens when the lines of a run add up to nothing: an invoice over zero, or none. */
  readonly zeroInvoices: 'issue' | 'skip';
  readonly rounding: RoundingMode;
  /** Whole days from issue until payment is due. */
  readonly paymentTermsDays: number;
  /** How long after the end of a period its usage may still arrive before it is billed, in milliseconds. */
  readonly usageGraceMs: number;
  /** How parts of periods are counted; whether by second, by day or not at all is said by each price. */
  readonly proration: ProrationPolicy;
  readonly rating: RatingPolicy;
  readonly discounts: DiscountPolicy;
  readonly tax: TaxPolicy;
  /** Bills usage inside a period as soon as what is not billed reaches this amount; null for never. */
  readonly thresholdMinor: bigint | null;
  /** Safety bounds: beyond them nothing is guessed, the customer is parked. */
  readonly maxLinesPerSubscriptionDay: number;
  /** Lines a day for each price of a subscription, where that is more: a change credits one price and charges another. */
  readonly maxLinesPerPriceDay: number;
  /** Of each subscription on it. */
  readonly maxLinesPerInvoice: number;
}

export const DEFAULT_BILLING_SETTINGS: BillingSettings = {
  zeroInvoices: 'skip',
  rounding: 'half_away_from_zero',
  paymentTermsDays: 0,
  usageGraceMs: 0,
  proration: DEFAULT_PRORATION_POLICY,
  rating: DEFAULT_RATING_POLICY,
  discounts: DEFAULT_DISCOUNT_POLICY,
  tax: DEFAULT_TAX_POLICY,
  thresholdMinor: null,
  maxLinesPerSubscriptionDay: 15,
  maxLinesPerPriceDay: 3,
  maxLinesPerInvoice: 500,
};
