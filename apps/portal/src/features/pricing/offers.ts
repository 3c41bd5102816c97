import type { Price, PublicPlan } from '@billhook/sdk/generated/types';
import type { Interval } from '@billhook/ui/plan-card';

/** Plans of one family: the same thing, paid by the month or by the year. */
export interface Offer {
  readonly family: string;
  readonly rank: number;
  readonly month: PublicPlan | undefined;
  readonly year: PublicPlan | undefined;
}

/** The price that is paid for having the plan, before any use: flat, or for each seat. */
export function basePrice(plan: PublicPlan): Price | undefined {
  return plan.prices.find(({ quantity, timing }) => quantity.kind !== 'meter' && timing === 'in_advance');
}

/** Prices of what is used. */
export function meterPrices(plan: PublicPlan): readonly Price[] {
  return plan.prices.filter(({ quantity }) => quantity.kind === 'meter');
}

export function intervalOf(plan: PublicPlan): Interval {
  return basePrice(plan)?.cadence.interval === 'year' ? 'year' : 'month';
}

export function hasSeats(plan: Pick<PublicPlan, 'prices'>): boolean {
  return plan.prices.some(({ quantity }) => quantity.kind === 'seats');
}

/** One offer a family, the smallest first. */
export function offersOf(plans: readonly PublicPlan[]): readonly Offer[] {
  const families = Map.groupBy(plans, ({ family }) => family);
  return [...families]
    .map(([family, members]) => ({
      family,
      rank: Math.min(...members.map(({ rank }) => rank)),
      month: members.find((plan) => intervalOf(plan) === 'month'),
      year: members.find((plan) => intervalOf(plan) === 'year'),
    }))
    .sort((a, b) => a.rank - b.rank || a.family.localeCompare(b.family));
}

/** The plan of an offer for an interval; the other one where it has only that. */
export function planFor(offer: Offer, interval: Interval): PublicPlan {
  const plan = offer[interval] ?? offer.month ?? offer.year;
  if (plan === undefined) throw new Error('an offer without a plan');
  return plan;
}

/** The amount of a flat base price in minor units; null where it is counted or missing. */
export function flatAmount(plan: PublicPlan): string | null {
  const pricing = basePrice(plan)?.pricing;
  return pricing?.model === 'flat' ? pricing.amount : null;
}

/** How many months are free by the year, where it is a whole number and the same for all offers. */
export function monthsFree(offers: readonly Offer[]): number | null {
  const savings = offers.flatMap(({ month, year }) => {
    const monthly = month && flatAmount(month);
    const yearly = year && flatAmount(year);
    if (!monthly || !yearly || monthly === '0') return [];
    const paid = BigInt(yearly);
    const each = BigInt(monthly);
    return paid % each === 0n ? [12 - Number(paid / each)] : [0];
  });
  const [first] = savings;
  return first !== undefined && first > 0 && savings.every((saving) => saving === first) ? first : null;
}

/** The one in the middle is meant for most; of two, the larger one. */
export function highlightedFamily(offers: readonly Offer[]): string | null {
  const paid = offers.filter((offer) => flatAmount(planFor(offer, 'month')) !== '0');
  if (offers.length < 2) return null;
  return paid[Math.floor((paid.length - 1) / 2)]?.family ?? null;
}
