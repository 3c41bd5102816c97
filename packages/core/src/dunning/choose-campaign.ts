import { type Instant, MS_PER_DAY } from '../time/instant.ts';

/** Whom a campaign is for; what is null or empty does not matter. */
export interface Segment {
  readonly planIds: readonly string[];
  /** ISO 3166 codes of two letters. */
  readonly countries: readonly string[];
  /** The amount to pay, in minor units of `currency`. */
  readonly minAmountMinor: bigint | null;
  readonly maxAmountMinor: bigint | null;
  readonly currency: string | null;
  /** Whole days since the customer came. */
  readonly minTenureDays: number | null;
  readonly maxTenureDays: number | null;
}

export const EVERYBODY: Segment = {
  planIds: [],
  countries: [],
  minAmountMinor: null,
  maxAmountMinor: null,
  currency: null,
  minTenureDays: null,
  maxTenureDays: null,
};

/** What is known of the invoice when its campaign is chosen. */
export interface SegmentFacts {
  readonly planIds: readonly string[];
  readonly country: string | null;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly customerSince: Instant;
  readonly now: Instant;
}

/** Whether an invoice belongs to a segment. Amounts are compared in their own currency only. */
export function isInSegment(segment: Segment, facts: SegmentFacts): boolean {
  const { planIds, countries, currency, minAmountMinor, maxAmountMinor, minTenureDays, maxTenureDays } =
    segment;
  const tenureDays = Math.floor((facts.now - facts.customerSince) / MS_PER_DAY);
  return (
    (planIds.length === 0 || facts.planIds.some((id) => planIds.includes(id))) &&
    (countries.length === 0 || (facts.country !== null && countries.includes(facts.country))) &&
    (currency === null || currency === facts.currency) &&
    (minAmountMinor === null || facts.amountMinor >= minAmountMinor) &&
    (maxAmountMinor === null || facts.amountMinor <= maxAmountMinor) &&
    (minTenureDays === null || tenureDays >= minTenureDays) &&
    (maxTenureDays === null || tenureDays <= maxTenureDays)
  );
}

/** The first that fits, in the order of the seller; undefined if none does. */
export function chooseCampaign<T extends { readonly segment: Segment }>(
  campaigns: readonly T[],
  facts: SegmentFacts,
): T | undefined {
  return campaigns.find(({ segment }) => isInSegment(segment, facts));
}
