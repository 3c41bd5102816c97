import { decideReturn, type PriceReturned, unpaidCredits } from '@billhook/core/credits/decide-return';
import { balanceAt } from '@billhook/core/credits/entry';
import {
  DECIMAL12_ZERO,
  type Decimal12,
  decimal12FromScaled,
  formatDecimal12,
} from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import type { CommandCtx } from '../../../platform/context.ts';
import { followBalance } from '../balance.ts';
import { creditTypes } from '../catalogue-repo.ts';
import { applyEffects } from '../changes.ts';
import { promisedOfGrants } from '../hold-repo.ts';
import { grantId } from '../ids.ts';
import { setReturned } from '../purchase-repo.ts';
import { grantOfFact, heldOf } from '../repo.ts';
import type { StoredPurchase } from '../types.ts';

/** The fact under which the credits of a purchase are granted. */
export const purchaseFact = (purchaseId: string) => `purchase:${purchaseId}`;

/** What should have gone back and cannot any more; what is promised may still. */
export function lostOf({ missing }: Pick<StoredPurchase, 'missing'>, promised: Decimal12): Decimal12 {
  return missing > promised ? decimal12FromScaled(missing - promised) : DECIMAL12_ZERO;
}

/** What of a purchase should have gone back with its price and cannot any more, and in what unit. */
export async function shortfallOf(
  ctx: CommandCtx,
  purchase: StoredPurchase,
): Promise<{ missing: Decimal12; unit: string }> {
  const grant = await grantOfFact(ctx, purchaseFact(purchase.id));
  const type = (await creditTypes(ctx)).find(({ id }) => id === grant?.creditTypeId);
  invariant(grant !== undefined && type !== undefined, 'What was paid for was granted.');
  const promised = (await promisedOfGrants(ctx, [grant.id])).get(grant.id) ?? DECIMAL12_ZERO;
  return { missing: lostOf(purchase, promised), unit: type.unit };
}

/**
 * Brings the grant of a purchase to where the part of its price that was given back puts it: what is left goes back as
 * far as it must, and what a refund that failed had taken returns. What is promised goes back when the promise ends (I485).
 * The customer is locked. Answers what is missing now and was not before, as it was spent or has lapsed.
 */
export async function returnCredits(
  ctx: CommandCtx,
  purchase: StoredPurchase,
  price: PriceReturned,
  reason: string,
): Promise<{ newlyMissing: boolean; missing: Decimal12; unit: string }> {
  const grant = await grantOfFact(ctx, purchaseFact(purchase.id));
  const type = (await creditTypes(ctx)).find(({ id }) => id === grant?.creditTypeId);
  invariant(grant !== undefined && type !== undefined, 'What was paid for was granted.');
  const promised = (await promisedOfGrants(ctx, [grant.id])).get(grant.id) ?? DECIMAL12_ZERO;
  const unpaid = unpaidCredits(grant.amount, price);
  const { effect, returned, missing, awaited } = decideReturn(grant, purchase.returned, unpaid, promised);
  const lost = decimal12FromScaled(missing - awaited);
  const answer = { newlyMissing: lost > lostOf(purchase, promised), missing: lost, unit: type.unit };
  if (returned === purchase.returned && missing === purchase.missing) return answer;
  await setReturned(ctx, { id: purchase.id, returned, missing });
  if (effect === null) return answer;
  const { customerId } = purchase;
  const before = balanceAt(await heldOf(ctx, customerId), type.id, ctx.now);
  const changes = {
    grants: [grant],
    effects: [effect],
    carried: [],
    consumptionId: null,
    reason,
  };
  await applyEffects(ctx, changes);
  const facts = { credit_type: type.key, amount: formatDecimal12(effect.amount), reason };
  const isTaken = effect.kind === 'returned';
  ctx.audit({
    action: isTaken ? 'credits.return' : 'credits.restore',
    objectKind: 'credit_grant',
    objectId: grantId(grant.id),
    details: facts,
  });
  ctx.emit({
    type: isTaken ? 'credits.revoked' : 'credits.refunded',
    objectId: grant.id,
    customerId,
    payload: facts,
  });
  await followBalance(ctx, customerId, type, before);
  return answer;
}
