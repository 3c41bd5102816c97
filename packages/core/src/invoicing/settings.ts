import type { RoundingMode } from '../money/round.ts';

/** The seller's choices that billing depends on. */
export interface BillingSettings {
  /** What happens when the lines of a run add up to nothing: an invoice over zero, or none. */
  readonly zeroInvoices: 'issue' | 'skip';
  readonly rounding: RoundingMode;
  /** Whole days from issue until payment is due. */
  readonly paymentTermsDays: number;
  /** How long after the end of a period its usage may still arrive before it is billed, in milliseconds. */
  readonly usageGraceMs: number;
  /** Safety bounds: beyond them nothing is guessed, the customer is parked. */
  readonly maxLinesPerSubscriptionDay: number;
  /** Lines a day for each price of a subscription, where that is more: a change credits one price and charges another. */
  readonly maxLinesPerPriceDay: number;
  readonly maxLinesPerInvoice: number;
}

export const DEFAULT_BILLING_SETTINGS: BillingSettings = {
  zeroInvoices: 'skip',
  rounding: 'half_away_from_zero',
  paymentTermsDays: 0,
  usageGraceMs: 0,
  maxLinesPerSubscriptionDay: 15,
  maxLinesPerPriceDay: 3,
  maxLinesPerInvoice: 500,
};
