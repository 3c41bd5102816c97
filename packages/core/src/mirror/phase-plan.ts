import type { Price } from '../catalog/price.ts';
import type { SoldPrice } from './decide-subscription.ts';
import type { PhaseAtStripe } from './subscription-at-stripe.ts';

/** What the items of a phase are in the catalogue. */
export type PhasePlan = { planId: string; planVersionId: string; seats: bigint; prices: readonly Price[] };

/** Null where something of it stands for nothing here, or for several plans. */
export function planOfPhase(
  items: PhaseAtStripe['items'],
  sold: ReadonlyMap<string, SoldPrice>,
): PhasePlan | null {
  const known = items.map(({ priceId, quantity }) => ({ sold: sold.get(priceId), quantity }));
  const plan = known.find((one) => one.sold?.source.kind === 'plan')?.sold;
  if (plan === undefined || known.some((one) => one.sold === undefined)) return null;
  const own = known.filter((one) => one.sold?.source.kind === 'plan');
  if (own.some((one) => one.sold?.planVersionId !== plan.planVersionId)) return null;
  const counted = own.find((one) => one.sold?.price.quantity.kind === 'seats');
  return {
    planId: plan.planId,
    planVersionId: plan.planVersionId,
    seats: counted?.quantity ?? 1n,
    prices: own.flatMap((one) => one.sold?.price ?? []),
  };
}
