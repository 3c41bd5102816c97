import { availableFor } from '@billhook/core/credits/decide-consumption';
import { costAt, creditsFor, wholeUnitsFor } from '@billhook/core/credits/feature-cost';
import type { Decimal12 } from '@billhook/core/kernel/decimal';
import type { QueryCtx } from '../../platform/context.ts';
import { creditCosts, creditTypes } from './catalogue-repo.ts';
import { heldOf } from './repo.ts';
import type { StoredCreditType } from './types.ts';

export { creditTypeNamed } from './balance.ts';
export { creditAllowances, creditPacks, creditTypes } from './catalogue-repo.ts';
export { addGrant, deferPrice } from './changes.ts';
export { type ConsumeInput, consumeCredits } from './commands/consume.ts';
export { expireCredits } from './commands/expire.ts';
export { announceGrant, grantCredits } from './commands/grant.ts';
export { refundConsumption } from './commands/refund.ts';
export { packOnSale, setReload } from './commands/set-reload.ts';
export { revokeAllowances, revokeGrant, takeAway } from './commands/take-back.ts';
export { fault as creditFault, readPositive, readTime as readCreditTime } from './figures.ts';
export { creditRowId, purchaseId } from './ids.ts';
export { creditsListener } from './listeners.ts';
export { presentConsumption, presentGrant, presentPack, presentPurchase } from './present.ts';
export {
  allowancesDue,
  forgetAllowances,
  insertPurchase,
  lookAgainAt,
  lookAtReload,
  purchaseById,
  purchasesDue,
  purchasesSince,
  reloadsDue,
  reloadsOf,
  saveReload,
  sawAllowances,
  sellsCredits,
  settlePurchase,
} from './purchase-repo.ts';
export { balanceOf as creditBalances, historyOf as creditHistory } from './queries/balance.ts';
export {
  allowanceGranted,
  customersWithExpired,
  entriesOfConsumption,
  heldOf,
} from './repo.ts';
export type { StoredAllowance, StoredCreditType, StoredPack, StoredPurchase, StoredReload } from './types.ts';

/** Features that cost credits, or will, or did. */
export async function featuresWithCosts(ctx: QueryCtx): Promise<ReadonlySet<string>> {
  return new Set((await creditCosts(ctx)).map(({ featureId }) => featureId));
}

/** How a customer's credits stand for so much of a feature. */
export type CreditStanding = {
  type: StoredCreditType;
  allowed: boolean;
  available: Decimal12;
  cost: Decimal12;
  perUnit: Decimal12;
  /** Whole units that are left; null if they cost nothing. */
  unitsLeft: bigint | null;
  /** Beyond the balance, use goes on and is owed. */
  isOverage: boolean;
};

/**
 * Whether credits pay for so much of a feature now; null if the feature costs none. Nothing asked for means a whole unit.
 */
export async function creditStanding(
  ctx: QueryCtx,
  customerId: string,
  featureId: string,
  quantity: Decimal12,
): Promise<CreditStanding | null> {
  const cost = costAt(await creditCosts(ctx), featureId, ctx.now);
  if (cost === null) return null;
  const type = (await creditTypes(ctx)).find(({ id }) => id === cost.creditTypeId);
  if (type === undefined) return null;
  const use = { creditTypeId: type.id, at: ctx.now, featureId, chargeKind: null, subscriptionId: null };
  const available = availableFor(await heldOf(ctx, customerId), use);
  const price = quantity === 0n ? cost.perUnit : creditsFor(quantity, cost.perUnit);
  const isCovered = available >= price;
  return {
    type,
    allowed: isCovered || cost.beyond === 'allow',
    available,
    cost: price,
    perUnit: cost.perUnit,
    unitsLeft: wholeUnitsFor(available, cost.perUnit),
    isOverage: !isCovered,
  };
}
