import { payableFor } from '@billhook/core/credits/burn-usage';
import { costAt, creditsFor, wholeUnitsFor } from '@billhook/core/credits/feature-cost';
import type { Decimal12 } from '@billhook/core/kernel/decimal';
import type { QueryCtx } from '../../platform/context.ts';
import { creditCosts, creditTypes } from './catalogue-repo.ts';
import { heldByCustomer } from './repo.ts';
import type { StoredCost, StoredCreditType, StoredGrant } from './types.ts';

/** How a customer's credits stand for so much of a feature. */
export type CreditStanding = {
  type: StoredCreditType;
  available: Decimal12;
  cost: Decimal12;
  isCovered: boolean;
  /** Beyond the balance, use is refused, or goes on and is owed. */
  beyond: 'block' | 'allow';
  /** Whole units that are left; null if they cost nothing. */
  unitsLeft: bigint | null;
};

/** Answers for any customer and feature that was loaded; null where the feature costs no credits now. */
export type CreditStandings = (
  customerId: string,
  featureId: string,
  quantity: Decimal12,
) => CreditStanding | null;

/** Costs, types and grants of customers, a statement each, whatever is asked of them. */
export type CreditFacts = {
  costs: readonly StoredCost[];
  types: ReadonlyMap<string, StoredCreditType>;
  held: Map<string, StoredGrant[]>;
};

export async function loadCredits(ctx: QueryCtx, customerIds: readonly string[]): Promise<CreditFacts> {
  const costs = await creditCosts(ctx);
  if (costs.length === 0) return { costs, types: new Map(), held: new Map() };
  const types = new Map((await creditTypes(ctx)).map((type) => [type.id, type]));
  return { costs, types, held: await heldByCustomer(ctx, customerIds) };
}

/** Nothing asked for means a whole unit. */
export function standingOf(
  ctx: QueryCtx,
  { costs, types, held }: CreditFacts,
  [customerId, featureId, quantity]: Parameters<CreditStandings>,
): CreditStanding | null {
  const cost = costAt(costs, featureId, ctx.now);
  const type = types.get(cost?.creditTypeId ?? '');
  if (cost === null || type === undefined) return null;
  const use = { creditTypeId: type.id, featureId, chargeKind: null, subscriptionId: null };
  const available = payableFor(held.get(customerId) ?? [], { ...use, at: ctx.now, now: ctx.now });
  const price = quantity === 0n ? cost.perUnit : creditsFor(quantity, cost.perUnit);
  return {
    type,
    available,
    cost: price,
    isCovered: available >= price,
    beyond: cost.beyond,
    unitsLeft: wholeUnitsFor(available, cost.perUnit),
  };
}

/** How the credits of customers stand, set-wise. */
export async function creditStandings(
  ctx: QueryCtx,
  customerIds: readonly string[],
): Promise<CreditStandings> {
  const facts = await loadCredits(ctx, customerIds);
  return (...asked) => standingOf(ctx, facts, asked);
}
